#include "board_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace ikewatch::alert {
namespace {

Condition caused(rules::Cause cause) {
  Condition when;
  when.cause = {cause};
  return when;
}

TunnelFact with_cause(TunnelFact fact, rules::Cause cause) {
  fact.cause = cause;
  return fact;
}

TEST(RootCause, HoldsBackWhatFollowsFromIt) {
  Fixture f({a_rule("TunnelDown", bad_state(), 2min), a_rule("WrongKey", caused(rules::Cause::psk_missing))});
  f.see(with_cause(a_tunnel("a", State::failed), rules::Cause::psk_missing));
  f.pass(10min);
  auto notices = f.board.take_notices();
  ASSERT_EQ(notices.size(), 2U);
  EXPECT_EQ(notices[0].labels.at("alertname"), "WrongKey");
  EXPECT_TRUE(notices[0].held_by.empty());
  EXPECT_EQ(notices[1].held_by, std::vector<std::string>{"WrongKey"});
  // The cause is over but the tunnel is not up: now everybody is told of that.
  f.see(a_tunnel("a", State::failed));
  notices = f.board.take_notices();
  ASSERT_EQ(notices.size(), 2U);
  EXPECT_EQ(notices[0].kind, NoticeKind::resolved);
  EXPECT_EQ(notices[1].kind, NoticeKind::firing);
  EXPECT_TRUE(notices[1].held_by.empty());
}

TEST(RootCause, GoesWithItsConsequencesWhenTheTunnelIsUp) {
  auto down = a_rule("TunnelDown", bad_state());
  down.clear_after = 1min;
  Fixture f({down, a_rule("WrongKey", caused(rules::Cause::psk_missing))});
  f.see(with_cause(a_tunnel("a", State::failed), rules::Cause::psk_missing));
  f.told();
  f.see(a_tunnel("a", State::up));
  f.pass(5min);
  EXPECT_EQ(f.told(), (Lines{"resolved WrongKey a", "resolved TunnelDown a"}));
}

TEST(RootCause, AGraverAlertHoldsBackALesserOne) {
  Condition flapping;
  flapping.flapping = true;
  Fixture f({a_rule("TunnelFlapping", flapping, 0s, Severity::warning), a_rule("TunnelDown", bad_state())});
  auto fact = a_tunnel("a", State::down);
  fact.flapping = true;
  f.see(fact);
  const auto notices = f.board.take_notices();
  ASSERT_EQ(notices.size(), 2U);
  EXPECT_TRUE(notices[0].held_by.empty());
  EXPECT_EQ(notices[1].held_by, std::vector<std::string>{"TunnelDown"});
}

TEST(Twin, BothEndsAreOneAlert) {
  Fixture f({a_rule("TunnelDown", bad_state(), 2min)});
  auto a = a_tunnel("to-b", State::down, "A");
  auto b = a_tunnel("to-a", State::down, "B");
  a.twin = b.name;
  b.twin = a.name;
  f.see(a);
  f.pass(5s);
  f.see(b);
  f.pass(10min);
  EXPECT_EQ(f.told(), Lines{"firing TunnelDown to-b"});
  a.state = State::up;
  f.see(a);
  f.pass(30s);
  b.state = State::up;  // the other end sees it later
  f.see(b);
  f.pass(10min);
  EXPECT_EQ(f.told(), Lines{"resolved TunnelDown to-b"});
}

TEST(Twin, AnEndThatStaysInTroubleIsToldOfInTheEnd) {
  Fixture f({a_rule("TunnelDown", bad_state(), 2min)});
  auto a = a_tunnel("to-b", State::down, "A");
  auto b = a_tunnel("to-a", State::down, "B");
  a.twin = b.name;
  b.twin = a.name;
  f.see(a);
  f.see(b);
  f.pass(10min);
  a.state = State::up;
  f.see(a);
  f.told();
  f.pass(119s);
  EXPECT_EQ(f.told(), Lines{});
  f.pass(1s);
  EXPECT_EQ(f.told(), Lines{"firing TunnelDown to-a"});
}

TEST(Silence, NobodyIsToldUntilItEnds) {
  Fixture f({a_rule("TunnelDown", bad_state())});
  const auto id = f.board.silence({.scope = {.tunnel = {"br*"}}, .ends_at = f.now.wall + 2h, .why = "new router"}, f.now);
  ASSERT_TRUE(id);
  f.see(a_tunnel("branch", State::down));
  f.see(a_tunnel("hub", State::down));
  EXPECT_EQ(f.told(), Lines{"firing TunnelDown hub"});
  f.pass(2h);
  EXPECT_EQ(f.told(), Lines{"firing TunnelDown branch"});
  EXPECT_TRUE(f.board.silences().empty());
}

TEST(Silence, ATroubleThatCameAndWentInItIsNeverTold) {
  Fixture f({a_rule("TunnelDown", bad_state())});
  ASSERT_TRUE(f.board.silence({.ends_at = f.now.wall + 1h}, f.now));
  f.see(a_tunnel("a", State::down));
  f.pass(10min);
  f.see(a_tunnel("a", State::up));
  f.pass(2h);
  EXPECT_EQ(f.told(), Lines{});
}

TEST(Silence, TheEndOfWhatWasToldBeforeItIsTold) {
  Fixture f({a_rule("TunnelDown", bad_state())});
  f.see(a_tunnel("a", State::down));
  ASSERT_TRUE(f.board.silence({.ends_at = f.now.wall + 1h}, f.now));
  f.see(a_tunnel("a", State::up));
  EXPECT_EQ(f.told(), (Lines{"firing TunnelDown a", "resolved TunnelDown a"}));
}

TEST(Silence, CanBeEndedAndIsChecked) {
  Fixture f({a_rule("TunnelDown", bad_state())});
  const auto id = f.board.silence({.ends_at = f.now.wall + 1h}, f.now);
  f.see(a_tunnel("a", State::down));
  EXPECT_EQ(f.told(), Lines{});
  EXPECT_EQ(f.board.alerts()[0].held, Held::silenced);
  EXPECT_EQ(f.board.alerts()[0].by, *id);
  EXPECT_FALSE(f.board.end_silence("nothing", f.now));
  EXPECT_TRUE(f.board.end_silence(*id, f.now));
  f.board.advance(f.now);
  EXPECT_EQ(f.told(), Lines{"firing TunnelDown a"});
  EXPECT_FALSE(f.board.silence({.ends_at = f.now.wall}, f.now));
  EXPECT_FALSE(f.board.silence({.ends_at = f.now.wall + 24h * 400}, f.now));
  EXPECT_FALSE(f.board.silence({.scope = {.tunnel = std::vector<std::string>(100, "x")}, .ends_at = f.now.wall + 1h}, f.now));
}

TEST(MaintenanceWindow, IsQuietAndThenTellsWhatLasts) {
  auto setup = Fixture::make({a_rule("TunnelDown", bad_state())});
  setup.windows.push_back({.name = "night", .scope = {}, .from = 1h, .to = 2h});
  Fixture f({});
  f.board.reconfigure(setup, f.now);
  f.pass(90min);
  f.see(a_tunnel("a", State::down));
  EXPECT_EQ(f.told(), Lines{});
  f.pass(30min);
  EXPECT_EQ(f.told(), Lines{"firing TunnelDown a"});
}

TEST(Incident, ManyTunnelsToOneNetworkAreOneAlert) {
  Fixture f({a_rule("TunnelDown", bad_state(), 2min)});
  f.see(a_tunnel("hub", State::up));
  for (int i = 1; i <= 12; ++i) {
    f.see(a_tunnel("203.0.113." + std::to_string(i), State::down));
    f.pass(2s);
  }
  f.pass(5min);
  auto notices = f.board.take_notices();
  ASSERT_EQ(notices.size(), 1U);
  EXPECT_EQ(notices[0].labels.at("peer_network"), "203.0.113.0/24");
  EXPECT_EQ(notices[0].labels.at("gateway"), "gw1");
  EXPECT_EQ(notices[0].member_count, 12U);
  EXPECT_EQ(notices[0].annotations.at("summary"), "12 tunnels to 203.0.113.0/24 went down together");
  for (int i = 1; i <= 12; ++i) f.see(a_tunnel("203.0.113." + std::to_string(i), State::up));
  notices = f.board.take_notices();
  ASSERT_FALSE(notices.empty());
  EXPECT_EQ(notices.back().kind, NoticeKind::resolved);
  for (std::size_t i = 0; i + 1 < notices.size(); ++i) EXPECT_EQ(notices[i].kind, NoticeKind::updated);
}

TEST(Incident, AGatewayThatHasNothingUpIsOneAlert) {
  Fixture f({a_rule("TunnelDown", bad_state(), 2min)});
  for (const auto* peer : {"192.0.2.1", "198.51.100.1", "203.0.113.1"}) f.see(a_tunnel(peer, State::down));
  f.pass(5min);
  const auto notices = f.board.take_notices();
  ASSERT_EQ(notices.size(), 1U);
  EXPECT_EQ(notices[0].labels.at("incident"), "gateway");
  EXPECT_EQ(notices[0].labels.at("tunnel"), "*");
}

TEST(Incident, StrangersThatFallTogetherStaySingle) {
  Fixture f({a_rule("TunnelDown", bad_state(), 2min)});
  f.see(a_tunnel("hub", State::up));
  for (const auto* peer : {"192.0.2.1", "198.51.100.1", "203.0.113.1"}) f.see(a_tunnel(peer, State::down));
  f.pass(5min);
  EXPECT_EQ(f.told().size(), 3U);
}

TEST(Incident, WithoutHoldTheFirstAreToldAtOnceAndTheRestTogether) {
  Fixture f({a_rule("TunnelDown", bad_state())});
  f.see(a_tunnel("hub", State::up));
  for (int i = 1; i <= 6; ++i) f.see(a_tunnel("203.0.113." + std::to_string(i), State::down));
  EXPECT_EQ(f.told(), (Lines{"firing TunnelDown 203.0.113.1", "firing TunnelDown 203.0.113.2", "firing TunnelDown *",
                             "updated TunnelDown *", "updated TunnelDown *", "updated TunnelDown *"}));
  for (int i = 1; i <= 6; ++i) f.see(a_tunnel("203.0.113." + std::to_string(i), State::up));
  const auto lines = f.told();
  EXPECT_EQ(std::ranges::count(lines, "resolved TunnelDown 203.0.113.1"), 1);
  EXPECT_EQ(std::ranges::count(lines, "resolved TunnelDown 203.0.113.3"), 0);
  EXPECT_EQ(lines.back(), "resolved TunnelDown *");
}

TEST(Incident, SurvivesARestart) {
  Fixture f({a_rule("TunnelDown", bad_state(), 2min)});
  for (int i = 1; i <= 4; ++i) f.see(a_tunnel("203.0.113." + std::to_string(i), State::down));
  f.pass(5min);
  EXPECT_EQ(f.told(), Lines{"firing TunnelDown *"});
  Fixture g({a_rule("TunnelDown", bad_state(), 2min)});
  g.now = f.now;
  g.board.restore(f.board.memory(f.now), g.now);
  g.board.begin_grace(g.now, 1min);
  for (int i = 1; i <= 4; ++i) g.see(a_tunnel("203.0.113." + std::to_string(i), State::down));
  g.pass(10min);
  EXPECT_EQ(g.told(), Lines{});
  for (int i = 1; i <= 4; ++i) g.see(a_tunnel("203.0.113." + std::to_string(i), State::up));
  EXPECT_EQ(g.told().back(), "resolved TunnelDown *");
}

TEST(Incident, IsHeldBackWhereEveryMemberIs) {
  Fixture f({a_rule("TunnelDown", bad_state(), 2min), a_rule("WrongKey", caused(rules::Cause::psk_missing))});
  for (int i = 1; i <= 4; ++i)
    f.see(with_cause(a_tunnel("203.0.113." + std::to_string(i), State::failed), rules::Cause::psk_missing));
  f.pass(5min);
  for (const auto& notice : f.board.take_notices()) {
    const bool consequence = notice.labels.at("alertname") == "TunnelDown";
    EXPECT_EQ(notice.held_by, consequence ? std::vector<std::string>{"WrongKey"} : std::vector<std::string>{});
  }
}

TEST(Incident, TenThousandTunnelsFallInGoodTime) {
  Fixture f({a_rule("TunnelDown", bad_state())});
  f.see(a_tunnel("hub", State::up));
  for (int i = 0; i < 10000; ++i) {
    const std::string peer = "10." + std::to_string(i / 250) + '.' + std::to_string(i % 250) + ".1";  // no two in one network
    f.board.observe(a_tunnel(peer, State::down), f.now);
    if (i % 100 == 99) f.board.advance(f.now);
  }
  EXPECT_EQ(f.told().size(), 10000U);
}

}  // namespace
}  // namespace ikewatch::alert
