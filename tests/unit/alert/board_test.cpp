#include "board_fixture.hpp"

#include <gtest/gtest.h>

namespace ikewatch::alert {
namespace {

Fixture down_after_two_minutes() {
  auto rule = a_rule("TunnelDown", bad_state(), 2min);
  rule.clear_after = 1min;
  return Fixture({rule});
}

TEST(Board, FiresWhenTheConditionHeldLongEnough) {
  auto f = down_after_two_minutes();
  f.see(a_tunnel("a", State::down));
  f.pass(119s);
  EXPECT_EQ(f.told(), Lines{});
  f.pass(1s);
  EXPECT_EQ(f.told(), Lines{"firing TunnelDown a"});
  f.pass(1h);
  EXPECT_EQ(f.told(), Lines{});
}

TEST(Board, ForgetsATroubleThatPassed) {
  auto f = down_after_two_minutes();
  f.see(a_tunnel("a", State::down));
  f.pass(100s);
  f.see(a_tunnel("a", State::up));
  f.pass(1h);
  EXPECT_EQ(f.told(), Lines{});
  EXPECT_TRUE(f.board.alerts().empty());
}

TEST(Board, ResolvesWhenTheTroubleIsGoneLongEnough) {
  auto f = down_after_two_minutes();
  f.see(a_tunnel("a", State::down));
  f.pass(3min);
  f.told();
  const auto recovered = f.now.wall;
  f.see(a_tunnel("a", State::up));
  f.pass(30s);
  f.see(a_tunnel("a", State::down));  // hold-up: not over yet
  f.pass(5min);
  EXPECT_EQ(f.told(), Lines{});
  f.see(a_tunnel("a", State::up));
  f.pass(1min);
  const auto notices = f.board.take_notices();
  ASSERT_EQ(notices.size(), 1U);
  EXPECT_EQ(notices[0].kind, NoticeKind::resolved);
  EXPECT_EQ(notices[0].ends_at, recovered + 30s + 5min);
}

TEST(Board, AnotherAttemptIsStillTheSameTrouble) {
  auto f = down_after_two_minutes();
  for (int i = 0; i < 4; ++i) {
    f.see(a_tunnel("a", State::failed));
    f.pass(20s);
    f.see(a_tunnel("a", State::negotiating));
    f.pass(20s);
  }
  EXPECT_EQ(f.told(), Lines{"firing TunnelDown a"});
}

TEST(Board, TheNoticeTellsWhichSinceWhenWhyWhoAndWhat) {
  auto f = down_after_two_minutes();
  auto fact = a_tunnel("branch", State::failed);
  fact.cause = rules::Cause::psk_mismatch;
  fact.side = rules::Side::both;
  fact.summary = "The keys differ.";
  fact.explanation = "Because.";
  fact.checks = {"psk.txt", "the other end"};
  const auto since = f.now.wall;
  f.see(fact);
  f.pass(2min);
  const auto notices = f.board.take_notices();
  ASSERT_EQ(notices.size(), 1U);
  const Texts labels = {{"alertname", "TunnelDown"}, {"gateway", "gw1"}, {"tunnel", "branch"}, {"severity", "critical"}};
  EXPECT_EQ(notices[0].labels, labels);
  EXPECT_EQ(notices[0].starts_at, since);
  const auto& texts = notices[0].annotations;
  EXPECT_EQ(texts.at("cause"), "psk_mismatch");
  EXPECT_EQ(texts.at("side"), "both");
  EXPECT_EQ(texts.at("summary"), "Tunnel branch of gw1 cannot be established: The keys differ.");
  EXPECT_EQ(texts.at("description"), "Since 2026-01-01T00:00:00+00:00. Because.");
  EXPECT_EQ(texts.at("checks"), "psk.txt\nthe other end");
}

TEST(Board, IdentityDoesNotChangeWithTheCause) {
  auto f = down_after_two_minutes();
  f.see(a_tunnel("a", State::failed));
  f.pass(2min);
  auto fact = a_tunnel("a", State::failed);
  fact.cause = rules::Cause::psk_missing;
  f.see(fact);
  f.see(fact);
  const auto notices = f.board.take_notices();
  ASSERT_EQ(notices.size(), 2U);
  EXPECT_EQ(notices[1].kind, NoticeKind::updated);
  EXPECT_EQ(notices[1].annotations.at("cause"), "psk_missing");
  EXPECT_EQ(notices[0].id, notices[1].id);
  EXPECT_EQ(notices[0].key, notices[1].key);
}

TEST(Board, AStepOfTheWallClockFiresAndResolvesNothing) {
  auto f = down_after_two_minutes();
  f.see(a_tunnel("a", State::down));
  f.pass(30s);
  f.now.wall += 24h;
  f.board.advance(f.now);
  EXPECT_EQ(f.told(), Lines{});
  f.pass(90s);
  EXPECT_EQ(f.told(), Lines{"firing TunnelDown a"});
  f.now.wall -= 48h;
  f.board.advance(f.now);
  EXPECT_EQ(f.told(), Lines{});
  f.see(a_tunnel("a", State::up));
  f.pass(1min);
  const auto notices = f.board.take_notices();
  ASSERT_EQ(notices.size(), 1U);
  EXPECT_GE(*notices[0].ends_at, notices[0].starts_at);
}

TEST(Board, AnIdleOnDemandTunnelIsNotDown) {
  auto f = down_after_two_minutes();
  auto fact = a_tunnel("a", State::down);
  fact.mode = Mode::on_demand;
  f.see(fact);
  f.pass(10min);
  EXPECT_EQ(f.told(), Lines{});
  fact.state = State::failed;
  f.see(fact);
  f.pass(10min);
  EXPECT_EQ(f.told(), Lines{"firing TunnelDown a"});
}

TEST(Board, GoesOnWaitingOverARestart) {
  auto f = down_after_two_minutes();
  f.see(a_tunnel("a", State::down));
  f.pass(1min);
  const auto memory = f.board.memory(f.now);
  auto g = down_after_two_minutes();
  g.now = {f.now.wall + 20s, 5s};  // another boot: the steady clock counts from anywhere
  g.board.restore(memory, g.now);
  g.board.begin_grace(g.now, 1min);
  g.see(a_tunnel("a", State::down));
  g.board.caught_up(g.now.later(10s));
  g.pass(39s);
  EXPECT_EQ(g.told(), Lines{});
  g.pass(1s);
  const auto notices = g.board.take_notices();
  ASSERT_EQ(notices.size(), 1U);
  EXPECT_EQ(notices[0].starts_at, f.now.wall - 1min);
}

TEST(Board, NothingIsToldBeforeTheSourcesHaveCaughtUp) {
  Fixture f({a_rule("TunnelDown", bad_state())});
  f.board.begin_grace(f.now, 1min);
  f.see(a_tunnel("a", State::down));
  f.pass(30s);
  f.see(a_tunnel("a", State::up));
  f.pass(10min);
  EXPECT_EQ(f.told(), Lines{});
  f.board.begin_grace(f.now, 1min);
  f.see(a_tunnel("a", State::down));
  f.pass(59s);
  EXPECT_EQ(f.told(), Lines{});
  f.pass(1s);
  EXPECT_EQ(f.told(), Lines{"firing TunnelDown a"});
}

TEST(Board, WhatWasToldBeforeARestartIsOverAfterIt) {
  auto f = down_after_two_minutes();
  f.see(a_tunnel("a", State::down));
  f.see(a_tunnel("b", State::down));
  f.pass(3min);
  EXPECT_EQ(f.told().size(), 2U);
  auto g = down_after_two_minutes();
  g.now = f.now;
  g.board.restore(f.board.memory(f.now), g.now);
  g.board.begin_grace(g.now, 1min);
  g.see(a_tunnel("a", State::up));  // b is no longer known
  g.pass(5min);
  EXPECT_EQ(g.told(), (Lines{"resolved TunnelDown b", "resolved TunnelDown a"}));
}

TEST(Board, SavesAndRestoresEverythingItKnows) {
  auto f = down_after_two_minutes();
  for (const auto* name : {"198.51.100.1", "198.51.100.2", "198.51.100.3", "203.0.113.9"}) f.see(a_tunnel(name, State::down));
  f.pass(3min);
  f.see(a_tunnel("203.0.113.9", State::up));
  ASSERT_TRUE(f.board.silence({.scope = {.tunnel = {"x"}}, .ends_at = f.now.wall + 1h}, f.now));
  const auto memory = f.board.memory(f.now);
  EXPECT_EQ(memory.incidents.size(), 1U);
  auto g = down_after_two_minutes();
  g.now = f.now;
  g.board.restore(memory, g.now);
  EXPECT_EQ(g.board.memory(g.now), memory);
}

TEST(Board, ARuleThatIsDeletedEndsItsAlerts) {
  auto f = down_after_two_minutes();
  f.see(a_tunnel("a", State::down));
  f.pass(3min);
  f.told();
  f.board.reconfigure(Fixture::make({a_rule("Other", bad_state())}), f.now);
  f.board.advance(f.now);
  EXPECT_EQ(f.told(), (Lines{"resolved TunnelDown a", "firing Other a"}));
}

TEST(Board, IsBounded) {
  auto setup = Fixture::make({a_rule("TunnelDown", bad_state())});
  setup.max_alerts = 2;
  Board board(std::move(setup));
  const Moment now{{}, 1s};
  for (const auto* name : {"a", "b", "c"}) board.observe(a_tunnel(name, State::down), now);
  EXPECT_EQ(board.alerts().size(), 2U);
  EXPECT_EQ(board.overflowed(), 1U);
}

TEST(Board, AsksForTheNextMomentThatMatters) {
  auto f = down_after_two_minutes();
  EXPECT_EQ(f.board.next_deadline(), std::nullopt);
  f.see(a_tunnel("a", State::down));
  ASSERT_TRUE(f.board.next_deadline());
  EXPECT_LE(*f.board.next_deadline(), f.now.steady + 2min);
}

TEST(Silent, OnlyWhatOnceSpokeCanGoQuiet) {
  Condition when;
  when.source = {"*"};
  when.silent = 10min;
  Fixture f({a_rule("SourceSilent", when)});
  SourceFact fact;
  fact.name = "routers";
  fact.up = true;
  f.board.observe(fact, f.now);
  f.pass(1h);
  EXPECT_EQ(f.told(), Lines{});
  fact.last_line = f.now.wall;
  f.board.observe(fact, f.now);
  f.pass(599s);
  EXPECT_EQ(f.told(), Lines{});
  f.pass(1s);
  const auto notices = f.board.take_notices();
  ASSERT_EQ(notices.size(), 1U);
  EXPECT_EQ(notices[0].labels.at("source"), "routers");
  fact.last_line = f.now.wall;
  f.board.observe(fact, f.now);
  f.board.advance(f.now);
  EXPECT_EQ(f.told(), Lines{"resolved SourceSilent"});
}

TEST(Silent, ATunnelIsLookedAtBeforeItIsCalledSilent) {
  Condition when;
  when.silent = 10min;
  Fixture f({a_rule("Silent", when)});
  auto fact = a_tunnel("a", State::up);
  fact.last_event = f.now.wall;
  f.see(fact);
  f.now = f.now.later(10min);
  EXPECT_EQ(f.board.worth_a_look(f.now), (std::vector<TunnelName>{{"gw1", "a"}}));
  fact.last_event = f.now.wall;
  f.see(fact);
  EXPECT_EQ(f.told(), Lines{});
  f.pass(10min);
  EXPECT_EQ(f.told(), Lines{"firing Silent a"});
}

TEST(Gap, IsRememberedForAWhile) {
  Condition when;
  when.source = {"*"};
  when.gap = true;
  Fixture f({a_rule("LogGap", when)});
  SourceFact fact;
  fact.name = "journal";
  fact.lost = 7;  // before we looked
  f.board.observe(fact, f.now);
  f.board.advance(f.now);
  EXPECT_EQ(f.told(), Lines{});
  fact.lost = 8;
  f.board.observe(fact, f.now);
  f.board.advance(f.now);
  EXPECT_EQ(f.told(), Lines{"firing LogGap"});
  f.pass(gap_memory);
  EXPECT_EQ(f.told(), Lines{"resolved LogGap"});
}

TEST(Phase, IsThatOfTheLastFailureUntilTheTunnelIsUp) {
  Condition when;
  when.phase = 2;
  Fixture f({a_rule("Phase2", when)});
  auto fact = a_tunnel("a", State::phase1_up);
  f.see(fact);
  fact.failures[2] = 1;
  f.see(fact);
  EXPECT_EQ(f.told(), Lines{"firing Phase2 a"});
  fact.state = State::up;
  f.see(fact);
  EXPECT_EQ(f.told(), Lines{"resolved Phase2 a"});
}

TEST(Daemon, TellsOfItsOwnTroubles) {
  Condition when;
  when.trouble = {Trouble::delivery};
  Fixture f({a_rule("DeliveryFailing", when)});
  f.board.observe(DaemonFact{Trouble::store, {}, true, "disk full"}, f.now);
  f.board.observe(DaemonFact{Trouble::delivery, "ops", true, "ops does not answer"}, f.now);
  f.board.advance(f.now);
  const auto notices = f.board.take_notices();
  ASSERT_EQ(notices.size(), 1U);
  EXPECT_EQ(notices[0].labels.at("component"), "delivery:ops");
  EXPECT_EQ(notices[0].labels.at("gateway"), "here");
  EXPECT_EQ(notices[0].annotations.at("summary"), "ikewatch: ops does not answer");
}

TEST(Rule, LabelsAndAnnotationsAreTemplates) {
  auto rule = a_rule("TunnelDown", bad_state());
  rule.labels = {{"site", "{tunnel|upper}"}, {"why", "{cause}"}};
  rule.annotations = {{"runbook_url", "https://wiki.example/{alertname}/{cause|url}"}};
  Fixture f({rule});
  auto fact = a_tunnel("a", State::down);
  fact.cause = rules::Cause::dpd_timeout;
  f.see(fact);
  const auto notices = f.board.take_notices();
  EXPECT_EQ(notices[0].labels.at("site"), "A");
  EXPECT_EQ(notices[0].labels.at("why"), "{cause}") << "identity never changes with the cause";
  EXPECT_EQ(notices[0].annotations.at("runbook_url"), "https://wiki.example/TunnelDown/dpd_timeout");
}

}  // namespace
}  // namespace ikewatch::alert
