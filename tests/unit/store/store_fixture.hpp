// A directory for each test, sample data with every field set, and a text of it for comparison. Role: shared by the tests of the
// store.
#pragma once

#include <ikewatch/store/store.hpp>

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <stdlib.h>

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

inline std::string show(const std::optional<std::uint32_t>& spi) { return spi ? std::to_string(*spi) : std::string("-"); }

inline void show(std::ostream& out, const diagnosis::Finding& finding) {
  out << "  finding " << rules::name_of(finding.cause) << ' ' << rules::name_of(finding.side) << ' '
      << rules::name_of(finding.confidence) << ' ' << int{finding.rank} << ' ' << finding.resolved << ' ' << finding.count << ' '
      << finding.first_line << ' ' << finding.last_line << ' ' << finding.order << " [" << finding.note << "]\n";
  for (const auto& evidence : finding.evidence) out << "    " << evidence.line << " [" << evidence.text << "]\n";
}

inline void show(std::ostream& out, const engine::TunnelMemory& tunnel) {
  out << "tunnel [" << tunnel.gateway << "] [" << tunnel.peer << "] [" << tunnel.dialect << "] " << tunnel::name_of(tunnel.state)
      << ' ' << show(tunnel.since) << ' ' << show(tunnel.last_event) << ' ' << tunnel.state_changes << ' ' << tunnel.peer_dead;
  for (const auto negotiations : tunnel.negotiations) out << ' ' << negotiations;
  out << '\n';
  for (const auto& sa : tunnel.ike) {
    out << "  ike " << show(sa.since);
    if (sa.cookies) out << ' ' << sa.cookies->initiator << ':' << sa.cookies->responder;
    out << '\n';
  }
  for (const auto& sa : tunnel.children) {
    out << "  child " << show(sa.spi_in) << ' ' << show(sa.spi_out) << ' ' << show(sa.since) << ' ' << show(sa.ends) << '\n';
  }
  for (const auto& [key, count] : tunnel.failures) {
    out << "  failures " << key.first << ' ' << rules::name_of(key.second) << ' ' << count << '\n';
  }
  for (const auto& finding : tunnel.findings) show(out, finding);
}

/// Every field, for EXPECT_EQ.
inline std::string show(const Saved& saved) {
  std::ostringstream out;
  for (const auto& [source, position] : saved.positions) out << "position [" << source << "] [" << position << "]\n";
  for (const auto& tunnel : saved.memory.tunnels) show(out, tunnel);
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
  finding.note = "The two ends name different groups.";
  finding.evidence = {{n + 10, "rejected dh_group: DB(prop#1:trns#1):Peer(prop#1:trns#1) = 14:2"},
                      {n + 20, "no suitable proposal found."}};
  return finding;
}

/// A tunnel as it is met in real use; `version` tells one save of it from another.
inline engine::TunnelMemory sample_tunnel(std::uint64_t number, std::uint64_t version = 0) {
  engine::TunnelMemory tunnel;
  tunnel.gateway = "gateway" + std::to_string(number % 100);
  tunnel.peer = "2001:db8::" + std::to_string(number);
  tunnel.dialect = "racoon";
  tunnel.state = tunnel::State::up;
  tunnel.since = at(1'700'000'000'000'000);
  tunnel.last_event = at(1'700'000'100'000'000);
  tunnel.state_changes = version;
  tunnel.peer_dead = 2;
  tunnel.negotiations = {0, 7, 9};
  tunnel.failures = {{{1, rules::Cause::psk_mismatch}, 4}, {{2, rules::Cause::pfs_mismatch}, 5}};
  tunnel.ike = {{tunnel::IkeCookies{number + 1, version + 1}, at(1'700'000'000'000'001)}};
  tunnel.children = {{0x10000001, 0x20000002, at(1'700'000'000'000'002), std::nullopt}};
  tunnel.findings = {sample_finding(rules::Cause::phase1_proposal_mismatch, number),
                     sample_finding(rules::Cause::peer_unreachable, number + 1)};
  return tunnel;
}

inline Saved sample(std::uint64_t tunnels, std::uint64_t version = 0) {
  Saved saved;
  saved.positions["messages"] = "file1 " + std::to_string(version);
  for (std::uint64_t i = 0; i < tunnels; ++i) saved.memory.tunnels.push_back(sample_tunnel(i, version));
  return saved;
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
    std::string name = ::testing::TempDir() + "ikewatch-store-XXXXXX";
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
    auto store = Store::open(folder(), notices_);
    if (!store) {
      ADD_FAILURE() << to_string(store.error());
      return nullptr;
    }
    return std::move(*store);
  }
  std::string opening_problem() {
    notices_.clear();
    const auto store = Store::open(folder(), notices_);
    return store ? std::string("no problem") : to_string(store.error());
  }
  static std::string loaded(Store& store) {
    const auto saved = store.load();
    return saved ? show(*saved) : to_string(saved.error());
  }
  static std::string saving(Store& store, const Saved& saved) {
    const auto done = store.save(saved);
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
};

}  // namespace ikewatch::store
