#include "store_fixture.hpp"

#include "rows.hpp"

#include <gmock/gmock.h>

namespace ikewatch::store {
namespace {

using ::testing::HasSubstr;

class RoundTrip : public StoreTest {
 protected:
  void expect_kept(const Saved& saved) {
    save(saved);
    EXPECT_EQ(load(), show(saved));
    EXPECT_TRUE(notices_.empty());
  }
};

TEST_F(RoundTrip, FreshStoreIsEmpty) { EXPECT_EQ(load(), ""); }

TEST_F(RoundTrip, NothingIsKeptAsNothing) { expect_kept({}); }

TEST_F(RoundTrip, KeepsEveryField) { expect_kept(sample(3, 42)); }

TEST_F(RoundTrip, KeepsATunnelWithoutAnything) {
  Saved saved;
  saved.memory.tunnels.emplace_back();
  expect_kept(saved);
}

TEST_F(RoundTrip, KeepsEveryNameOfEveryList) {
  Saved saved;
  for (std::size_t i = 0; i < tunnel::states; ++i) {
    saved.memory.tunnels.push_back(sample_tunnel(i));
    saved.memory.tunnels.back().state = static_cast<tunnel::State>(i);
  }
  auto& tunnel = saved.memory.tunnels.front();
  tunnel.findings.clear();
  for (std::size_t i = 0; i < rules::causes; ++i) {
    auto finding = sample_finding(static_cast<rules::Cause>(i), i);
    finding.side = static_cast<rules::Side>(i % 5);
    finding.confidence = static_cast<rules::Confidence>(i % 3);
    tunnel.findings.push_back(finding);
    tunnel.failures[{static_cast<int>(i % 3), static_cast<rules::Cause>(i)}] = i;
  }
  expect_kept(saved);
}

constexpr WallTime first_time{std::chrono::sys_days{std::chrono::year{0} / 1 / 1}};
constexpr WallTime last_time{std::chrono::sys_days{std::chrono::year{9999} / 1 / 1}};

TEST_F(RoundTrip, BringsTimesIntoTheYearsThatCanBeWritten) {
  Saved saved = sample(1);
  auto& tunnel = saved.memory.tunnels.front();
  tunnel.since = at(std::numeric_limits<std::int64_t>::min());
  tunnel.last_event = at(std::numeric_limits<std::int64_t>::max());
  save(saved);
  tunnel.since = first_time;
  tunnel.last_event = last_time;
  EXPECT_EQ(load(), show(saved));
}

TEST_F(RoundTrip, KeepsTheLargestNumbers) {
  Saved saved = sample(1);
  auto& tunnel = saved.memory.tunnels.front();
  tunnel.state_changes = tunnel.peer_dead = tunnel.negotiations[1] = tunnel.negotiations[2] = most;
  tunnel.since = first_time;
  tunnel.last_event = last_time;
  tunnel.ike = {{tunnel::IkeCookies{most, most - 1}, at(-1)}, {tunnel::IkeCookies{most, 0}, at(0)}};
  tunnel.children = {{0xFFFFFFFFu, 0u, at(-5), at(5)}};
  tunnel.failures = {{{std::numeric_limits<int>::min(), rules::Cause::replay}, most}};
  auto& finding = tunnel.findings.front();
  finding.rank = 255;
  finding.count = finding.first_line = finding.last_line = finding.order = most;
  finding.evidence = {{most, "x"}};
  expect_kept(saved);
}

TEST_F(RoundTrip, KeepsWhatIsAbsentAbsent) {
  Saved saved = sample(1);
  auto& tunnel = saved.memory.tunnels.front();
  tunnel.since.reset();
  tunnel.last_event.reset();
  tunnel.ike = {{std::nullopt, at(7)}};
  tunnel.children = {
      {std::nullopt, 5, at(1), at(2)}, {6, std::nullopt, at(3), std::nullopt}, {std::nullopt, std::nullopt, at(4), {}}};
  expect_kept(saved);
}

TEST_F(RoundTrip, KeepsAnyBytes) {
  Saved saved = sample(1);
  const std::string bytes("\0 '\"; DROP TABLE tunnels; -- \xFF\xC3\x28\n", 34);
  saved.positions = {{bytes, bytes}, {"", ""}, {"journal", "s=0f;i=1;b=2"}};
  auto& tunnel = saved.memory.tunnels.front();
  tunnel.gateway = tunnel.peer = tunnel.dialect = bytes;
  tunnel.findings.front().note = bytes;
  tunnel.findings.front().evidence = {{1, bytes}, {2, ""}};
  expect_kept(saved);
}

TEST_F(RoundTrip, TellsTunnelsApartWhoseNamesRunTogether) {
  Saved saved = sample(2);
  saved.memory.tunnels[0].gateway = "a";
  saved.memory.tunnels[0].peer = "1b";
  saved.memory.tunnels[1].gateway = "a1";
  saved.memory.tunnels[1].peer = "b";
  expect_kept(saved);
}

TEST_F(RoundTrip, ASaveReplacesTheFormerOne) {
  save(sample(5, 1));
  Saved second = sample(3, 2);
  second.positions = {{"other", "x"}};
  second.memory.tunnels[1].findings.clear();
  expect_kept(second);
  save({});
  for (const char* table : {"positions", "tunnels", "ike_sas", "child_sas", "failures", "findings", "evidence"}) {
    EXPECT_EQ(sql_number("SELECT count(*) FROM " + std::string(table)), 0) << table;
  }
}

TEST_F(RoundTrip, EveryChangeOfOneFieldIsSaved) {
  const auto store = open();
  ASSERT_TRUE(store);
  Saved saved = sample(2);
  const auto expect_saved = [&](const char* what) {
    ASSERT_EQ(saving(*store, saved), "saved");
    EXPECT_EQ(loaded(*store), show(saved)) << what;
  };
  auto& tunnel = saved.memory.tunnels.back();
  auto& finding = tunnel.findings.back();
  expect_saved("the first time");
  expect_saved("nothing");
  saved.positions["messages"] += "1", expect_saved("position");
  tunnel.dialect = "cisco-ios", expect_saved("dialect");
  tunnel.state = tunnel::State::down, expect_saved("state");
  tunnel.since.reset(), expect_saved("since");
  tunnel.last_event = at(1), expect_saved("last event");
  ++tunnel.state_changes, expect_saved("state changes");
  ++tunnel.peer_dead, expect_saved("peer dead");
  ++tunnel.negotiations[1], expect_saved("negotiations, phase 1");
  ++tunnel.negotiations[2], expect_saved("negotiations, phase 2");
  ++tunnel.failures.begin()->second, expect_saved("failures");
  tunnel.ike.front().cookies->responder = 0, expect_saved("cookies");
  tunnel.ike.front().since = at(2), expect_saved("since of an IKE SA");
  tunnel.children.front().spi_in = 7, expect_saved("incoming SPI");
  tunnel.children.front().spi_out = 8, expect_saved("outgoing SPI");
  tunnel.children.front().since = at(3), expect_saved("since of a child SA");
  tunnel.children.front().ends = at(4), expect_saved("end of a child SA");
  finding.cause = rules::Cause::replay, expect_saved("cause");
  finding.side = rules::Side::path, expect_saved("side");
  finding.confidence = rules::Confidence::confirmed, expect_saved("confidence");
  finding.rank = 1, expect_saved("rank");
  finding.resolved = !finding.resolved, expect_saved("resolved");
  ++finding.count, expect_saved("count");
  ++finding.first_line, expect_saved("first line");
  ++finding.last_line, expect_saved("last line");
  ++finding.order, expect_saved("order");
  finding.note += "!", expect_saved("note");
  ++finding.evidence.back().line, expect_saved("line of evidence");
  finding.evidence.back().text += "!", expect_saved("text of evidence");
}

TEST_F(RoundTrip, HoldsTenThousandTunnels) {
  const Saved saved = sample(10'000);
  const auto store = open();
  ASSERT_TRUE(store);
  ASSERT_EQ(saving(*store, saved), "saved");
  EXPECT_TRUE(loaded(*store) == show(saved));
  ASSERT_EQ(saving(*store, sample(10'000, 1)), "saved");
  EXPECT_TRUE(loaded(*store) == show(sample(10'000, 1)));
}

TEST_F(RoundTrip, AnUnchangedSaveWritesNothing) {
  const auto store = open();
  ASSERT_TRUE(store);
  ASSERT_EQ(saving(*store, sample(50)), "saved");
  const auto log = fs::path(file().string() + "-wal");
  const std::string before = bytes_of(log);
  ASSERT_FALSE(before.empty());
  ASSERT_EQ(saving(*store, sample(50)), "saved");
  EXPECT_TRUE(bytes_of(log) == before);
}

TEST_F(RoundTrip, TheFirstOfTwoTunnelsWithOneNameCounts) {
  Saved saved = sample(1, 1);
  saved.memory.tunnels.push_back(sample_tunnel(0, 2));
  save(saved);
  EXPECT_EQ(load(), show(sample(1, 1)));
}

TEST_F(RoundTrip, CutsLongTextsBetweenCharacters) {
  Saved saved = sample(1);
  auto& finding = saved.memory.tunnels.front().findings.front();
  finding.note = std::string(max_note - 1, 'n') + "\xC3\xA4 and more";
  finding.evidence = {{1, std::string(max_evidence_text + 100, 'e')}};
  saved.memory.tunnels.front().dialect.assign(max_dialect + 1, 'd');
  save(saved);
  finding.note = std::string(max_note - 1, 'n');
  finding.evidence.front().text.assign(max_evidence_text, 'e');
  saved.memory.tunnels.front().dialect.assign(max_dialect, 'd');
  EXPECT_EQ(load(), show(saved));
}

TEST_F(RoundTrip, BoundsListsAndKeepsTheirBegin) {
  Saved saved = sample(1);
  auto& tunnel = saved.memory.tunnels.front();
  tunnel.ike.assign(max_rows + 5, {std::nullopt, at(1)});
  tunnel.children.assign(max_rows + 5, {1, 2, at(1), std::nullopt});
  tunnel.findings.front().evidence.assign(max_evidence_rows + 5, {1, "x"});
  save(saved);
  tunnel.ike.resize(max_rows);
  tunnel.children.resize(max_rows);
  tunnel.findings.front().evidence.resize(max_evidence_rows);
  EXPECT_EQ(load(), show(saved));
}

TEST_F(RoundTrip, ATunnelWithAnEndlessNameIsLeftOut) {
  Saved saved = sample(2);
  saved.memory.tunnels[0].peer.assign(max_name + 1, 'p');
  save(saved);
  saved.memory.tunnels.erase(saved.memory.tunnels.begin());
  EXPECT_EQ(load(), show(saved));
}

TEST_F(RoundTrip, AnEndlessPositionIsAProblemAndTheFormerSaveStands) {
  const auto store = open();
  ASSERT_TRUE(store);
  ASSERT_EQ(saving(*store, sample(1)), "saved");
  Saved saved = sample(1, 1);
  saved.positions["messages"].assign(max_position + 1, 'p');
  EXPECT_THAT(saving(*store, saved), HasSubstr("the position of messages is too long"));
  EXPECT_EQ(loaded(*store), show(sample(1)));
}

/// What a later version would write that has one more name.
class Renaming final : public RowSink {
 public:
  Renaming(std::string_view from, std::string_view to) : from_(from), to_(to) {}
  void begin(Table table) override { hash_.begin(table); }
  void number(std::int64_t value) override { hash_.number(value); }
  void text(std::string_view value) override { hash_.text(value == from_ ? to_ : value); }
  void null() override { hash_.null(); }
  void end() override { hash_.end(); }
  [[nodiscard]] std::string value() const { return std::to_string(hash_.value()); }

 private:
  std::string_view from_;
  std::string_view to_;
  Hash hash_;
};

class LaterNames : public RoundTrip {
 protected:
  void SetUp() override {
    RoundTrip::SetUp();
    save(sample(3));
  }
  /// Renames in the rows of the second tunnel.
  void rename(const std::string& table, const std::string& column, const std::string& from, const std::string& to) {
    Renaming renaming(from, to);
    put(renaming, sample_tunnel(1));
    const std::string id = table == "tunnels" ? "id" : "tunnel";
    run_sql(file(),
            "UPDATE " + table + " SET " + column + " = '" + to + "' WHERE " + id + " = 2 AND " + column + " = '" + from + "'");
    run_sql(file(), "UPDATE tunnels SET fingerprint = " + renaming.value() + " WHERE id = 2");
  }
  void expect_loaded_and_saved_again(const Saved& expected) {
    EXPECT_EQ(load(), show(expected));
    EXPECT_TRUE(notices_.empty());
    save(expected);
    EXPECT_EQ(load(), show(expected));
  }
};

TEST_F(LaterNames, OfAStateSkipTheTunnel) {
  rename("tunnels", "state", "up", "dreaming");
  Saved expected = sample(3);
  expected.memory.tunnels.erase(expected.memory.tunnels.begin() + 1);
  expect_loaded_and_saved_again(expected);
  EXPECT_EQ(sql_number("SELECT count(*) FROM tunnels"), 2);
}

TEST_F(LaterNames, OfACauseSkipTheCounter) {
  rename("failures", "cause", "psk_mismatch", "moonlight");
  Saved expected = sample(3);
  expected.memory.tunnels[1].failures.erase({1, rules::Cause::psk_mismatch});
  expect_loaded_and_saved_again(expected);
}

TEST_F(LaterNames, OfACauseSkipTheFindingWithItsEvidence) {
  rename("findings", "cause", "peer_unreachable", "moonlight");
  Saved expected = sample(3);
  expected.memory.tunnels[1].findings.pop_back();
  expect_loaded_and_saved_again(expected);
}

TEST_F(LaterNames, OfASideOrAConfidenceSkipTheFindings) {
  for (const auto& [column, name] : {std::pair{"side", "remote"}, std::pair{"confidence", "likely"}}) {
    save(sample(3));
    rename("findings", column, name, "new");
    Saved expected = sample(3);
    expected.memory.tunnels[1].findings.clear();
    expect_loaded_and_saved_again(expected);
  }
}

TEST_F(RoundTrip, DoesNotDependOnTheOrderOfAnEnumeration) {
  // In the program psk_missing stands before psk_mismatch, in the alphabet behind it.
  engine::TunnelMemory tunnel;
  tunnel.failures = {{{1, rules::Cause::psk_missing}, 1}, {{1, rules::Cause::psk_mismatch}, 2}};
  Hash by_name;
  Renaming as_it_is("", "");
  put(as_it_is, tunnel);
  by_name.begin(Table::tunnels);
  for (int i = 0; i < 3; ++i) by_name.text("");
  by_name.text("unknown");
  for (int i = 0; i < 2; ++i) by_name.null();
  for (int i = 0; i < 4; ++i) by_name.number(0);
  by_name.end();
  for (const auto& [name, count] : {std::pair{"psk_mismatch", 2}, std::pair{"psk_missing", 1}}) {
    by_name.begin(Table::failures);
    by_name.number(1);
    by_name.text(name);
    by_name.number(count);
    by_name.end();
  }
  EXPECT_EQ(as_it_is.value(), std::to_string(by_name.value()));
}

TEST_F(RoundTrip, StandsByNameInTheFile) {
  save(sample(1));
  EXPECT_EQ(sql_number("SELECT count(*) FROM tunnels WHERE state = 'up' AND since = 1700000000000000"), 1);
  EXPECT_EQ(sql_number("SELECT count(*) FROM findings WHERE cause = 'peer_unreachable' AND side = 'remote'"), 1);
}

TEST(Cut, KeepsWholeCharacters) {
  EXPECT_EQ(cut("abc", 3), "abc");
  EXPECT_EQ(cut("abcd", 3), "abc");
  EXPECT_EQ(cut("ab\xC3\xA4", 3), "ab");
  EXPECT_EQ(cut("\xF0\x9F\x94\x92", 3), "");
  EXPECT_EQ(cut("\x80\x80\x80\x80\x80\x80", 5), "\x80\x80\x80\x80\x80");
  EXPECT_EQ(cut("abc", 0), "");
}

TEST(Fingerprint, IsThatOfVersionOne) {
  // Saved files depend on these values: where they change, the schema version has to change.
  EXPECT_EQ(fingerprint("messages", "file1 0"), 5161029769521732551);
  EXPECT_EQ(fingerprint(sample_tunnel(1, 2)), 609354434750367546);
}

}  // namespace
}  // namespace ikewatch::store
