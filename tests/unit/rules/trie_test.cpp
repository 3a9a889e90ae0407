#include <gtest/gtest.h>

#include "trie_walk.hpp"

namespace ikewatch::rules {
namespace {

struct Tried {
  Trie trie;
  explicit Tried(const std::vector<std::string>& templates) {
    TrieBuilder builder;
    for (std::size_t i = 0; i < templates.size(); ++i) {
      const auto parsed = parse_template(templates[i]);
      EXPECT_EQ(parsed.error, "") << templates[i];
      builder.add(parsed, static_cast<FormId>(i));
    }
    trie = builder.freeze();
  }

  /// "form: capture, capture" of the first that fits, or "-".
  std::string first(std::string_view line, int budget = steps_per_line) const {
    std::string out = "-";
    auto accept = [&](FormId form, Captures captures) {
      out = std::to_string(form) + ":";
      for (const Capture& capture : captures) out += " " + std::string(capture.text());
      return true;
    };
    TrieWalk<decltype(accept)>(trie, without_ends(line), budget, accept).run();
    return out;
  }

  std::string all(std::string_view line) const {
    std::string out;
    int budget = steps_per_line;
    auto accept = [&](FormId form, Captures) {
      out += std::to_string(form);
      return false;
    };
    TrieWalk<decltype(accept)>(trie, without_ends(line), budget, accept).run();
    return out;
  }
};

TEST(Trie, FindsNothingWhenItIsEmpty) { EXPECT_EQ(Tried({}).first("anything"), "-"); }

TEST(Trie, TellsTextsWithCommonBeginningsApart) {
  const Tried tried({"phase1 failed", "phase1 failing", "phase1", "phase2 failed"});
  EXPECT_EQ(tried.first("phase1 failed."), "0:");
  EXPECT_EQ(tried.first("phase1 failing"), "1:");
  EXPECT_EQ(tried.first("phase1"), "2:");
  EXPECT_EQ(tried.first("phase2 failed"), "3:");
  EXPECT_EQ(tried.first("phase1 fail"), "-");
  EXPECT_EQ(tried.first("phase1 failed again"), "-");
}

TEST(Trie, TakesAnyRunOfBlanksForOne) {
  const Tried tried({"a b {x:number} c", "a bc"});
  EXPECT_EQ(tried.first("a  b \t 7   c"), "0: 7");
  EXPECT_EQ(tried.first("a\tbc"), "1:");
  EXPECT_EQ(tried.first("a\nbc"), "1:");
  EXPECT_EQ(tried.first("ab 7 c"), "-");
}

TEST(Trie, PrefersLiteralTextThenTheStricterType) {
  const Tried tried({"at {x:rest}", "at {x:word}", "at {x:number}", "at {x:address}", "at noon"});
  EXPECT_EQ(tried.first("at noon"), "4:");
  EXPECT_EQ(tried.first("at 192.0.2.1"), "3: 192.0.2.1");
  EXPECT_EQ(tried.first("at 7"), "2: 7");
  EXPECT_EQ(tried.first("at night"), "1: night");
  EXPECT_EQ(tried.first("at the end"), "0: the end");
  EXPECT_EQ(tried.all("at 7"), "210");
}

TEST(Trie, GoesBackWhenALiteralLeadsNowhere) {
  const Tried tried({"key word missing", "key {x:word} found"});
  EXPECT_EQ(tried.first("key word found"), "1: word");
}

TEST(Trie, EndsWordsAndTextsAsSoonAsTheRestFits) {
  const Tried tried({"<{a:text}> ({b:word}): {c:rest}"});
  EXPECT_EQ(tried.first("<one> two> (three): four: five"), "0: one> two three four: five");
  EXPECT_EQ(tried.first("<> (x): "), "0:  x ");
}

TEST(Trie, KeepsWordsWhole) {
  const Tried tried({"user {a:word} left"});
  EXPECT_EQ(tried.first("user left left"), "0: left");
  EXPECT_EQ(tried.first("user a b left"), "-");
  EXPECT_EQ(tried.first("user  left"), "-");
}

TEST(Trie, LetsTextAndRestBeEmptyAtTheEnd) {
  const Tried tried({"reason: {a:rest}", "state {a:text}", "word {a:word}"});
  EXPECT_EQ(tried.first("reason: "), "0: ");
  EXPECT_EQ(tried.first("state"), "1: ");
  EXPECT_EQ(tried.first("word"), "-");
}

TEST(Trie, ReadsAnEndpointShorterWhereTheTextAsksForIt) {
  const Tried tried({"{a:endpoint}[{b:number}] x", "{a:endpoint} y"});
  EXPECT_EQ(tried.first("192.0.2.1[500] x"), "0: 192.0.2.1 500");
  EXPECT_EQ(tried.first("192.0.2.1[500] y"), "1: 192.0.2.1[500]");
}

TEST(Trie, HandsOutDecodedNames) {
  const Tried tried({"trns_id mismatched: my:{a:esp_transform} peer:{b:esp_transform}"});
  EXPECT_EQ(tried.first("trns_id mismatched: my:12 peer:3DES"), "0: AES 3DES");
}

TEST(Trie, FindsNoWordInATextThatIsNowhere) { EXPECT_EQ(Tried({"{a:word} b"}).first(std::string_view{}), "-"); }

TEST(Trie, MatchesTheEmptyTextWithAnEmptyTemplate) { EXPECT_EQ(Tried({"", "a"}).first(" "), "0:"); }

TEST(Trie, GivesUpWhenALineCostsTooMuch) {
  const Tried tried({"{a:text}a{b:text}a{c:text}a{d:text}a{e:text}a{f:text}b"});
  const std::string hostile(4000, 'a');
  EXPECT_EQ(tried.first(hostile), "-");
  EXPECT_EQ(tried.first("xaxaxaxaxab"), "0: x x x x x ");
  EXPECT_EQ(tried.first("xaxaxaxaxab", 3), "-");
}

TEST(Trie, SearchesLongLinesThatAreNotHostile) {
  const Tried tried({"a {a:text} b {b:text} c {c:text} d"});
  const std::string filler(2500, 'x');
  EXPECT_EQ(tried.first("a " + filler + " b " + filler + " c " + filler + " d"), "0: " + filler + " " + filler + " " + filler);
}

}  // namespace
}  // namespace ikewatch::rules
