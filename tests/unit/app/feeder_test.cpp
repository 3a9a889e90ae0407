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
