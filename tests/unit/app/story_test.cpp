#include "story.hpp"

#include <gtest/gtest.h>

#include "data.hpp"

namespace ikewatch::app {
namespace {

class AStory : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    meaning_ = read_meaning({});
    ASSERT_TRUE(meaning_.problems.empty());
  }

  void tell(const std::string& text) {
    reader::Line line;
    line.text = text;
    line.number = ++number_;
    story_.take(line);
    ++story_.lines().total;
  }
  [[nodiscard]] std::optional<engine::TunnelView> tunnel(std::string_view gateway) const {
    return story_.engine().find(gateway, "198.51.100.7");
  }
  void bring_up(const std::string& clock) {
    tell("Nov 22 " + clock +
         " gw1 racoon: INFO: ISAKMP-SA established 192.0.2.1[500]-198.51.100.7[500] spi:0123456789abcdef:fedcba9876543210");
    tell("Nov 22 " + clock + " gw1 racoon: INFO: IPsec-SA established: ESP/Tunnel 192.0.2.1[500]->198.51.100.7[500] spi=1(0x1)");
    tell("Nov 22 " + clock + " gw1 racoon: INFO: IPsec-SA established: ESP/Tunnel 192.0.2.1[500]->198.51.100.7[500] spi=2(0x2)");
  }

  static Meaning meaning_;
  Story story_{meaning_.rules, meaning_.knowledge, {}, {}, rules::no_dialect};
  std::uint64_t number_ = 0;
};

Meaning AStory::meaning_;

const Log november{
    .gateway = {}, .fallback = "pasted", .written = WallTime{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23}}};

TEST_F(AStory, TakesTheGatewayThatTheLinesName) {
  story_.begin(november);
  bring_up("10:00:00");
  story_.end();
  ASSERT_TRUE(tunnel("gw1"));
  EXPECT_EQ(tunnel("gw1")->state, tunnel::State::up);
}

TEST_F(AStory, LetsTimeGoOnWhereTheClockWasSetBack) {
  story_.begin(november);
  bring_up("11:00:00");
  tell("Nov 22 10:20:00 gw1 racoon: INFO: purged IPsec-SA proto_id=ESP spi=1.");
  tell(
      "Nov 22 10:20:00 gw1 racoon: INFO: ISAKMP-SA expired 192.0.2.1[500]-198.51.100.7[500] "
      "spi:0123456789abcdef:fedcba9876543210");
  tell(
      "Nov 22 10:20:01 gw1 racoon: INFO: ISAKMP-SA deleted 192.0.2.1[500]-198.51.100.7[500] "
      "spi:0123456789abcdef:fedcba9876543210");
  bring_up("10:40:00");
  story_.end();
  ASSERT_TRUE(tunnel("gw1"));
  EXPECT_EQ(tunnel("gw1")->state, tunnel::State::up);
  EXPECT_EQ(tunnel("gw1")->diagnoses.size(), 0u) << "a session whose length is not known is not one of an instant";
}

TEST(StepClock, FollowsStampsAndTakesOnlyStepsForSteps) {
  using std::chrono::minutes;
  using std::chrono::seconds;
  const WallTime start = november.written;
  StepClock clock;
  EXPECT_EQ(clock.at(start), start);
  EXPECT_EQ(clock.at(start - seconds(5)), start) << "late, no step";
  EXPECT_EQ(clock.at(start - minutes(60)), start + seconds(3));
  EXPECT_EQ(clock.at(start - minutes(50)), start + minutes(10) + seconds(3));
  EXPECT_EQ(clock.at(start + minutes(1)), start + minutes(61) + seconds(3)) << "stamps that catch up are no new step";
  EXPECT_EQ(clock.at(start + minutes(90)), start + minutes(90)) << "ahead of it again";
}

TEST(StepClock, ReturnsBehindOneLateLine) {
  using std::chrono::seconds;
  const WallTime start = november.written;
  StepClock clock;
  clock.at(start);
  clock.at(start - seconds(75));
  EXPECT_EQ(clock.at(start + seconds(1)), start + seconds(3));
  EXPECT_EQ(clock.at(start + seconds(9)), start + seconds(9));
}

TEST(StepClock, DoesNotRunAwayBetweenTwoClocksInTurns) {
  using std::chrono::minutes;
  StepClock clock;
  WallTime last;
  for (int minute = 0; minute < 60; ++minute) {
    last = clock.at(november.written + minutes(minute));
    clock.at(november.written + minutes(minute - 5));
  }
  EXPECT_EQ(last, november.written + minutes(59));
}

TEST_F(AStory, TakesTheGatewayThatTheUserNamed) {
  story_.begin({.gateway = "paris", .fallback = "pasted", .written = november.written});
  bring_up("10:00:00");
  EXPECT_TRUE(tunnel("paris"));
  EXPECT_FALSE(tunnel("gw1"));
}

TEST_F(AStory, FallsBackOnTheNameOfTheFile) {
  story_.begin(november);
  tell("racoon: ERROR: couldn't find the pskey for 198.51.100.7.");
  EXPECT_TRUE(tunnel("pasted"));
}

TEST_F(AStory, LetsTheTimePassThatOtherProgramsFill) {
  story_.begin(november);
  bring_up("10:00:00");
  tell("Nov 22 11:00:00 gw1 racoon: INFO: IPsec-SA expired: ESP/Tunnel 198.51.100.7[500]->192.0.2.1[500] spi=1(0x1)");
  tell("Nov 22 11:30:00 gw1 sshd[1]: Accepted publickey for admin from 203.0.113.5 port 50122 ssh2");
  EXPECT_EQ(tunnel("gw1")->state, tunnel::State::up);
  story_.end();
  EXPECT_EQ(tunnel("gw1")->state, tunnel::State::phase1_up);
}

TEST_F(AStory, CountsLinesByWhatTheyAre) {
  story_.begin(november);
  tell("Nov 22 10:00:00 gw1 racoon: ERROR: couldn't find the pskey for 198.51.100.7.");
  tell("Nov 22 10:00:00 gw1 racoon: ERROR: nobody ever wrote this message.");
  tell("Nov 22 10:00:00 gw1 CRON[7]: (root) CMD (true)");
  EXPECT_EQ(story_.lines().total, 3U);
  EXPECT_EQ(story_.lines().vpn, 2U);
  EXPECT_EQ(story_.lines().matched, 1U);
  EXPECT_EQ(story_.lines().other(), 1U);
}

TEST_F(AStory, HandsEachLineOfADialectToTheListener) {
  std::vector<std::string> rules;
  story_.on_event = [&](const view::EventLine& line) { rules.push_back(line.event != nullptr ? line.event->rule->id : "none"); };
  story_.begin(november);
  tell("Nov 22 10:00:00 gw1 racoon: ERROR: couldn't find the pskey for 198.51.100.7.");
  tell("Nov 22 10:00:00 gw1 racoon: ERROR: nobody ever wrote this message.");
  tell("Nov 22 10:00:00 gw1 CRON[7]: (root) CMD (true)");
  ASSERT_EQ(rules.size(), 2U);
  EXPECT_NE(rules[0], "none");
  EXPECT_EQ(rules[1], "none");
}

TEST_F(AStory, CountsALineOnceAndItsMessageAsOftenAsItCame) {
  std::vector<std::uint64_t> lines;
  story_.on_event = [&](const view::EventLine& line) { lines.push_back(line.line); };
  story_.begin(november);
  tell("Nov 22 10:00:00 gw1 racoon: ERROR: couldn't find the pskey for 198.51.100.7.");
  tell("Nov 22 10:00:20 gw1 last message repeated 2 times");
  tell("Nov 22 10:00:30 gw1 racoon: message repeated 3 times: [ ERROR: nobody ever wrote this message.]");
  EXPECT_EQ(lines, (std::vector<std::uint64_t>{1, 2, 2, 3, 3, 3}));
  EXPECT_EQ(story_.lines().vpn, 3U);
  EXPECT_EQ(story_.lines().matched, 2U);
}

TEST_F(AStory, LeavesTheRepetitionsOfOtherProgramsAlone) {
  std::size_t events = 0;
  story_.on_event = [&](const view::EventLine&) { ++events; };
  story_.begin(november);
  tell("Nov 22 10:00:00 gw1 racoon: ERROR: couldn't find the pskey for 198.51.100.7.");
  tell("Nov 22 10:00:10 gw1 CRON[7]: (root) CMD (true)");
  tell("Nov 22 10:00:20 gw1 last message repeated 2 times");
  tell("Nov 22 10:00:30 gw1 CRON[7]: message repeated 3 times: [ (root) CMD (true)]");
  EXPECT_EQ(events, 1U);
  EXPECT_EQ(story_.lines().vpn, 1U);
}

TEST_F(AStory, CountsRepetitionsUpToItsLimit) {
  std::size_t events = 0;
  story_.on_event = [&](const view::EventLine&) { ++events; };
  story_.begin(november);
  tell("Nov 22 10:00:00 gw1 racoon: ERROR: couldn't find the pskey for 198.51.100.7.");
  for (int i = 0; i < 3; ++i) tell("Nov 22 10:00:20 gw1 last message repeated 65535 times");
  EXPECT_EQ(events, 1 + Story::most_repeats);
  EXPECT_EQ(story_.lines().vpn, 4U);
}

}  // namespace
}  // namespace ikewatch::app
