// From batches to the engine: what is matched, what is missing, and where a source has come to.
#include "feeder.hpp"

#include "data.hpp"
#include "matcher.hpp"

#include <gtest/gtest.h>

namespace ikewatch::app {
namespace {

using tunnel::State;

constexpr const char* peer = "198.51.100.7";

std::string up_line(const std::string& host, int spi) {
  return "Nov 22 10:00:00 " + host +
         " racoon: INFO: IPsec-SA established: ESP/Tunnel 192.0.2.1[500]->198.51.100.7[500] spi=" + std::to_string(spi) + "(0x1)";
}

class AFeeder : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    meaning_ = read_meaning({});
    ASSERT_TRUE(meaning_.problems.empty());
  }
  AFeeder() {
    settings_.gateway = "edge-1";
    config::Gateway known;
    known.name = "par-rtr1";
    known.addresses = {*Address::parse("192.0.2.10")};
    settings_.gateways = {known};
    intake_->gaps_blind = intake_->of_this_host = true;
  }

  void add(const std::string& line, WallTime received, std::optional<WallTime> stamped, std::uint64_t lost = 0) {
    source::Delivery delivery;
    delivery.line = line;
    delivery.lost = lost;
    delivery.received = received;
    delivery.stamped = stamped;
    batch_.add(delivery);
  }
  void add(const std::string& line, std::uint64_t lost = 0, std::string_view sender = {}, std::string_view host = {}) {
    source::Delivery delivery;
    delivery.line = line;
    delivery.lost = lost;
    delivery.sender = sender;
    delivery.host = host;
    delivery.received = WallTime{} + seconds(++now_);
    batch_.add(delivery);
  }
  void bring_up(const std::string& host) {
    add(up_line(host, 1));
    add(up_line(host, 2));
  }
  void take(const std::string& position = "here") {
    batch_.intake = intake_;
    batch_.position = position;
    batch_.matcher = std::make_shared<LineMatcher>(meaning_.rules, settings_, "this-host");
    batch_.matcher->match(batch_);
    feeder_.take(batch_);
    batch_.clear();
  }
  [[nodiscard]] State state(std::string_view gateway) const {
    const auto tunnel = engine_.find(gateway, peer);
    return tunnel ? tunnel->state : State::idle;
  }

  static Meaning meaning_;
  config::Settings settings_;
  engine::Engine engine_{meaning_.rules, meaning_.knowledge, {}};
  Feeder feeder_{engine_, "edge-1"};
  std::shared_ptr<Intake> intake_ = std::make_shared<Intake>();
  Batch batch_;
  int now_ = 1'000'000;
};

Meaning AFeeder::meaning_;

TEST_F(AFeeder, MovesPositionAndCountersOnWithTheBatch) {
  add("nothing of ours");
  bring_up("gw-a");
  take("behind three");
  EXPECT_EQ(intake_->position, "behind three");
  EXPECT_EQ(intake_->lines, 3U);
  EXPECT_EQ(intake_->last_line, WallTime{} + seconds(now_));
  take("moved without a line");
  EXPECT_EQ(intake_->position, "moved without a line");
  EXPECT_EQ(intake_->lines, 3U);
}

TEST_F(AFeeder, TakesTheCountersOfTheSourceWithTheLinesTheyCount) {
  intake_->former.lines = 100;
  intake_->former.bytes = 1000;
  intake_->former.dropped[source::DropReason::too_long] = 5;
  intake_->behind = true;
  add("nothing of ours");
  batch_.counted.bytes = 16;
  batch_.counted.dropped[source::DropReason::too_long] = 1;
  take();
  EXPECT_TRUE(intake_->behind);
  batch_.part = 1;
  batch_.counted.bytes = 30;
  batch_.counted.malformed = 2;
  batch_.counted.caught_up = true;
  take();
  EXPECT_FALSE(intake_->behind);
  batch_.counted.bytes = 17;
  batch_.counted.dropped[source::DropReason::too_long] = 1;
  take();
  const auto counters = intake_->counters(intake_->counted);
  EXPECT_EQ(counters.lines, 101U);
  EXPECT_EQ(counters.bytes, 1000U + 17 + 30);
  EXPECT_EQ(counters.malformed, 2U);
  EXPECT_EQ(counters.dropped.at(source::DropReason::too_long), 6U);
  EXPECT_EQ(counters.last_line, WallTime{} + seconds(now_));
}

TEST_F(AFeeder, BelievesTheStampOfALineFromBeforeTheStart) {
  const WallTime stopped = WallTime{} + std::chrono::hours(1000), started = stopped + seconds(60), now = started + seconds(1);
  feeder_.catch_up = CatchUp(stopped, started);
  EXPECT_FALSE(feeder_.catch_up.behind(now, false));
  EXPECT_TRUE(feeder_.catch_up.behind(now, true)) << "nobody has looked yet";
  add(up_line("this-host", 1), now, stopped + seconds(20));
  take();
  EXPECT_EQ(engine_.find("edge-1", peer)->since, stopped + seconds(20));
  EXPECT_TRUE(feeder_.catch_up.behind(now, false));
  EXPECT_FALSE(feeder_.catch_up.behind(now, false));
  EXPECT_FALSE(feeder_.catch_up.behind(now + std::chrono::minutes(1), true)) << "for half a minute at most";
}

TEST_F(AFeeder, LetsNoGapRunAheadOfTheLinesBehindIt) {
  bring_up("this-host");
  take();
  const WallTime stopped = WallTime{} + std::chrono::hours(1000), started = stopped + seconds(60), now = started + seconds(1);
  feeder_.catch_up = CatchUp(stopped, started);
  add(up_line("this-host", 3), now, stopped + seconds(20), 7);
  take();
  EXPECT_EQ(state("edge-1"), State::up);
  EXPECT_EQ(engine_.find("edge-1", peer)->since, stopped + seconds(20));
}

TEST_F(AFeeder, KnowsWhoSpeaks) {
  add(up_line("liar", 1), 0, "192.0.2.10");   // a sender of the configuration
  add(up_line("gw-b", 1), 0, "192.0.2.200");  // a relay: the header tells
  add(up_line("this-host", 1));
  add("racoon: INFO: IPsec-SA established: ESP/Tunnel 192.0.2.1[500]->198.51.100.7[500] spi=1(0x1)", 0, {}, "gw-c");
  take();
  EXPECT_EQ(state("par-rtr1"), State::up);
  EXPECT_EQ(state("gw-b"), State::up);
  EXPECT_EQ(state("edge-1"), State::up);
  EXPECT_EQ(state("gw-c"), State::up);
  EXPECT_EQ(state("liar"), State::idle);
}

TEST_F(AFeeder, MakesThisHostsTunnelsUnknownAtOnceWhenLinesAreMissing) {
  bring_up("this-host");
  take();
  ASSERT_EQ(state("edge-1"), State::up);
  add("", 42);
  take();
  EXPECT_EQ(state("edge-1"), State::unknown);
}

TEST_F(AFeeder, TakesLossesInTheirPlaceBetweenTheLines) {
  bring_up("this-host");
  add(up_line("this-host", 3), 7);
  take();
  const auto tunnel = engine_.find("edge-1", peer);
  EXPECT_EQ(tunnel->state, State::up);
  EXPECT_EQ(tunnel->children.size(), 1U) << "what stood before the gap is not known any more";
}

TEST_F(AFeeder, MakesOtherGatewaysTunnelsUnknownWhenTheySpeak) {
  bring_up("gw-a");
  bring_up("gw-b");
  add("", 1);
  take();
  EXPECT_EQ(state("gw-a"), State::up) << "nobody knows yet whether it speaks through this source";
  add("Nov 22 10:00:01 gw-a racoon: ERROR: nobody ever wrote this");
  take();
  EXPECT_EQ(state("gw-a"), State::unknown);
  EXPECT_EQ(state("gw-b"), State::up);
  bring_up("gw-a");
  add("Nov 22 10:00:02 gw-a racoon: ERROR: nobody ever wrote this");
  take();
  EXPECT_EQ(state("gw-a"), State::up) << "once for each gap";
  add("", 1);
  add("Nov 22 10:00:03 gw-a racoon: ERROR: nobody ever wrote this");
  take();
  EXPECT_EQ(state("gw-a"), State::unknown);
}

TEST_F(AFeeder, TellsTheRestOfAGapAfterARestartToo) {
  bring_up("gw-a");
  bring_up("gw-b");
  add("", 9);
  add("Nov 22 10:00:01 gw-a racoon: ERROR: nobody ever wrote this");
  take();
  EXPECT_TRUE(std::exchange(intake_->gap_news, false));
  auto saved = gap_notes_from(to_saved({{"log", intake_->gap}}));
  intake_ = std::make_shared<Intake>();
  intake_->gaps_blind = intake_->of_this_host = true;
  intake_->gap = saved["log"];
  bring_up("gw-a");
  add("Nov 22 10:00:02 gw-a racoon: ERROR: nobody ever wrote this");
  take();
  EXPECT_EQ(state("gw-a"), State::up) << "it was told before";
  EXPECT_FALSE(intake_->gap_news);
  EXPECT_EQ(state("gw-b"), State::up);
  add("Nov 22 10:00:03 gw-b racoon: ERROR: nobody ever wrote this");
  take();
  EXPECT_EQ(state("gw-b"), State::unknown);
  EXPECT_TRUE(intake_->gap_news);
}

TEST(GapNotes, SurviveWhateverNamesTheyHold) {
  GapNotes notes;
  notes["a:b"].missing = 7;
  notes["a:b"].informed = {{"gw\n1", '\0'}, {std::string("\0\xff", 2), '\0'}, {"", '\0'}};
  notes["log"].missing = 1;
  const auto text = to_saved(notes);
  const auto again = gap_notes_from(text);
  ASSERT_EQ(again.size(), 2U);
  EXPECT_EQ(again.at("a:b").missing, 7U);
  EXPECT_EQ(again.at("a:b").informed, notes["a:b"].informed);
  EXPECT_TRUE(again.at("log").informed.empty());
  for (std::size_t cut = 0; cut < text.size(); ++cut) EXPECT_LE(gap_notes_from(text.substr(0, cut)).size(), 1U);
  EXPECT_TRUE(gap_notes_from("18446744073709551615:x").empty());
  EXPECT_TRUE(gap_notes_from("1:a1:112:99999999999999:x").empty());
}

TEST_F(AFeeder, OnlyCountsDatagramsThatTheKernelDropped) {
  intake_->gaps_blind = intake_->of_this_host = false;
  bring_up("this-host");
  add(up_line("gw-a", 1), 100);
  take();
  EXPECT_EQ(state("edge-1"), State::up);
  EXPECT_EQ(state("gw-a"), State::up);
}

}  // namespace
}  // namespace ikewatch::app
