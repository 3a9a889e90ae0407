// Lines that are known to be missing.
#include <ikewatch/engine/engine.hpp>

#include <gtest/gtest.h>

#include <support/event_builder.hpp>

namespace ikewatch::engine {
namespace {

using rules::EventKind;
using rules::FieldId;
using tunnel::State;

constexpr const char* lyon = "198.51.100.7";
constexpr const char* oslo = "203.0.113.9";

class Gap : public testing::Test {
 protected:
  Gap() : engine_(rules::compile_packs({}).rules, std::make_shared<diagnosis::Knowledge>(), settings()) {}

  static Settings settings() {
    Settings settings;
    settings.tunnels = {{"lyon", "gw1", lyon, false}, {"oslo", "gw1", oslo, false}, {"oslo", "gw2", oslo, false}};
    settings.changes = true;
    return settings;
  }
  static WallTime at(int second) { return WallTime{} + std::chrono::seconds(1000 + second); }
  void happens(std::string_view gateway, EventKind kind, int second, const char* peer = lyon) {
    test::EventBuilder event(kind);
    event.with(FieldId::peer, peer);
    engine_.feed({gateway, "the line", 0, {}, at(second)}, {rules::Standing::matched, 0}, event);
  }
  State state(std::string_view gateway, std::string_view tunnel) { return engine_.find(gateway, tunnel)->state; }

  Engine engine_;
};

TEST_F(Gap, MakesTheTunnelsOfItsGatewayUnknownAndNoOthers) {
  happens("gw1", EventKind::phase2_up, 0);
  happens("gw1", EventKind::phase1_failed, 0, oslo);
  happens("gw2", EventKind::phase2_up, 0, oslo);
  engine_.gap("gw1", at(5), 42);
  EXPECT_EQ(state("gw1", "lyon"), State::unknown);
  EXPECT_EQ(state("gw1", "oslo"), State::unknown);
  EXPECT_EQ(state("gw2", "oslo"), State::up);
  const auto view = *engine_.find("gw1", "lyon");
  EXPECT_TRUE(view.children.empty());
  EXPECT_EQ(view.since, at(5));
  ASSERT_FALSE(view.timeline.empty());
  EXPECT_EQ(view.timeline.back().event, EventKind::log_gap);
  EXPECT_EQ(view.timeline.back().text, "at least 42 lines of this log missing");
}

TEST_F(Gap, IsAChangeOnce) {
  happens("gw1", EventKind::phase2_up, 0);
  static_cast<void>(engine_.take_changes());
  engine_.gap("gw1", at(5), 1);
  const auto changes = engine_.take_changes();
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[0].from, State::up);
  EXPECT_EQ(changes[0].to, State::unknown);
  EXPECT_EQ(changes[0].text, "at least 1 line of this log missing");
  engine_.gap("gw1", at(6), 1);
  EXPECT_TRUE(engine_.take_changes().empty());
  EXPECT_EQ(engine_.find("gw1", "lyon")->since, at(5));
}

TEST_F(Gap, EndsForATunnelWithItsNextLine) {
  happens("gw1", EventKind::phase2_up, 0);
  engine_.gap("gw1", at(5), 1);
  happens("gw1", EventKind::phase2_up, 10);
  EXPECT_EQ(state("gw1", "lyon"), State::up);
  EXPECT_EQ(state("gw1", "oslo"), State::unknown);
}

TEST_F(Gap, LeavesNoAttemptThatWouldTimeOut) {
  happens("gw1", EventKind::phase1_started, 0);
  engine_.gap("gw1", at(5), 1);
  engine_.tick(at(3600));
  EXPECT_EQ(state("gw1", "lyon"), State::unknown);
  EXPECT_TRUE(engine_.find("gw1", "lyon")->diagnoses.empty());
}

TEST_F(Gap, KeepsTheCountersOfItsTunnels) {
  happens("gw1", EventKind::phase1_started, 0);
  happens("gw1", EventKind::phase2_up, 1);
  engine_.gap("gw1", at(5), 1);
  EXPECT_EQ(engine_.find("gw1", "lyon")->negotiations[1], 1U);
}

}  // namespace
}  // namespace ikewatch::engine
