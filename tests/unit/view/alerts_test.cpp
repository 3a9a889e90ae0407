#include <ikewatch/view/alerts.hpp>

#include <gtest/gtest.h>

namespace ikewatch::view {
namespace {

using namespace std::chrono_literals;

const alert::Moment now{WallTime{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}}, 100s};

alert::TunnelFact a_tunnel(std::string name, tunnel::State state) {
  alert::TunnelFact fact;
  fact.name = {"gw1", name};
  fact.peer = std::move(name);
  fact.state = state;
  fact.cause = rules::Cause::psk_missing;
  fact.checks = {"say \"psk.txt\""};
  return fact;
}

alert::Board a_board() {
  alert::Setup setup;
  alert::Rule rule;
  rule.name = "TunnelDown";
  rule.when.state = {tunnel::State::down};
  setup.rules = {rule};
  alert::Board board(std::move(setup));
  for (const auto* name : {"203.0.113.1", "203.0.113.2", "203.0.113.3", "198.51.100.7"})
    board.observe(a_tunnel(name, tunnel::State::down), now);
  board.observe(a_tunnel("192.0.2.1", tunnel::State::up), now);
  board.advance(now);
  EXPECT_TRUE(board.silence({.scope = {.tunnel = {"a*"}}, .ends_at = now.wall + 1h, .why = "because"}, now));
  return board;
}

AlertMemories some_memories() {
  auto board = a_board();
  alert::Outbox outbox;
  alert::ReceiverPolicy policy;
  policy.name = "ops";
  outbox.configure({policy}, now);
  for (const auto& notice : board.take_notices()) outbox.enqueue(notice, now);
  outbox.settle(outbox.due(now).at(0).ticket, {200, alert::Failure::none, std::nullopt}, now);
  return {board.memory(now), outbox.memory()};
}

TEST(AlertMemories, AreReadBackAsTheyWereSaved) {
  const auto memories = some_memories();
  ASSERT_FALSE(memories.board.incidents.empty());
  ASSERT_FALSE(memories.outbox.lanes.at(0).letters.empty());
  ASSERT_FALSE(memories.outbox.lanes.at(0).told.empty());
  const auto back = from_saved(to_saved(memories));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->board, memories.board);
  EXPECT_EQ(back->outbox, memories.outbox);
}

TEST(AlertMemories, DamageIsNoReasonToStop) {
  const auto text = to_saved(some_memories());
  EXPECT_FALSE(from_saved(""));
  EXPECT_FALSE(from_saved("[]"));
  EXPECT_FALSE(from_saved(R"({"format":2})"));
  for (std::size_t at = 0; at < text.size(); at += 7) {
    EXPECT_FALSE(from_saved(text.substr(0, at)));
    for (const char c : {'0', '"', '-', '{'}) {
      std::string damaged = text;
      damaged[at] = c;
      if (const auto memories = from_saved(damaged)) {
        alert::Board board{alert::Setup{}};
        board.restore(memories->board, now);
        board.advance(now);
      }
    }
  }
}

TEST(AlertJson, TellsWhatFiresAndWhyItIsNotTold) {
  const auto json = to_json(a_board().alerts());
  EXPECT_NE(json.find(R"("labels":{"alertname":"TunnelDown","gateway":"gw1","severity":"warning","tunnel":"198.51.100.7"})"),
            std::string::npos)
      << json;
  EXPECT_NE(json.find(R"("held":{"why":"incident","by":")"), std::string::npos);
  EXPECT_NE(json.find(R"("checks":"say \"psk.txt\"")"), std::string::npos);
  EXPECT_NE(json.find(R"("count":3)"), std::string::npos);
}

TEST(AlertJson, ListsSilences) {
  const auto json = to_json(a_board().silences());
  EXPECT_NE(json.find(R"("tunnel":["a*"],"gateway":[],"alert":[])"), std::string::npos) << json;
  EXPECT_NE(json.find(R"("ends_at":"2026-01-01T01:00:00+00:00","why":"because")"), std::string::npos);
}

}  // namespace
}  // namespace ikewatch::view
