#include <ikewatch/base/text.hpp>

#include <gtest/gtest.h>

#include <algorithm>

#include "pack_builder.hpp"

namespace ikewatch::rules {
namespace {

/// A pack with one mistake. `@@` stands right before the place that the problem must name; it is taken out before the pack is
/// read.
struct Mistake {
  std::string name;
  std::string pack;
  std::string mention;  // part of the problem's text
};

std::string place_of_mark(std::string& pack) {
  const auto mark = pack.find("@@");
  if (mark == std::string::npos) return "no mark";
  pack.erase(mark, 2);
  const auto line = 1 + std::count(pack.begin(), pack.begin() + static_cast<std::ptrdiff_t>(mark), '\n');
  const auto begin = pack.rfind('\n', mark == 0 ? 0 : mark - 1);
  return std::to_string(line) + ":" + std::to_string(begin == std::string::npos ? mark + 1 : mark - begin);
}

class PackMistake : public testing::TestWithParam<Mistake> {};

TEST_P(PackMistake, IsReportedAtItsPlaceWithTheRemedy) {
  auto [name, pack, mention] = GetParam();
  const auto place = place_of_mark(pack);
  const auto problem = first_problem(pack);
  EXPECT_EQ(problem.substr(0, problem.find(": ")), "pack.yaml:" + place) << problem;
  EXPECT_NE(problem.find(mention), std::string::npos) << problem;
}

std::string racoon(const std::string& rules) { return racoon_head + rules; }
std::string ios(const std::string& rules) { return ios_head + rules; }

INSTANTIATE_TEST_SUITE_P(
    OfThePack, PackMistake,
    testing::Values(Mistake{"version", "version: @@2\ndialect: d\nrules: []\n", "reads version 1"},
                    Mistake{"no_version", "@@dialect: d\nrules: []\n", "no 'version'"},
                    Mistake{"unknown_key", "version: 1\ndialect: d\nrules: []\n@@prefixx: none\n", "did you mean 'prefix'?"},
                    Mistake{"duplicate_key", "version: 1\ndialect: d\n@@dialect: e\nrules: []\n", "stands already on line 2"},
                    Mistake{"dialect", "version: 1\ndialect: @@My Own\nrules: []\n", "small letters"},
                    Mistake{"prefix", "version: 1\ndialect: d\nprefix: @@raccoon\nrules: []\n", "did you mean 'racoon'?"},
                    Mistake{"rules_no_list", "version: 1\ndialect: d\nrules: @@{a: b}\n", "rules must be a list"},
                    Mistake{"empty_claim", "version: 1\ndialect: d\nclaims: {openers: [@@\"\"]}\nrules: []\n",
                            "claim every line"},
                    Mistake{"rule_no_map", racoon("  - @@x\n"), "a rule must be a map, and here is a text"},
                    Mistake{"anchor", "version: 1\ndialect: @@&d x\nrules: []\n", "YAML anchors"}),
    [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(
    OfARule, PackMistake,
    testing::Values(
        Mistake{"id_of_another", racoon(rule("@@other.x", "x")), "write 'racoon.'"},
        Mistake{"id_case", racoon(rule("@@racoon.X_y", "x")), "small words"},
        Mistake{"id_twice", racoon(rule("racoon.x", "x") + rule("@@racoon.x", "y")), "taken by pack.yaml:6"},
        Mistake{"no_event", racoon("  - @@{id: racoon.x, match: x, note: n}\n"), "has no 'event'"},
        Mistake{"event", racoon("  - {id: racoon.x, match: x, note: n, event: @@phase1_fail}\n"),
                "did you mean 'phase1_failed'?"},
        Mistake{"no_note", racoon("  - @@{id: racoon.x, match: x, event: info}\n"), "has no 'note'"},
        Mistake{"no_match", racoon("  - @@{id: racoon.x, event: info, note: n}\n"), "matches nothing"},
        Mistake{"rank_alone", racoon(rule("racoon.x", "x", ", rank: @@5")), "rank without a cause"},
        Mistake{"rank_high", racoon(rule("racoon.x", "x", ", cause: replay, rank: @@101")), "from 0 to 100"},
        Mistake{"level", racoon(rule("racoon.x", "x", ", level: [@@DEBUG3]")), "did you mean 'DEBUG"},
        Mistake{"level_elsewhere", ios(rule("cisco-ios.x", "x", ", level: @@[DEBUG]")), "prefix: racoon"},
        Mistake{"fallback", racoon(rule("racoon.x", "x", ", fallback: @@yes")), "true or false"},
        Mistake{"attribute", racoon(rule("racoon.x", "x", ", attribute: @@hosts")), "did you mean 'host'?"},
        Mistake{"tag", ios("  - {id: cisco-ios.x, tag: @@CRYPTO-4-X, event: info, note: n}\n"), "without the severity"},
        Mistake{"example_without_line", racoon(rule("racoon.x", "x", ", examples: [@@{fields: {}}]")), "has no 'line'"},
        Mistake{"example_key", racoon(rule("racoon.x", "x", ", examples: [{line: x, @@lines: x}]")), "did you mean 'line'?"}),
    [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(
    OfATextOrCause, PackMistake,
    testing::Values(
        Mistake{"template_type", racoon("  - {id: racoon.x, match: @@\"x {peer:addres}\", event: info, note: n}\n"),
                "byte 3 of the template"},
        Mistake{"same_text",
                racoon(rule("racoon.x", "say {a:word}.") + "  - {id: racoon.y, match: @@'say {b:word}', event: info, note: n}\n"),
                "same text as rule racoon.x"},
        Mistake{"match_and_regex", racoon(rule("racoon.x", "x", ", regex: @@\"y\"")), "both 'match' and 'regex'"},
        Mistake{"regex", racoon("  - {id: racoon.x, regex: @@\"(\", event: info, note: n}\n"), "regular expression"},
        Mistake{"cause", racoon(rule("racoon.x", "x", ", cause: @@psk_mising")), "did you mean 'psk_missing'?"},
        Mistake{"by_unknown_field", racoon(rule("racoon.x", "x {notify:notify}", ", cause: {by: @@notfy, default: replay}")),
                "did you mean 'notify'?"},
        Mistake{"by_unknown_value",
                racoon(rule("racoon.x", "x {notify:notify}", ", cause: {by: notify, @@NO-PROPOSAL-CHOSE: replay}")),
                "did you mean 'NO-PROPOSAL-CHOSEN'?"},
        Mistake{"cookies_without", racoon(rule("racoon.x", "x", ", cause: {by: @@cookies, silent: peer_unreachable}")),
                "{cookies:cookies}"},
        Mistake{"cookies_value", racoon(rule("racoon.x", "x {cookies:cookies}", ", cause: {by: cookies, @@loud: replay}")),
                "write silent"},
        Mistake{"cause_without_by", racoon(rule("racoon.x", "x", ", cause: @@{default: replay}")), "needs 'by: FIELD'"}),
    [](const auto& test) { return test.param.name; });

TEST(PackProblems, AreAllReportedAtOnce) {
  const auto compiled = compile(racoon(rule("racoon.x", "x", ", cause: a, side: b, phase: 9") + rule("racoon.y", "{p:adress}")));
  EXPECT_EQ(compiled.problems.size(), 4u);
  EXPECT_EQ(compiled.rules, nullptr);
}

TEST(PackProblems, StopAtAReasonableNumber) {
  std::string rules;
  for (int i = 0; i < 1000; ++i) rules += "  - {idd: x}\n";
  EXPECT_LE(compile(racoon(rules)).problems.size(), 200u);
}

TEST(PackProblems, SayWhichPackTheOtherIs) {
  const auto compiled =
      compile_packs({{"a.yaml", racoon(rule("racoon.x", "x"))}, {"b.yaml", "version: 1\ndialect: racoon\nrules: []\n"}});
  ASSERT_EQ(compiled.problems.size(), 1u);
  EXPECT_EQ(compiled.problems[0].place.file, "b.yaml");
  EXPECT_NE(compiled.problems[0].what.find("prefix 'racoon'"), std::string::npos);
}

TEST(PackProblems, ShowNoControlCharacters) {
  for (const char* text : {"rules: [{id: \"\\e[2J\"}]", "version: \"\\f\"", "dialect: \"\\a\"", "rules: [{event: \"\\e\"}]"}) {
    const auto compiled = compile(text);
    ASSERT_FALSE(compiled.problems.empty()) << text;
    for (const Problem& problem : compiled.problems) EXPECT_TRUE(is_printable(problem.what)) << text;
  }
  for (const Problem& problem : compile(racoon(rule("racoon.\\x", "x", ", tag: \"\\e\""))).problems) {
    EXPECT_TRUE(is_printable(problem.what)) << problem.what;
  }
}

TEST(PackProblems, OfAnyBytesNeverThrow) {
  for (const char* text :
       {"", "\xff\xfe", "\t", "{", "- ", "? :", "!!binary x", "%YAML 9\n---\n", "a: |\n b", "version: [1]", "{{{{", "rules:"}) {
    EXPECT_EQ(compile(text).rules, nullptr) << text;
  }
}

}  // namespace
}  // namespace ikewatch::rules
