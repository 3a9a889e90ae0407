// The scenario player finds mistakes in scenarios, and what the engine says without being asked.
#include <support/scenario.hpp>

#include <gtest/gtest.h>

namespace ikewatch::test {
namespace {

const Packs& small_packs() {
  static const Packs packs = [] {
    const std::string pack =
        "version: 1\ndialect: racoon\nprefix: racoon\nclaims: {programs: [racoon]}\nrules:\n"
        "  - id: racoon.start-of-it\n    match: \"begin {peer:address}\"\n    event: phase1_started\n    note: \"It begins.\"\n"
        "    examples:\n      - {line: \"racoon: INFO: begin 198.51.100.7\", fields: {peer: 198.51.100.7}}\n"
        "  - id: racoon.end-of-it\n    match: \"no key {peer:address}\"\n    event: phase1_failed\n    cause: psk_missing\n"
        "    note: \"No key.\"\n    examples:\n      - {line: \"racoon: ERROR: no key 198.51.100.7\", fields: {peer: "
        "198.51.100.7}}\n";
    auto compiled = rules::compile_packs({{"small.yaml", pack}});
    return Packs{compiled.rules, std::make_shared<diagnosis::Knowledge>(), compiled.problems};
  }();
  return packs;
}

std::string first_problem(const std::string& text) {
  const Packs& packs = small_packs();
  if (!packs.problems.empty()) return to_string(packs.problems.front());
  const auto problems = play("it.scn", text, packs, Clock::ticking);
  return problems.empty() ? std::string{} : to_string(problems.front());
}

constexpr const char* begins = "AT 1s GATEWAY gw LINE racoon: INFO: begin 198.51.100.7\n";
constexpr const char* fails = "AT +1s GATEWAY gw LINE racoon: ERROR: no key 198.51.100.7\n";
constexpr const char* asks = "EXPECT gw 198.51.100.7 phase1 negotiating\n";

TEST(Scenario, HoldsWhenEverythingIsAsExpected) { EXPECT_EQ(first_problem(std::string(begins) + asks), ""); }

TEST(Scenario, NamesFileAndLineOfAWrongExpectation) {
  const auto problem = first_problem(std::string("# says\n\n") + begins + "EXPECT gw 198.51.100.7 state up\n");
  EXPECT_TRUE(problem.starts_with("it.scn:4: ")) << problem;
  EXPECT_NE(problem.find("wanted up, found negotiating"), std::string::npos) << problem;
}

TEST(Scenario, RefusesAnUnknownStatement) {
  EXPECT_TRUE(first_problem("AWAIT 3s\n").starts_with("it.scn:1: no statement begins"));
}

TEST(Scenario, RefusesALineThatNoRuleKnows) {
  EXPECT_NE(first_problem("AT 1s GATEWAY gw LINE racoon: INFO: begni\n").find("not a line of the kind LINE"), std::string::npos);
}

TEST(Scenario, RefusesTimeThatRunsBackwards) {
  const auto problem = first_problem(std::string("PASS 5s\n") + begins);
  EXPECT_TRUE(problem.starts_with("it.scn:2: time does not run backwards")) << problem;
}

TEST(Scenario, RefusesSettingsBehindTheFirstLine) {
  EXPECT_TRUE(first_problem(std::string(begins) + "VOUCHED on\n" + asks).starts_with("it.scn:2: VOUCHED must stand before"));
}

TEST(Scenario, WantsEveryTunnelToBeAskedFor) {
  const auto problem = first_problem(std::string(begins) + "EXPECT tunnels 1\n");
  EXPECT_NE(problem.find("nobody asked for the tunnel 198.51.100.7 of gw"), std::string::npos) << problem;
}

TEST(Scenario, WantsEveryCauseToBeExpected) {
  const auto problem = first_problem(std::string(begins) + fails + "EXPECT gw 198.51.100.7 state failed\n");
  EXPECT_NE(problem.find("nobody expected the cause psk_missing"), std::string::npos) << problem;
  EXPECT_EQ(first_problem(std::string(begins) + fails + "EXPECT gw 198.51.100.7 cause psk_missing\n"), "");
}

TEST(Scenario, WantsAtLeastOneExpectation) {
  EXPECT_NE(first_problem("PASS 1s\n").find("without any EXPECT"), std::string::npos);
}

TEST(Scenario, KeepsWhatIsKnownOverARestart) {
  EXPECT_EQ(first_problem(std::string(begins) + fails + "RESTART\nEXPECT gw 198.51.100.7 cause psk_missing\n"), "");
}

}  // namespace
}  // namespace ikewatch::test
