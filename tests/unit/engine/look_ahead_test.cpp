// Looking ahead costs or saves time, and changes nothing.
#include <gtest/gtest.h>
#include <ikewatch/engine/engine.hpp>

#include <memory>
#include <string>
#include <vector>

namespace ikewatch::engine {
namespace {

using rules::EventKind;

constexpr std::size_t fleet = 3750;  // two thirds of them get a name, more than LookAhead leaves to the cache

std::shared_ptr<const rules::RuleSet> one_rule() {
  return rules::compile_packs({{"test.yaml",
                                "version: 1\ndialect: racoon\nprefix: racoon\nclaims: {programs: [racoon]}\nrules:\n"
                                "  - id: racoon.x\n    match: \"x\"\n    event: phase1_up\n    note: \"x\"\n"}})
      .rules;
}

class ManyTunnels : public ::testing::Test {
 protected:
  ManyTunnels() {
    rule.event = EventKind::phase1_up;
    rule.dialect = 0;
    for (std::size_t i = 0; i < 3 * fleet; ++i)
      peers.push_back("198.51." + std::to_string(i % fleet / 250) + "." + std::to_string(i % 250));
  }
  [[nodiscard]] rules::Event event(std::size_t line) const {
    rules::Event event;
    event.rule = &rule;
    event.kind = line < 2 * fleet ? EventKind::phase1_up : EventKind::info;
    const auto named_by = line % 3 == 0 ? rules::FieldId::peer : line % 3 == 1 ? rules::FieldId::prefix : rules::FieldId::spi;
    event.fields[event.field_count++] = {named_by, peers[line]};
    return event;
  }
  static Input input(std::size_t line) {
    return {line % 2 == 0 ? "even" : "odd", "a line", line, std::nullopt, WallTime(seconds(1000 + line / 10))};
  }
  static Engine fresh() {
    Settings settings;
    settings.max_tunnels = fleet;
    return {one_rule(), std::make_shared<diagnosis::Knowledge>(), settings};
  }
  rules::Rule rule;
  std::vector<std::string> peers;
};

TEST_F(ManyTunnels, LookTheSameWhetherTheirLinesWereExpectedOrNot) {
  Engine plain = fresh();
  Engine expecting = fresh();
  for (std::size_t line = 0; line < peers.size(); ++line) {
    plain.feed(input(line), {rules::Standing::matched, 0}, event(line));
    const std::size_t ahead = line + Engine::look_ahead;
    if (ahead < peers.size()) expecting.expect(input(ahead).gateway, event(ahead));
    if (line % 5 == 0) expecting.expect("of a stranger", event(line));  // what never comes does no harm either
    expecting.feed(input(line), {rules::Standing::matched, 0}, event(line));
  }
  const auto one = plain.snapshot().tunnels;
  const auto other = expecting.snapshot().tunnels;
  ASSERT_GT(one.size(), 2048U);
  ASSERT_EQ(one.size(), other.size());
  for (std::size_t i = 0; i < one.size(); ++i) {
    ASSERT_EQ(one[i].peer, other[i].peer);
    ASSERT_EQ(one[i].state, other[i].state);
    ASSERT_EQ(one[i].last_event, other[i].last_event);
    ASSERT_EQ(one[i].state_changes, other[i].state_changes);
  }
}

TEST_F(ManyTunnels, MayBeForgottenWhileTheirLinesAreExpected) {
  Engine engine = fresh();
  const auto nothing = fresh().memory();
  for (std::size_t line = 0; line < peers.size(); ++line) {
    engine.expect(input(line).gateway, event(line));
    engine.feed(input(line), {rules::Standing::matched, 0}, event(line));
  }
  ASSERT_GT(engine.snapshot().tunnels.size(), 2048U);
  const auto memory = engine.memory();
  engine.restore(nothing);
  engine.restore(memory);
  for (std::size_t line = 0; line < 50; ++line) engine.expect(input(line).gateway, event(line));
  EXPECT_GT(engine.snapshot().tunnels.size(), 2048U);
}

}  // namespace
}  // namespace ikewatch::engine
