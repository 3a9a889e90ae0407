#include "store_fixture.hpp"

#include "archive.hpp"

#include <gmock/gmock.h>

#include <random>

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

TEST_F(RoundTrip, KeepsTheTotals) {
  Saved saved;
  saved.memory.clock = at(5);
  saved.memory.log = 6;
  saved.memory.turns = most;
  saved.memory.events = {{{"racoon", rules::EventKind::phase1_up}, 7}, {{"cisco-asa", rules::EventKind::info}, most}};
  saved.memory.unmatched = {{"racoon", 8}};
  saved.memory.durations[2].counts[3] = 9;
  saved.memory.durations[2].sum_seconds = 0.1;
  expect_kept(saved);
}

TEST_F(RoundTrip, KeepsATunnelWithoutAnything) {
  Saved saved;
  saved.memory.tunnels.emplace_back();
  expect_kept(saved);
}

TEST_F(RoundTrip, KeepsEveryNameOfEveryList) {
  Saved saved = sample(tunnel::states);
  for (std::size_t i = 0; i < tunnel::states; ++i) saved.memory.tunnels[i].facts.state = static_cast<tunnel::State>(i);
  auto& tunnel = saved.memory.tunnels.front();
  tunnel.diagnoses.findings.clear();
  for (std::size_t i = 1; i < rules::causes; ++i) {
    auto finding = sample_finding(static_cast<rules::Cause>(i), i);
    finding.side = static_cast<rules::Side>(i % 5);
    finding.confidence = static_cast<rules::Confidence>(i % 3);
    tunnel.diagnoses.findings.push_back(finding);
    tunnel.failures[{static_cast<int>(i % 3), static_cast<rules::Cause>(i)}] = i;
  }
  for (std::size_t i = 0; i < rules::event_kinds; ++i)
    tunnel.timeline.push_back({i, std::nullopt, static_cast<rules::EventKind>(i), tunnel::State::idle, ""});
  expect_kept(saved);
}

TEST_F(RoundTrip, BringsTimesIntoTheYearsThatCanBeWritten) {
  Saved saved = sample(1);
  auto& tunnel = saved.memory.tunnels.front();
  tunnel.facts.since = at(std::numeric_limits<std::int64_t>::min());
  tunnel.last_event = at(std::numeric_limits<std::int64_t>::max());
  save(saved);
  tunnel.facts.since = at(earliest_time);
  tunnel.last_event = at(latest_time);
  EXPECT_EQ(load(), show(saved));
}

TEST_F(RoundTrip, KeepsTheLargestNumbers) {
  Saved saved = sample(1);
  auto& tunnel = saved.memory.tunnels.front();
  tunnel.facts.changes = tunnel.peer_dead = tunnel.negotiations[1] = tunnel.negotiations[2] = most;
  tunnel.facts.since = at(latest_time);
  tunnel.last_event = at(earliest_time);
  tunnel.facts.ike = {{tunnel::IkeCookies{most, most - 1}, at(-1)}, {tunnel::IkeCookies{most, 0}, at(0)}};
  tunnel.facts.children = {{0xFFFFFFFFu, 0u, at(-5), at(5)}};
  tunnel.failures = {{{2, rules::Cause::replay}, most}};
  auto& finding = tunnel.diagnoses.findings.front();
  finding.rank = 255;
  finding.count = finding.first_line = finding.last_line = finding.order = most;
  finding.evidence = {{most, "x"}};
  expect_kept(saved);
}

TEST_F(RoundTrip, KeepsAnyBytes) {
  Saved saved = sample(1);
  const std::string bytes("\0 '\"; DROP TABLE tunnels; -- \xFF\xC3\x28\n", 34);
  saved.sources = {{bytes, {bytes, 1, 2, 3, {{bytes, 4}}, {}}}, {"", {}}, {"journal", {"s=0f;i=1;b=2", 0, 0, 0, {}, {}}}};
  saved.parts = {{bytes, bytes}, {"", ""}};
  auto& tunnel = saved.memory.tunnels.front();
  tunnel.gateway = tunnel.peer = tunnel.name = tunnel.dialect = bytes;
  tunnel.diagnoses.findings.front().note = bytes;
  tunnel.timeline.front().text = bytes;
  saved.memory.gateways.front().name = bytes;
  saved.memory.gateways.front().held.front().raw = bytes;
  expect_kept(saved);
}

TEST_F(RoundTrip, KeepsARingThatIsFull) {
  Saved saved = sample(1);
  auto& ties = *saved.memory.gateways.front().ties;
  for (std::uint32_t i = 0; i < 8192; ++i) ties.spis.places.emplace_back(i * 3, i % 7);
  ties.spis.oldest = 777;
  for (std::uint32_t i = 0; i < 511; ++i) ties.conns.places.emplace_back(std::to_string(i), 0);
  expect_kept(saved);
}

TEST_F(RoundTrip, ASaveReplacesTheFormerOne) {
  save(sample(5, 1));
  Saved second = sample(3, 2);
  second.sources = {{"other", {"x", 0, 0, 0, {}, {}}}};
  second.memory.tunnels[1].diagnoses.findings.clear();
  expect_kept(second);
  save({});
  for (const char* table : {"sources", "parts", "gateways", "ties", "tunnels"})
    EXPECT_EQ(sql_number("SELECT count(*) FROM " + std::string(table)), 0) << table;
}

TEST_F(RoundTrip, WhatAPartOfAMemoryDoesNotNameStays) {
  const auto store = open();
  Saved all = sample(5, 1);
  ASSERT_EQ(saving(*store, all), "saved");
  Saved part = all;
  part.memory.whole = false;
  part.memory.tunnels = {sample_tunnel(3, 9), sample_tunnel(5, 9)};
  part.memory.gateways = {sample_gateway(2, 9)};
  part.memory.gateways.front().ties.reset();
  ASSERT_EQ(saving(*store, part), "saved");
  all.memory.tunnels[3] = sample_tunnel(3, 9);
  all.memory.tunnels.push_back(sample_tunnel(5, 9));
  const auto ties = all.memory.gateways[2].ties;
  all.memory.gateways[2] = sample_gateway(2, 9);
  all.memory.gateways[2].ties = ties;
  EXPECT_EQ(loaded(*store), show(all));
}

TEST_F(RoundTrip, AFailedSaveIsRepeatedWhole) {
  const auto store = open();
  ASSERT_EQ(saving(*store, sample(2, 1)), "saved");
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(file().c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  EXPECT_THAT(saving(*store, sample(2, 2)), HasSubstr("locked"));
  EXPECT_TRUE(store->usable());
  sqlite3_close(other);
  EXPECT_EQ(saving(*store, sample(2, 2)), "saved");
  EXPECT_EQ(loaded(*store), show(sample(2, 2)));
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

TEST_F(RoundTrip, OneChangeWritesFewPages) {
  const auto store = open();
  Saved saved = sample(10'000);
  for (auto& gateway : saved.memory.gateways) {
    for (std::uint32_t i = 0; i < 1000; ++i) gateway.ties->spis.places.emplace_back(i * 3 + 100, i);
  }
  ASSERT_EQ(saving(*store, saved), "saved");
  run_sql(file(), "PRAGMA wal_checkpoint(TRUNCATE)");
  saved.memory.tunnels[777] = sample_tunnel(777, 1);
  saved.memory.gateways[77].ties->spis.places.back().second = 5;
  ASSERT_EQ(saving(*store, saved), "saved");
  EXPECT_LT(fs::file_size(file().string() + "-wal"), 12U * 4096U);
}

TEST_F(RoundTrip, AnEndlessPositionIsAProblemAndTheFormerSaveStands) {
  const auto store = open();
  ASSERT_TRUE(store);
  ASSERT_EQ(saving(*store, sample(1)), "saved");
  Saved saved = sample(1, 1);
  saved.sources["messages"].position.assign(70'000, 'p');
  EXPECT_THAT(saving(*store, saved), HasSubstr("the position of messages is too long"));
  EXPECT_EQ(loaded(*store), show(sample(1)));
}

TEST_F(RoundTrip, PeopleCanLookIntoTheFile) {
  save(sample(1, 3));
  EXPECT_EQ(sql_number("SELECT count(*) FROM tunnels WHERE state = 'up' AND since = 1700000000000000 AND name = 'branch-0'"), 1);
  EXPECT_EQ(sql_number("SELECT lines FROM sources WHERE name = 'messages'"), 10);
}

/// Whatever the bytes of a row are: no value, or one whose lists are bounded.
TEST(Records, TakeAnyBytes) {
  std::mt19937 random(11);
  const std::string sound = encode(sample_tunnel(1, 2));
  const std::string gateway = encode(sample_gateway(1, 2));
  int decoded = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes = i % 2 == 0 ? sound : gateway;
    for (int n = 0; n < 1 + i % 3; ++n) bytes[random() % bytes.size()] = static_cast<char>(random());
    if (i % 5 == 0) bytes.resize(random() % bytes.size());
    engine::TunnelMemory tunnel;
    engine::GatewayMemory other;
    const bool good = i % 2 == 0 ? decode(bytes, tunnel) : decode(bytes, other);
    decoded += good ? 1 : 0;
    EXPECT_LE(good ? tunnel.facts.ike.size() : 0, tunnel::Tunnel::max_sas);
  }
  EXPECT_GT(decoded, 0);
  EXPECT_LT(decoded, 20'000);
}

TEST(Records, KeepTheYoungestOfTooManySas) {
  engine::TunnelMemory many = sample_tunnel(1);
  many.facts.ike.assign(100, {std::nullopt, at(1)});
  many.facts.ike.back().since = at(100);
  many.facts.children.assign(100, {1, 2, at(1), std::nullopt});
  many.facts.children.back().since = at(100);
  engine::TunnelMemory tunnel;
  ASSERT_TRUE(decode(encode(many), tunnel));
  EXPECT_EQ(tunnel.facts.ike.size(), tunnel::Tunnel::max_sas);
  EXPECT_EQ(tunnel.facts.ike.back().since, at(100));
  EXPECT_EQ(tunnel.facts.children.size(), tunnel::Tunnel::max_sas);
  EXPECT_EQ(tunnel.facts.children.back().since, at(100));
}

TEST(Records, RefuseWhatIsCutOffOrTooLong) {
  const std::string sound = encode(sample_tunnel(1, 2));
  for (std::size_t size = 0; size < sound.size(); ++size) {
    engine::TunnelMemory tunnel;
    ASSERT_FALSE(decode(sound.substr(0, size), tunnel)) << size;
  }
  engine::TunnelMemory tunnel;
  EXPECT_TRUE(decode(sound, tunnel));
  EXPECT_FALSE(decode(sound + '\0', tunnel));
}

TEST(Records, RefuseALaterVersion) {
  std::string bytes = encode(sample_tunnel(1));
  bytes.front() = static_cast<char>(archive_version + 1);
  engine::TunnelMemory tunnel;
  EXPECT_FALSE(decode(bytes, tunnel));
}

TEST(Records, ForgetFindingsWhoseCauseIsUnknown) {
  std::string bytes = encode(sample_tunnel(1));
  const auto place = bytes.find("peer_unreachable");
  ASSERT_NE(place, std::string::npos);
  bytes.replace(place, 4, "moon");
  engine::TunnelMemory tunnel;
  ASSERT_TRUE(decode(bytes, tunnel));
  EXPECT_EQ(tunnel.diagnoses.findings.size(), 1U);
}

TEST(Records, AreThoseOfVersionTwo) {
  // Saved files depend on these values: where they change, archive_version has to change, and older blobs must still be read.
  EXPECT_EQ(fingerprint("tunnel", encode(sample_tunnel(1, 2))), 1642497062284831310);
  EXPECT_EQ(fingerprint("gateway", encode(sample_gateway(1, 2))), 8552759405916224655);
  EXPECT_EQ(fingerprint("totals", encode_totals({})), -2275454393272242657);
  EXPECT_EQ(fingerprint("source", encode(sample(0).sources.at("messages"))), -2283732886778029917);
}

}  // namespace
}  // namespace ikewatch::store
