#include <ikewatch/diagnosis/knowledge.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace ikewatch::diagnosis {
namespace {

using rules::Cause;
using rules::Side;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

std::string shipped_text() {
  std::ifstream file(IKEWATCH_SOURCE_DIR "/config/causes.yaml");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<Cause> every_cause() {
  std::vector<Cause> all;
  for (std::size_t i = 1; i < rules::causes; ++i) all.push_back(static_cast<Cause>(i));
  return all;
}

std::vector<std::string> lines_of(const ReadKnowledge& read) {
  std::vector<std::string> out;
  for (const auto& problem : read.problems) out.push_back(to_string(problem));
  return out;
}

// A whole file in which replay, the first cause of it (line 3 on), reads as given and every other cause is right.
constexpr std::string_view right_entry = R"(    side: path
    summary: "Between {gateway} and {peer}."
    explanation: Why.
    advice: {any: {local: [look here], remote: [look there]}}
)";

std::string file_with(std::string_view replay) {
  std::string out = "version: 1\ncauses:\n  replay:\n" + std::string(replay);
  for (const auto cause : every_cause()) {
    if (cause != Cause::replay) out += "  " + std::string(name_of(cause)) + ":\n" + std::string(right_entry);
  }
  return out;
}

std::vector<std::string> problems_with(std::string_view replay) { return lines_of(read_knowledge("c.yaml", file_with(replay))); }
std::vector<std::string> problems_of_file(const std::string& text) { return lines_of(read_knowledge("c.yaml", text)); }

std::string replaced(std::string text, std::string_view old, std::string_view by) {
  const auto at = text.find(old);
  if (at == std::string::npos) throw std::logic_error("the test's own text is not there");
  return text.replace(at, old.size(), by);
}
std::string right_but(std::string_view old, std::string_view by) { return replaced(std::string(right_entry), old, by); }

// ---- the file that we ship ----

class ShippedKnowledge : public ::testing::Test {
 protected:
  void SetUp() override {
    auto read = read_knowledge("causes.yaml", shipped_text());
    ASSERT_THAT(lines_of(read), IsEmpty());
    knowledge = read.knowledge;
    ASSERT_NE(knowledge, nullptr);
  }
  std::shared_ptr<const Knowledge> knowledge;
};

TEST_F(ShippedKnowledge, SaysSomethingForEveryCauseAtEveryEndInEveryDialect) {
  for (const auto cause : every_cause()) {
    for (const std::string_view dialect : {"racoon", "cisco-ios", "cisco-asa", "strongswan", ""}) {
      for (const auto side : {Side::local, Side::remote, Side::both, Side::path, Side::unknown}) {
        EXPECT_FALSE(knowledge->checks(cause, side, dialect).empty()) << name_of(cause) << ' ' << dialect;
      }
    }
  }
}

TEST_F(ShippedKnowledge, HasLocalAdviceOfItsOwnForEachShippedDialect) {
  for (const auto cause : every_cause()) {
    std::set<std::string> own;
    for (const auto& advice : (*knowledge)[cause].advice) {
      if (!advice.local.empty()) own.insert(advice.dialect);
    }
    EXPECT_THAT(own, ElementsAre("", "cisco-asa", "cisco-ios", "racoon")) << name_of(cause);
  }
}

TEST_F(ShippedKnowledge, KeepsSummariesToOneShortSentence) {
  for (const auto cause : every_cause()) {
    const auto& summary = (*knowledge)[cause].summary;
    EXPECT_LE(summary.size(), 160U) << summary;
    EXPECT_EQ(summary.find(". "), std::string::npos) << summary;
    EXPECT_EQ(summary.back(), '.') << summary;
  }
}

TEST_F(ShippedKnowledge, UsesPlaceholdersInSummariesOnly) {
  for (const auto cause : every_cause()) {
    const auto& entry = (*knowledge)[cause];
    EXPECT_THAT(entry.summary, HasSubstr("{gateway}"));
    EXPECT_EQ(entry.explanation.find_first_of("{}"), std::string::npos) << entry.explanation;
    for (const auto& advice : entry.advice) {
      for (const auto* checks : {&advice.local, &advice.remote}) {
        for (const auto& check : *checks) EXPECT_EQ(check.find_first_of("{}"), std::string::npos) << check;
      }
    }
  }
}

TEST_F(ShippedKnowledge, KeepsListsAndChecksShort) {
  for (const auto cause : every_cause()) {
    for (const auto& advice : (*knowledge)[cause].advice) {
      for (const auto* checks : {&advice.local, &advice.remote}) {
        if (checks->empty()) continue;
        EXPECT_TRUE(checks->size() >= 2 && checks->size() <= 5) << name_of(cause) << ' ' << advice.dialect;
        for (const auto& check : *checks) EXPECT_LE(check.size(), 140U) << check;
      }
    }
  }
}

TEST_F(ShippedKnowledge, NamesTheEndThatMustAct) {
  EXPECT_EQ((*knowledge)[Cause::psk_missing].side, Side::local);
  EXPECT_EQ((*knowledge)[Cause::psk_mismatch].side, Side::both);
  EXPECT_EQ((*knowledge)[Cause::peer_rejected].side, Side::remote);
  EXPECT_EQ((*knowledge)[Cause::peer_unreachable].side, Side::path);
}

TEST_F(ShippedKnowledge, DoesNotSendPeopleToSetkeyForAnAlgorithm) {
  const auto checks = knowledge->checks(Cause::phase2_proposal_mismatch, Side::local, "racoon");
  EXPECT_THAT(checks, ::testing::Contains(AllOf(HasSubstr("`no suitable policy found`"), HasSubstr("is about algorithms"))));
}

// ---- the order of checks ----

Knowledge small_knowledge() {
  Knowledge knowledge;
  auto& entry = knowledge.entries_[static_cast<std::size_t>(Cause::replay)];
  entry.advice = {{"racoon", {"racoon 1", "racoon 2"}, {}}, {"", {"any 1"}, {"far 1", "far 2"}}, {"cisco-asa", {}, {"asa far"}}};
  return knowledge;
}

std::vector<std::string> checks_of(Side side, std::string_view dialect) {
  return small_knowledge().checks(Cause::replay, side, dialect);
}

TEST(Checks, OfThisEndSpeakItsDialect) { EXPECT_THAT(checks_of(Side::local, "racoon"), ElementsAre("racoon 1", "racoon 2")); }

TEST(Checks, OfThisEndFallBackToAnyDialect) {
  EXPECT_THAT(checks_of(Side::local, "strongswan"), ElementsAre("any 1"));
  EXPECT_THAT(checks_of(Side::local, "cisco-asa"), ElementsAre("any 1"));
  EXPECT_THAT(checks_of(Side::local, ""), ElementsAre("any 1"));
}

TEST(Checks, OfThePeerSayWhereToLook) {
  EXPECT_THAT(checks_of(Side::remote, "racoon"), ElementsAre("At the peer: far 1", "At the peer: far 2"));
  EXPECT_THAT(checks_of(Side::remote, "cisco-asa"), ElementsAre("At the peer: asa far"));
}

TEST(Checks, OfBothEndsBeginWithThisOne) {
  for (const auto side : {Side::both, Side::path, Side::unknown}) {
    EXPECT_THAT(checks_of(side, "racoon"), ElementsAre("racoon 1", "racoon 2", "At the peer: far 1", "At the peer: far 2"));
  }
}

TEST(Checks, OfNoCauseAreNone) { EXPECT_THAT(small_knowledge().checks(Cause::none, Side::both, "racoon"), IsEmpty()); }

// ---- a file without a mistake ----

TEST(ReadKnowledge, TakesARightFile) {
  const auto read = read_knowledge("c.yaml", file_with(right_entry));
  ASSERT_THAT(lines_of(read), IsEmpty());
  const auto& entry = (*read.knowledge)[Cause::replay];
  EXPECT_EQ(entry.side, Side::path);
  EXPECT_EQ(entry.summary, "Between {gateway} and {peer}.");
  EXPECT_EQ(entry.explanation, "Why.");
  EXPECT_THAT(read.knowledge->checks(Cause::replay, Side::both, "racoon"), ElementsAre("look here", "At the peer: look there"));
}

TEST(ReadKnowledge, JoinsAFoldedText) {
  const auto text = file_with(right_but("explanation: Why.", "explanation: >-\n      One.\n      Two."));
  const auto read = read_knowledge("c.yaml", text);
  ASSERT_NE(read.knowledge, nullptr);
  EXPECT_EQ((*read.knowledge)[Cause::replay].explanation, "One. Two.");
}

TEST(ReadKnowledge, TakesAdviceForADialectOfAnotherPack) {
  EXPECT_THAT(problems_with(right_but("{any:", "{strongswan: {local: [swanctl --log]}, any:")), IsEmpty());
}

TEST(ReadKnowledge, GivesNothingWhenThereIsAProblem) {
  EXPECT_EQ(read_knowledge("c.yaml", file_with(right_but("side: path", "side: there"))).knowledge, nullptr);
}

// ---- each kind of mistake, its one problem and its place ----

struct Mistake {
  std::string name;
  std::string old;
  std::string by;
  std::string problem;
};
void PrintTo(const Mistake& mistake, std::ostream* out) { *out << mistake.name; }

class EntryMistake : public ::testing::TestWithParam<Mistake> {};

TEST_P(EntryMistake, GivesOneProblemWithItsPlace) {
  const auto& mistake = GetParam();
  EXPECT_THAT(problems_with(right_but(mistake.old, mistake.by)), ElementsAre(HasSubstr(mistake.problem)));
}

const Mistake entry_mistakes[] = {
    {"UnknownKey", "    side: path\n", "    side: path\n    sumary: x\n",
     "c.yaml:5:5: unknown key \"sumary\" in replay; did you mean \"summary\"?"},
    {"FarKey", "    side: path\n", "    side: path\n    zzzzzzzzzz: x\n",
     "c.yaml:5:5: unknown key \"zzzzzzzzzz\" in replay; known are: side, summary, explanation, advice"},
    {"DuplicateKey", "    side: path\n", "    side: path\n    side: local\n", "c.yaml:5:5: \"side\" stands already on line 4"},
    {"MapAsKey", "    side: path\n", "    side: path\n    ? {a: b}\n    : x\n", "c.yaml:5:7: a key must be one word"},
    {"MissingSide", "    side: path\n", "", "c.yaml:3:3: replay has no \"side\"; add it"},
    {"MissingExplanation", "    explanation: Why.\n", "", "c.yaml:3:3: replay has no \"explanation\"; add it"},
    {"UnknownSide", "side: path", "side: locall",
     "c.yaml:4:11: \"side\" of replay cannot be \"locall\"; did you mean \"local\"?"},
    {"SideIsList", "side: path", "side: [path]", "c.yaml:4:11: \"side\" of replay must be a text, and here is a list"},
    {"SideIsEmpty", "side: path", "side:", "\"side\" of replay must be a text, and here is nothing"},
    {"SummaryIsMap", "\"Between {gateway} and {peer}.\"", "{peer}",
     "c.yaml:5:14: \"summary\" of replay must be a text, and here is a map"},
    {"SummaryIsEmpty", "\"Between {gateway} and {peer}.\"", "\" \"",
     "c.yaml:5:14: \"summary\" of replay is empty: write a sentence"},
    {"SummaryIsLong", "Between", std::string(160, 'x'),
     "c.yaml:5:14: \"summary\" of replay is longer than 160 bytes: shorten it"},
    {"SummaryHasControl", "Between", "Bet\\aween", "c.yaml:5:14: \"summary\" of replay must be one line of printable text"},
    {"UnknownPlaceholder", "{peer}", "{pear}",
     "c.yaml:5:14: \"summary\" of replay has an unknown placeholder \"{pear}\"; did you mean \"{peer}\"?"},
    {"OpenBrace", "{peer}", "{peer", "c.yaml:5:14: \"summary\" of replay has an unknown placeholder"},
    {"ClosingBrace", "Between", "Between } and", "c.yaml:5:14: \"summary\" of replay has an unknown placeholder \"}\""},
    {"TwoLines", "explanation: Why.", "explanation: |\n      One.\n      Two.",
     "c.yaml:6:18: \"explanation\" of replay must be one line"},
    {"AdviceIsList", "{any: {local: [look here], remote: [look there]}}", "[look here]",
     "c.yaml:7:13: \"advice\" of replay must be a map, and here is a list"},
    {"NoAny", "{any:", "{racoon:", "c.yaml:7:13: \"advice\" of replay has no \"any\""},
    {"NoLocal", "local: [look here], ", "", "\"any\" in \"advice\" of replay has no \"local\""},
    {"NoRemote", ", remote: [look there]", "", "\"any\" in \"advice\" of replay has no \"remote\""},
    {"MisspeltDialect", "{any:", "{raccoon: {local: [x]}, any:",
     "c.yaml:7:14: \"advice\" of replay: \"raccoon\" is not the name of a dialect; did you mean \"racoon\"?"},
    {"OddDialect",
     "{any:", "{Cisco_IOS: {local: [x]}, any:", "c.yaml:7:14: \"advice\" of replay: \"Cisco_IOS\" is not the name of a dialect"},
    {"UnknownEnd", "{local:", "{here: [x], local:", "c.yaml:7:20: unknown key \"here\" in \"any\" in \"advice\" of replay"},
    {"EndIsText", "[look here]", "look here", "\"local\" of \"any\" in \"advice\" of replay must be a list, and here is a text"},
    {"EmptyList", "[look here]", "[]", "\"local\" of \"any\" in \"advice\" of replay is empty: write a check"},
    {"ManyChecks", "[look here]", "[a, b, c, d, e, f, g, h, i]", "has more than 8 checks: keep the best"},
    {"CheckIsMap", "[look here]", "[look: here]", "a check in \"local\" of \"any\" in \"advice\" of replay must be a text"},
    {"CheckIsLong", "look here", std::string(201, 'x'), "is longer than 200 bytes: shorten it"},
    {"Tag", "side: path", "side: !end path", "c.yaml:4:11: YAML tags (\"!end\") are not read"},
    {"TagOnList", "[look here]", "!!set [look here]", "YAML tags (\"tag:yaml.org,2002:set\") are not read"},
};
INSTANTIATE_TEST_SUITE_P(ReadKnowledge, EntryMistake, ::testing::ValuesIn(entry_mistakes),
                         [](const auto& tested) { return tested.param.name; });

class FileMistake : public ::testing::TestWithParam<Mistake> {};

TEST_P(FileMistake, GivesOneProblemWithItsPlace) {
  const auto& mistake = GetParam();
  const auto text = replaced(file_with(right_entry), mistake.old, mistake.by);
  EXPECT_THAT(problems_of_file(text), ElementsAre(HasSubstr(mistake.problem)));
}

const Mistake file_mistakes[] = {
    {"NoVersion", "version: 1\n", "", "c.yaml:1:1: the file has no \"version\"; add \"version: 1\""},
    {"OtherVersion", "version: 1", "version: 2", "c.yaml:1:10: version \"2\" is not known: write 1"},
    {"OctalVersion", "version: 1", "version: 01", "c.yaml:1:10: version \"01\" is not known: write 1"},
    {"VersionIsMap", "version: 1", "version: {a: 1}", "c.yaml:1:10: \"version\" must be a text, and here is a map"},
    {"UnknownTopKey", "version: 1", "version: 1\ncause: {}",
     "c.yaml:2:1: unknown key \"cause\" in the file; did you mean \"causes\"?"},
    {"UnknownCause",
     "  dpd_timeout:", "  dpd_timeuot: {}\n  dpd_timeout:", "unknown cause \"dpd_timeuot\"; did you mean \"dpd_timeout\"?"},
    {"NoneIsNoCause", "  dpd_timeout:", "  none: {}\n  dpd_timeout:", "unknown cause \"none\""},
    {"CauseTwice", "  dpd_timeout:", "  replay: {}\n  dpd_timeout:", "\"replay\" stands already on line 3"},
    {"CauseIsText", "  replay:\n" + std::string(right_entry), "  replay: late\n",
     "c.yaml:3:11: replay must be a map, and here is a text"},
    {"CauseMissing", "  replay:\n" + std::string(right_entry), "",
     "c.yaml:3:3: cause \"replay\" is missing: add an entry for it"},
    {"Syntax", "side: path", "side: [path", "c.yaml:4:11: this bracket is not closed"},
    {"Tabs", "    side: path", "\tside: path", "c.yaml:4:1: a tab in the indentation"},
    {"UnknownAnchor", "side: path", "side: *nowhere", "c.yaml:4:11: a value that begins with * is a YAML alias"},
};
INSTANTIATE_TEST_SUITE_P(ReadKnowledge, FileMistake, ::testing::ValuesIn(file_mistakes),
                         [](const auto& tested) { return tested.param.name; });

TEST(ReadKnowledge, RefusesAnAnchorAndAnAliasAndDoesNotFollowIt) {
  const auto text = file_with("    side: &s path\n    summary: *s\n    explanation: Why.\n" +
                              std::string(right_entry).substr(right_entry.find("    advice")));
  EXPECT_THAT(problems_of_file(text),
              ElementsAre(HasSubstr("c.yaml:4:11: YAML anchors"), HasSubstr("c.yaml:5:14: YAML aliases")));
}

TEST(ReadKnowledge, RefusesASecondDocument) {
  EXPECT_THAT(problems_of_file(file_with(right_entry) + "---\nversion: 1\n"),
              ElementsAre(HasSubstr("a second YAML document begins here")));
}

TEST(ReadKnowledge, RefusesAnEmptyFile) {
  EXPECT_THAT(problems_of_file(""), ElementsAre(StartsWith("c.yaml:1:1: the file is empty")));
  EXPECT_THAT(problems_of_file("# nothing\n"), ElementsAre(StartsWith("c.yaml:1:1: the file is empty")));
}

TEST(ReadKnowledge, RefusesAFileThatIsNoMap) {
  EXPECT_THAT(problems_of_file("- version\n"), ElementsAre("c.yaml:1:1: the file must be a map, and here is a list"));
}

TEST(ReadKnowledge, NamesEveryCauseThatIsMissing) {
  EXPECT_EQ(problems_of_file("version: 1\ncauses: {}\n").size(), rules::causes - 1);
}

TEST(ReadKnowledge, ReportsEveryMistakeOfAFile) {
  const auto text = file_with("    sid: path\n    summary: [x]\n    explanation: Why.\n    advice: {any: {local: [x]}}\n");
  EXPECT_THAT(problems_of_file(text), ElementsAre(HasSubstr("has no \"side\""), HasSubstr("c.yaml:4:5: unknown key \"sid\""),
                                                  HasSubstr("c.yaml:5:14: \"summary\""), HasSubstr("has no \"remote\"")));
}

TEST(ReadKnowledge, StopsListingWhenThereAreTooMany) {
  std::string text = "version: 1\n";
  for (int i = 0; i < 500; ++i) text += "key" + std::to_string(i) + ": x\n";
  const auto problems = problems_of_file(text);
  ASSERT_EQ(problems.size(), 100U);
  EXPECT_THAT(problems.back(), HasSubstr("402 more problems are not listed"));
}

TEST(ReadKnowledge, RefusesAHugeFile) {
  EXPECT_THAT(problems_of_file(std::string(1024 * 1024 + 1, '#')),
              ElementsAre("c.yaml: the file has 1048577 bytes, at most 1048576 are read; is it the right file?"));
}

TEST(ReadKnowledge, SurvivesDeepNesting) {
  const auto problems = problems_of_file("version: " + std::string(100000, '['));
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_THAT(problems.front(), HasSubstr("more than 12 levels inside one another"));
}

TEST(ReadKnowledge, ShowsHostileBytesAsPrintableText) {
  const auto problems = problems_of_file("version: 1\ncauses: {}\n\"a\\e[31m\": x\n");
  ASSERT_FALSE(problems.empty());
  for (const auto& problem : problems) EXPECT_EQ(problem.find('\x1b'), std::string::npos) << problem;
}

// Cuts and damaged bytes of the real file: whatever happens, it is a problem or a whole knowledge, never a crash.
TEST(ReadKnowledge, SurvivesADamagedFile) {
  const auto text = shipped_text();
  ASSERT_GT(text.size(), 10000U);
  for (std::size_t at = 0; at < text.size(); at += 997) {
    auto damaged = text;
    damaged[at] = "\"{}[]:-*&!\t\n\xff"[at % 13];
    for (const auto& candidate : {damaged, text.substr(0, at)}) {
      const auto read = read_knowledge("c.yaml", candidate);
      EXPECT_EQ(read.knowledge == nullptr, !read.problems.empty()) << "at byte " << at;
    }
  }
}

}  // namespace
}  // namespace ikewatch::diagnosis
