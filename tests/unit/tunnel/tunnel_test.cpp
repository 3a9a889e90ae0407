#include <ikewatch/tunnel/attribution.hpp>
#include <ikewatch/tunnel/tunnel.hpp>

#include <support/event_builder.hpp>

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <map>
#include <random>
#include <string>

namespace ikewatch::tunnel {
namespace {

using rules::EventKind;
using rules::FieldId;
using test::an_event;
using namespace std::chrono_literals;

constexpr const char* first_cookies = "1111111111111111:2222222222222222";
constexpr const char* second_cookies = "3333333333333333:4444444444444444";

class ATunnel : public ::testing::Test {
 protected:
  Outcome at(std::chrono::seconds when, const rules::Event& event) { return tunnel_.apply(event, WallTime{} + when); }
  void bring_up(std::chrono::seconds when, const std::string& in, const std::string& out, const char* cookies = first_cookies) {
    at(when, an_event(EventKind::phase1_started));
    at(when, an_event(EventKind::phase1_up).with(FieldId::cookies, cookies));
    at(when, an_event(EventKind::phase2_started));
    at(when, an_event(EventKind::phase2_up).with(FieldId::spi, in));
    at(when, an_event(EventKind::phase2_up).with(FieldId::spi, out));
  }
  Tunnel tunnel_;
};

TEST_F(ATunnel, GoesThroughBothPhasesToUp) {
  EXPECT_EQ(tunnel_.state(), State::unknown);
  EXPECT_EQ(at(1s, an_event(EventKind::phase1_started)).after, State::negotiating);
  EXPECT_EQ(at(2s, an_event(EventKind::phase1_up).with(FieldId::cookies, first_cookies)).after, State::phase1_up);
  EXPECT_EQ(at(3s, an_event(EventKind::phase2_started)).after, State::phase1_up);
  const Outcome up = at(3s, an_event(EventKind::phase2_up).with(FieldId::spi, "1(0x1)"));
  EXPECT_EQ(up.after, State::up);
  EXPECT_TRUE(up.came_up);
  EXPECT_EQ(up.finished->first, 2);
}

TEST_F(ATunnel, TakesTwoEstablishedLinesAsOnePair) {
  bring_up(1s, "1(0x1)", "2(0x2)");
  ASSERT_EQ(tunnel_.children().size(), 1U);
  EXPECT_EQ(tunnel_.children()[0].spi_in, 1U);
  EXPECT_EQ(tunnel_.children()[0].spi_out, 2U);
}

TEST_F(ATunnel, TakesARepeatedLineOnce) {
  bring_up(1s, "1(0x1)", "2(0x2)");
  at(1s, an_event(EventKind::phase2_up).with(FieldId::spi, "2(0x2)"));
  EXPECT_EQ(tunnel_.children().size(), 1U);
}

TEST_F(ATunnel, StaysUpDuringARekeyOfTheChild) {
  bring_up(1s, "1(0x1)", "2(0x2)");
  EXPECT_EQ(at(1000s, an_event(EventKind::phase2_expired).with(FieldId::spi, "1(0x1)")).after, State::up);
  EXPECT_EQ(at(1000s, an_event(EventKind::phase2_started)).after, State::up);
  EXPECT_EQ(at(1001s, an_event(EventKind::phase2_up).with(FieldId::spi, "3(0x3)")).after, State::up);
  EXPECT_EQ(at(1001s, an_event(EventKind::phase2_up).with(FieldId::spi, "4(0x4)")).after, State::up);
  EXPECT_EQ(at(1002s, an_event(EventKind::phase2_deleted).with(FieldId::spi, "2")).after, State::up);
  EXPECT_EQ(tunnel_.tick(WallTime{} + 2000s).after, State::up);
  EXPECT_EQ(tunnel_.children().size(), 1U);
}

TEST_F(ATunnel, TheLateDeleteOfAnOldIkeSaTakesNothingDown) {
  bring_up(1s, "1(0x1)", "2(0x2)");
  at(900s, an_event(EventKind::phase1_up).with(FieldId::cookies, second_cookies));
  EXPECT_EQ(at(1000s, an_event(EventKind::phase1_deleted).with(FieldId::cookies, first_cookies)).after, State::up);
  EXPECT_EQ(tunnel_.tick(WallTime{} + 2000s).after, State::up);
  EXPECT_EQ(tunnel_.ike_sas().size(), 1U);
}

TEST_F(ATunnel, IsDownWhenNoSuccessorFollowsAnExpiry) {
  bring_up(1s, "1(0x1)", "2(0x2)");
  at(2s, an_event(EventKind::phase1_expired).with(FieldId::cookies, first_cookies));
  EXPECT_EQ(at(1000s, an_event(EventKind::phase2_expired).with(FieldId::spi, "1(0x1)")).after, State::up);
  ASSERT_EQ(tunnel_.deadline(), WallTime{} + 1000s + Tunnel::successor_grace);
  EXPECT_EQ(tunnel_.tick(*tunnel_.deadline() - 1us).after, State::up);
  EXPECT_EQ(tunnel_.tick(*tunnel_.deadline()).after, State::down);
}

TEST_F(ATunnel, IsNotUpWithOneHalfAfterTheKernelRefusedTheOther) {
  at(1s, an_event(EventKind::phase1_up).with(FieldId::cookies, first_cookies));
  at(2s, an_event(EventKind::resource_error));
  EXPECT_EQ(at(2s, an_event(EventKind::phase2_up).with(FieldId::spi, "2(0x2)")).after, State::phase1_up);
}

TEST_F(ATunnel, CountsARetransmittedStartAsOneAttempt) {
  EXPECT_TRUE(at(1s, an_event(EventKind::phase1_started)).started_phase);
  EXPECT_FALSE(at(11s, an_event(EventKind::phase1_started)).started_phase);
  EXPECT_TRUE(at(11s, an_event(EventKind::phase1_failed)).failed_phase);
  EXPECT_FALSE(at(12s, an_event(EventKind::phase1_failed)).failed_phase);
}

TEST_F(ATunnel, GivesUpAnAttemptThatNothingEnds) {
  at(1s, an_event(EventKind::phase1_started));
  EXPECT_FALSE(tunnel_.overdue_attempt(WallTime{} + 90s));
  EXPECT_EQ(tunnel_.overdue_attempt(WallTime{} + 91s), 1);
  EXPECT_FALSE(tunnel_.overdue_attempt(WallTime{} + 92s));
}

TEST_F(ATunnel, FlapsWhenItGoesUpAndDownTwiceInTenMinutes) {
  for (const auto start : {0s, 100s}) {
    bring_up(start, "1(0x1)", "2(0x2)");
    at(start + 50s, an_event(EventKind::peer_dead));
  }
  EXPECT_TRUE(tunnel_.flapping(WallTime{} + 160s));
  EXPECT_FALSE(tunnel_.flapping(WallTime{} + 160s + 10min));
}

TEST_F(ATunnel, RekeysForADayWithoutFlapping) {
  for (int hour = 0; hour < 24; ++hour) {
    bring_up(std::chrono::hours{hour}, std::to_string(2 * hour + 1), std::to_string(2 * hour + 2));
    if (hour > 0)
      at(std::chrono::hours{hour} + 5s, an_event(EventKind::phase2_expired).with(FieldId::spi, std::to_string(2 * hour - 1)));
  }
  EXPECT_EQ(tunnel_.state(), State::up);
  EXPECT_FALSE(tunnel_.flapping(WallTime{} + 23h));
  EXPECT_EQ(tunnel_.children().size(), 1U);
}

TEST_F(ATunnel, HoldsABoundedNumberOfSas) {
  for (int i = 1; i < 1000; ++i) {
    at(std::chrono::seconds{i * 10}, an_event(EventKind::phase2_up).with(FieldId::spi, std::to_string(i)));
    char cookies[40];
    std::snprintf(cookies, sizeof cookies, "%016x:%016x", i, i);
    at(std::chrono::seconds{i * 10}, an_event(EventKind::phase1_up).with(FieldId::cookies, cookies));
  }
  EXPECT_LE(tunnel_.children().size(), Tunnel::max_sas);
  EXPECT_LE(tunnel_.ike_sas().size(), Tunnel::max_sas);
}

TEST(ATunnelUnderAnyOrderOfEvents, StaysConsistent) {
  std::mt19937 random(7);
  const auto any = [&random](unsigned below) { return static_cast<unsigned>(random() % below); };
  Tunnel tunnel;
  for (int i = 0; i < 20000; ++i) {
    const auto kind = static_cast<EventKind>(any(rules::event_kinds));
    auto event = an_event(kind);
    if (any(2) == 0) event.with(FieldId::spi, std::to_string(any(8) + 1));
    if (any(2) == 0) event.with(FieldId::cookies, any(2) == 0 ? first_cookies : second_cookies);
    const WallTime now = WallTime{} + std::chrono::seconds{i * 7};
    tunnel.apply(event, now);
    const bool held = !tunnel.children().empty();
    ASSERT_TRUE(tunnel.state() != State::up || held) << rules::name_of(kind);
    tunnel.tick(now);
    tunnel.overdue_attempt(now);
  }
}

TEST(IkeCookies, ReadsWhatDaemonsPrint) {
  EXPECT_EQ(IkeCookies::parse(first_cookies)->responder, 0x2222222222222222U);
  EXPECT_EQ(IkeCookies::parse(std::string(first_cookies) + ":0000abcd")->initiator, 0x1111111111111111U);
  EXPECT_FALSE(IkeCookies::parse("<cookie>:0000000000000000"));
  EXPECT_FALSE(IkeCookies::parse(""));
}

TEST(Attribution, TellsThePeerFromOurOwnAddress) {
  Attribution attribution;
  attribution.learn_local("192.0.2.1");
  EXPECT_EQ(attribution.peer_of(
                an_event(EventKind::phase2_up).with(FieldId::src, "198.51.100.7[500]").with(FieldId::dst, "192.0.2.1[500]")),
            "198.51.100.7");
  EXPECT_EQ(attribution.peer_of(
                an_event(EventKind::phase2_up).with(FieldId::src, "192.0.2.1[500]").with(FieldId::dst, "198.51.100.7[500]")),
            "198.51.100.7");
  EXPECT_EQ(attribution.peer_of(an_event(EventKind::info).with(FieldId::prefix, "192.0.2.1")), "");
}

TEST(Attribution, RecallsCookiesAndSpis) {
  Attribution attribution;
  attribution.learn(an_event(EventKind::phase1_up).with(FieldId::cookies, first_cookies), 4);
  attribution.learn(an_event(EventKind::phase2_up).with(FieldId::spi, "168086000(0xa04c9f0)"), 5);
  EXPECT_EQ(
      attribution.recall(an_event(EventKind::phase2_failed).with(FieldId::cookies, std::string(first_cookies) + ":0000f74b")),
      4U);
  EXPECT_EQ(attribution.recall(an_event(EventKind::phase2_deleted).with(FieldId::spi, "168086000")), 5U);
  EXPECT_FALSE(attribution.recall(an_event(EventKind::phase2_deleted).with(FieldId::spi, "7")));
}

TEST(Tunnel, TakesBackNoMoreSasThanItMayHold) {
  TunnelFacts facts;
  facts.state = State::up;
  facts.ike.resize(100);
  facts.children.resize(100);
  facts.children.back().spi_in = 7;
  Tunnel tunnel;
  tunnel.restore(std::move(facts));
  EXPECT_EQ(tunnel.ike_sas().size(), Tunnel::max_sas);
  ASSERT_EQ(tunnel.children().size(), Tunnel::max_sas);
  EXPECT_EQ(tunnel.children().back().spi_in, 7U);
}

TEST(Tunnel, TakesBackNoAttemptThatNothingWouldEnd) {
  TunnelFacts facts;
  for (std::uint8_t phase = 0; phase < facts.attempts.size(); ++phase)
    facts.attempts[phase] = Attempt{phase, WallTime{}, false, false};
  Tunnel tunnel;
  tunnel.restore(std::move(facts));
  for (int left = 3; left > 0 && tunnel.deadline(); --left) static_cast<void>(tunnel.overdue_attempt(*tunnel.deadline()));
  EXPECT_FALSE(tunnel.deadline());
}

TEST(ForgetfulMap, ForgetsTheOldestKey) {
  ForgetfulMap<int, 3> map;
  for (int i = 0; i < 5; ++i) map.set(i, static_cast<TunnelIndex>(i));
  EXPECT_FALSE(map.find(0));
  EXPECT_FALSE(map.find(1));
  EXPECT_EQ(map.find(4), 4U);
}

/// The same as a map and a list of keys in their order.
template <class Key, std::size_t limit>
void compare_with_map(const std::function<Key(unsigned)>& key_of) {
  ForgetfulMap<Key, limit> map;
  std::map<Key, TunnelIndex> known;
  std::deque<Key> order;
  std::minstd_rand random(1);
  for (unsigned i = 0; i < 20 * limit; ++i) {
    const Key key = key_of(static_cast<unsigned>(random() % (3 * limit)));
    const auto tunnel = static_cast<TunnelIndex>(random() % 5);
    const bool news = !known.contains(key) || known[key] != tunnel;
    if (!known.contains(key)) order.push_back(key);
    known[key] = tunnel;
    if (order.size() > limit) {
      known.erase(order.front());
      order.pop_front();
    }
    ASSERT_EQ(map.set(key, tunnel), news);
    const Key asked = key_of(static_cast<unsigned>(random() % (3 * limit)));
    ASSERT_EQ(map.find(asked).has_value(), known.contains(asked));
  }
  for (const auto& [key, tunnel] : known) ASSERT_EQ(map.find(key), tunnel);
  ForgetfulMap<Key, limit> again;
  again.restore(map.facts());
  for (const Key& key : order) ASSERT_EQ(again.find(key), known[key]);
  EXPECT_EQ(again.facts().places, map.facts().places);
}

TEST(ForgetfulMap, DoesWhatAMapWouldDo) {
  compare_with_map<std::uint32_t, 100>([](unsigned i) { return i; });
  compare_with_map<std::uint64_t, 1000>([](unsigned i) { return std::uint64_t{i} << 40; });
  compare_with_map<std::string, 48>([](unsigned i) { return "conn " + std::to_string(i); });
}

}  // namespace
}  // namespace ikewatch::tunnel
