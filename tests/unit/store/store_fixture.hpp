// A directory for each test, sample data with every field set, and a text of it for comparison. Role: shared by the tests of the
// store.
#pragma once

#include <ikewatch/store/store.hpp>

#include "records.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

namespace ikewatch::store {

namespace fs = std::filesystem;

inline constexpr auto most = std::numeric_limits<std::uint64_t>::max();

inline WallTime at(std::int64_t microseconds) { return WallTime(std::chrono::microseconds(microseconds)); }

inline std::string show(const std::optional<WallTime>& time) {
  return time ? std::to_string(time->time_since_epoch().count()) : std::string("-");
}

/// Every field, for EXPECT_EQ.
inline std::string show(const Saved& saved) {
  std::ostringstream out;
  for (const auto& [name, source] : saved.sources) {
    out << "source [" << name << "] [" << source.position << "] " << source.lines << ' ' << source.bytes << ' '
        << source.malformed << ' ' << show(source.last_line);
    for (const auto& [reason, count] : source.dropped) out << ' ' << reason << '=' << count;
    out << '\n';
  }
  for (const auto& [name, bytes] : saved.parts) out << "part [" << name << "] [" << bytes << "]\n";
  const auto totals = encode_totals(saved.memory);
  if (totals != encode_totals({})) out << "totals " << totals << '\n';
  for (const auto& gateway : saved.memory.gateways) {
    out << "gateway " << gateway.index << " [" << gateway.name << "] " << encode(gateway) << '\n';
    if (!gateway.ties) continue;
    for (const auto& piece : encode(*gateway.ties))
      out << "  ties " << static_cast<int>(piece.kind) << ' ' << piece.bytes << '\n';
  }
  for (const auto& piece : encode(saved.memory.ends.value_or(engine::EndsByCookies::Facts{})))
    out << "ends " << piece.bytes << '\n';
  for (const auto& tunnel : saved.memory.tunnels) out << "tunnel " << tunnel.index << ' ' << encode(tunnel) << '\n';
  return out.str();
}

inline diagnosis::Finding sample_finding(rules::Cause cause, std::uint64_t n) {
  diagnosis::Finding finding;
  finding.cause = cause;
  finding.side = rules::Side::remote;
  finding.confidence = rules::Confidence::likely;
  finding.rank = 75;
  finding.resolved = n % 2 == 1;
  finding.count = n + 3;
  finding.first_line = n + 10;
  finding.last_line = n + 20;
  finding.order = n;
  finding.resolved_last = n % 3 == 1;
  finding.note = "The two ends name different groups.";
  finding.detail = "Here it is 14, at the peer 2.";
  finding.evidence = {{n + 10, "rejected dh_group: DB(prop#1:trns#1):Peer(prop#1:trns#1) = 14:2"},
                      {n + 20, "no suitable proposal found."}};
  return finding;
}

/// A tunnel as it is met in real use; `version` tells one save of it from another.
inline engine::TunnelMemory sample_tunnel(std::uint64_t number, std::uint64_t version = 0) {
  engine::TunnelMemory tunnel;
  tunnel.index = static_cast<tunnel::TunnelIndex>(number);
  tunnel.gateway = "gateway" + std::to_string(number % 100);
  tunnel.peer = "2001:db8::" + std::to_string(number);
  tunnel.name = "branch-" + std::to_string(number);
  tunnel.dialect = "racoon";
  tunnel.configured = true;
  tunnel.turn = 77;
  tunnel.facts.state = tunnel::State::up;
  tunnel.facts.since = at(1'700'000'000'000'000);
  tunnel.last_event = at(1'700'000'100'000'000);
  tunnel.facts.changes = version;
  tunnel.peer_dead = 2;
  tunnel.negotiations = {0, 7, 9};
  tunnel.failures = {{{1, rules::Cause::psk_mismatch}, 4}, {{2, rules::Cause::pfs_mismatch}, 5}};
  tunnel.facts.ike = {{tunnel::IkeCookies{number + 1, version + 1}, at(1'700'000'000'000'001)}};
  tunnel.facts.children = {{0x10000001, 0x20000002, at(1'700'000'000'000'002), std::nullopt}};
  tunnel.facts.attempts[2] = tunnel::Attempt{2, at(1'700'000'000'000'003), true, false};
  tunnel.facts.failed[1] = at(1'700'000'000'000'004);
  tunnel.facts.ups_and_downs = {at(1), at(2), at(3), at(4)};
  tunnel.facts.ups_and_downs_seen = 9;
  tunnel.timeline = {{version, at(5), rules::EventKind::phase2_up, tunnel::State::up, "IPsec-SA established"}};
  tunnel.history = {{{rules::Signal::unknown_spi, {{at(1), at(2), at(3), at(4)}, 6}}}, at(8), at(9)};
  tunnel.far_end = {7, true};
  tunnel.began = at(10);
  tunnel.vouched = true;
  tunnel.events = 12;
  tunnel.first_event = at(13);
  tunnel.looked_for = at(11);
  tunnel.diagnoses.next_order = number + 2;
  tunnel.diagnoses.findings = {sample_finding(rules::Cause::phase1_proposal_mismatch, number),
                               sample_finding(rules::Cause::peer_unreachable, number + 1)};
  return tunnel;
}

inline engine::HeldMemory sample_held() {
  return {"the line",
          "racoon.rule",
          rules::EventKind::phase1_failed,
          rules::Cause::psk_mismatch,
          rules::Side::both,
          rules::Confidence::likely,
          60,
          {{"peer", "198.51.100.7"}},
          5,
          at(6),
          at(7)};
}

inline engine::GatewayMemory sample_gateway(std::uint32_t number, std::uint64_t version = 0) {
  engine::GatewayMemory gateway;
  gateway.index = number;
  gateway.name = "gateway" + std::to_string(number);
  gateway.now = at(1'700'000'000'000'000 + static_cast<std::int64_t>(version));
  gateway.burst = {number, at(3), true, false};
  gateway.held = {sample_held()};
  gateway.ending = sample_held();
  gateway.diagnoses = {{}, 3};
  gateway.refused = {{"racoon", version}};
  gateway.locals = {"192.0.2.1"};
  gateway.ties.emplace();
  gateway.ties->cookies.places = {{version + 1, number}};
  gateway.ties->spis.places = {{7, number}, {8, number}};
  gateway.ties->conns.places = {{"1001", number}};
  return gateway;
}

inline Saved sample(std::uint64_t tunnels, std::uint64_t version = 0) {
  Saved saved;
  SourceState& source = saved.sources["messages"];
  source = {"file1 " + std::to_string(version), version + 7, 1000, 2, {{"gap", 1}, {"too_long", 3}}, at(1'700'000'000'000'009)};
  if (tunnels != 0) saved.memory.ends = engine::EndsByCookies::Facts{{{version + 5, 1}, {6, 2}}, 0};
  for (std::uint64_t i = 0; i < tunnels; ++i) saved.memory.tunnels.push_back(sample_tunnel(i, version));
  for (std::uint32_t i = 0; i < std::min<std::uint64_t>(tunnels, 100); ++i)
    saved.memory.gateways.push_back(sample_gateway(i, version));
  return saved;
}

inline engine::Change sample_change(std::uint64_t number) {
  engine::Change change;
  change.kind = static_cast<engine::ChangeKind>(number % 3);
  change.at = at(1'700'000'000'000'000 + static_cast<std::int64_t>(number) * 1'000'000);
  change.gateway = "gateway" + std::to_string(number % 2);
  change.tunnel = "branch-" + std::to_string(number % 3);
  change.peer = "2001:db8::" + std::to_string(number % 3);
  change.from = tunnel::State::up;
  change.to = tunnel::State::down;
  change.flapping = number % 2 == 1;
  change.cause = rules::Cause::dpd_timeout;
  change.side = rules::Side::remote;
  change.confidence = rules::Confidence::likely;
  change.text = "line " + std::to_string(number);
  return change;
}

inline std::string bytes_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline void write_bytes(const fs::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

class StoreTest : public ::testing::Test {
 protected:
  StoreTest() {
    // In memory where that is possible: nothing here depends on a disk, and thousands of saves wait for one.
    const std::string base = fs::is_directory("/dev/shm") ? "/dev/shm/" : ::testing::TempDir();
    std::string name = base + "ikewatch-store-XXXXXX";
    if (::mkdtemp(name.data()) != nullptr) root_ = name;
  }
  ~StoreTest() override {
    std::error_code ignored;
    if (!root_.empty()) fs::remove_all(root_, ignored);
  }
  void SetUp() override { ASSERT_FALSE(root_.empty()); }

  [[nodiscard]] fs::path folder() const { return root_ / "state"; }
  [[nodiscard]] fs::path file() const { return folder() / "ikewatch.db"; }
  [[nodiscard]] fs::path damaged(int n) const { return folder() / ("ikewatch.db.damaged-" + std::to_string(n)); }

  std::unique_ptr<Store> open() {
    notices_.clear();
    auto store = Store::open(folder(), options_, notices_);
    if (!store) {
      ADD_FAILURE() << to_string(store.error());
      return nullptr;
    }
    return std::move(*store);
  }
  std::string opening_problem() {
    notices_.clear();
    const auto store = Store::open(folder(), options_, notices_);
    return store ? std::string("no problem") : to_string(store.error());
  }
  static std::string loaded(Store& store) {
    const auto saved = store.load();
    return saved ? show(*saved) : to_string(saved.error());
  }
  static std::string saving(Store& store, const Saved& saved) {
    const auto done = store.save(saved, {}, at(1'700'000'000'000'000));
    return done ? std::string("saved") : to_string(done.error());
  }
  /// Saves with a store of its own, which leaves a closed database behind.
  void save(const Saved& saved) {
    const auto store = open();
    ASSERT_TRUE(store);
    ASSERT_EQ(saving(*store, saved), "saved");
  }
  std::string load() {
    const auto store = open();
    return store ? loaded(*store) : std::string("not opened");
  }
  /// What an operator could do with the sqlite3 program.
  void run_sql(const fs::path& path, const std::string& sql) {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(path.c_str(), &database), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(database);
    sqlite3_close(database);
  }
  std::int64_t sql_number(const std::string& sql) {
    sqlite3* database = nullptr;
    sqlite3_stmt* statement = nullptr;
    sqlite3_open(file().c_str(), &database);
    std::int64_t number = -1;
    if (sqlite3_prepare_v2(database, sql.c_str(), -1, &statement, nullptr) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW) {
      number = sqlite3_column_int64(statement, 0);
    }
    sqlite3_finalize(statement);
    sqlite3_close(database);
    return number;
  }
  [[nodiscard]] std::string notice() const {
    return notices_.size() == 1 ? notices_.front() : std::to_string(notices_.size()) + " notices";
  }

  fs::path root_;
  std::vector<std::string> notices_;
  Options options_;
};

}  // namespace ikewatch::store
