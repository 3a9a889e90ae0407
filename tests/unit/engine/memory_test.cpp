// What restore() does with a memory that does not fit: other limits, another inventory, other rules, or no sense at all. That it
// goes on exactly is shown in tests/unit/store/continue_test.cpp.
#include <ikewatch/engine/engine.hpp>

#include <gtest/gtest.h>

#include <support/event_builder.hpp>

namespace ikewatch::engine {
namespace {

using rules::EventKind;
using rules::FieldId;
using tunnel::State;

std::shared_ptr<const rules::RuleSet> no_rules() { return rules::compile_packs({}).rules; }

Engine engine_with(Settings settings) { return {no_rules(), std::make_shared<diagnosis::Knowledge>(), std::move(settings)}; }

void happens(Engine& engine, EventKind kind, const std::string& peer) {
  test::EventBuilder event(kind);
  event.with(FieldId::peer, peer);
  engine.feed({"gw1", "the line", 0, {}, WallTime{} + std::chrono::seconds(1000)}, {rules::Standing::matched, 0}, event);
}

/// Three tunnels that are up.
Memory three() {
  Engine engine = engine_with({});
  for (const char* peer : {"198.51.100.1", "198.51.100.2", "198.51.100.3"}) happens(engine, EventKind::phase2_up, peer);
  return engine.memory();
}

std::vector<std::string> names(const Engine& engine) {
  std::vector<std::string> names;
  engine.for_each_tunnel([&](const TunnelView& tunnel) { names.push_back(tunnel.name); });
  return names;
}

using Names = std::vector<std::string>;

TEST(Restore, LetsTheInventoryGoBeforeSavedTunnels) {
  Settings settings;
  settings.max_tunnels = 2;
  settings.tunnels = {{"new", "gw1", "203.0.113.9", false}};
  Engine engine = engine_with(settings);
  engine.restore(three());
  EXPECT_EQ(names(engine), (Names{"198.51.100.1", "new"}));
}

TEST(Restore, KeepsWhatIsSavedOfTheInventoryWhateverTheLimit) {
  Settings settings;
  settings.max_tunnels = 1;
  settings.tunnels = {{"third", "gw1", "198.51.100.3", false}};
  Engine engine = engine_with(settings);
  engine.restore(three());
  EXPECT_EQ(names(engine), Names{"third"});
  EXPECT_EQ(engine.snapshot().tunnels.front().state, State::up);
}

TEST(Restore, ForgetsTheNameOfATunnelThatLeftTheInventory) {
  Settings settings;
  settings.tunnels = {{"lyon", "gw1", "198.51.100.7", false}};
  Engine before = engine_with(settings);
  Engine after = engine_with({});
  after.restore(before.memory());
  EXPECT_EQ(names(after), Names{"198.51.100.7"});
  EXPECT_FALSE(after.snapshot().tunnels.front().configured);
}

TEST(Restore, KnowsAPeerAgainThatIsNoText) {
  const std::string peer = "x" + std::string(80, '\xFF');
  Engine before = engine_with({});
  happens(before, EventKind::phase2_up, peer);
  Engine after = engine_with({});
  after.restore(before.memory());
  EXPECT_EQ(names(after), names(before));
  happens(after, EventKind::phase2_deleted, peer);
  EXPECT_EQ(names(after).size(), 1U);
}

TEST(Restore, LeavesATunnelUnknownThatWasSo) {
  Settings settings;
  settings.tunnels = {{"lyon", "gw1", "198.51.100.7", false}};
  Engine before = engine_with(settings);
  happens(before, EventKind::phase2_up, "198.51.100.7");
  happens(before, EventKind::log_gap, "198.51.100.7");
  ASSERT_EQ(before.snapshot().tunnels.front().state, State::unknown);
  Engine after = engine_with(settings);
  after.restore(before.memory());
  EXPECT_EQ(after.snapshot().tunnels.front().state, State::unknown);
}

TEST(Restore, TakesThePlaceOfWhatWasKnown) {
  Engine engine = engine_with({});
  happens(engine, EventKind::phase2_up, "203.0.113.9");
  engine.restore(three());
  EXPECT_EQ(names(engine).size(), 3U);
}

TEST(Restore, LeavesOutEventsOfRulesThatAreGone) {
  Memory memory = three();
  HeldMemory held;
  held.rule = "racoon.gone";
  memory.gateways.front().held = {held};
  memory.gateways.front().ending = held;
  Engine engine = engine_with({});
  engine.restore(memory);
  const Memory found = engine.memory();
  EXPECT_TRUE(found.gateways.front().held.empty());
  EXPECT_FALSE(found.gateways.front().ending);
}

TEST(Restore, LeavesOutWhatNamesNoTunnel) {
  Memory memory = three();
  memory.gateways.front().burst.tunnel = 77;
  memory.gateways.front().ties->cookies.places = {{1, 2}, {2, 4'000'000'000U}};
  memory.gateways.front().ties->cookies.oldest = 1'000'000;
  memory.ends->places = {{9, 9}};
  memory.tunnels[0].far_end = FarEndMemory{99, true};
  memory.tunnels.push_back(memory.tunnels[1]);
  Engine engine = engine_with({});
  engine.restore(memory);
  engine.correlate();
  const Memory found = engine.memory();
  EXPECT_EQ(found.tunnels.size(), 3U);
  EXPECT_FALSE(found.gateways.front().burst.tunnel);
  EXPECT_EQ(found.gateways.front().ties->cookies.places.size(), 1U);
  EXPECT_TRUE(found.ends->places.empty());
  EXPECT_FALSE(found.tunnels[0].far_end);
}

TEST(Memory, OfChangesNamesWhatChanged) {
  Engine engine = engine_with({});
  for (const char* peer : {"198.51.100.1", "198.51.100.2"}) happens(engine, EventKind::phase2_up, peer);
  const auto generation = engine.memory().generation;
  EXPECT_TRUE(engine.memory(generation).tunnels.empty());
  EXPECT_EQ(engine.memory(generation).generation, generation);
  happens(engine, EventKind::phase2_deleted, "198.51.100.2");
  const Memory changed = engine.memory(generation);
  EXPECT_FALSE(changed.whole);
  ASSERT_EQ(changed.tunnels.size(), 1U);
  EXPECT_EQ(changed.tunnels.front().peer, "198.51.100.2");
  EXPECT_FALSE(changed.gateways.front().ties);
}

TEST(Memory, DoesNotChangeWhileOnlyTimePasses) {
  Engine engine = engine_with({});
  happens(engine, EventKind::phase2_up, "198.51.100.1");
  engine.tick(WallTime{} + std::chrono::seconds(1100));
  const auto generation = engine.memory().generation;
  engine.tick(WallTime{} + std::chrono::seconds(1200));
  engine.correlate();
  EXPECT_EQ(engine.memory().generation, generation);
}

}  // namespace
}  // namespace ikewatch::engine
