#include <ikewatch/yaml/tree.hpp>

#include <gtest/gtest.h>

#include <random>

namespace ikewatch::yaml {
namespace {

using NodeKind = Node::Kind;

struct Answer {
  std::optional<Tree> tree;
  Problems problems;
};

Answer read(std::string_view text, const Limits& limits = {}) {
  Report report("x");
  auto tree = yaml::read(text, limits, report);
  return {std::move(tree), report.take()};
}

std::string repeated(std::string_view piece, std::size_t bytes) {
  std::string text;
  while (text.size() + piece.size() <= bytes) text += piece;
  return text;
}

TEST(Tree, KeepsTextPlacesAndQuotesAsWritten) {
  const auto [tree, problems] = read("a: 010\nb:\n  - 'on'\n  - {c: ~}\n");
  ASSERT_TRUE(tree);
  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(tree->root().find("a")->text, "010");
  EXPECT_FALSE(tree->root().find("a")->quoted);
  const auto& list = *tree->root().find("b");
  ASSERT_EQ(list.children.size(), 2U);
  EXPECT_TRUE(list.children[0].quoted);
  EXPECT_EQ(list.children[0].at, (Mark{3, 5}));
  EXPECT_EQ(list.children[1].find("c")->kind, NodeKind::missing);
  EXPECT_EQ(list.children[1].find("c")->key_at, (Mark{4, 6}));
  EXPECT_EQ(tree->root().find("d"), nullptr);
}

TEST(Tree, GivesAMissingNodeForATextWithoutContent) {
  for (const auto* text : {"", "\n\n", "# only a comment\n", "---\n", "\xEF\xBB\xBF", "%YAML 1.2\n"}) {
    const auto [tree, problems] = read(text);
    ASSERT_TRUE(tree) << text;
    EXPECT_EQ(tree->root().kind, NodeKind::missing) << text;
  }
}

TEST(Tree, ReportsADuplicateKeyAndKeepsTheFirst) {
  const auto [tree, problems] = read("a: 1\nb: 2\na: 3\n");
  ASSERT_TRUE(tree);
  EXPECT_EQ(tree->root().find("a")->text, "1");
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].place, (Place{"x", 3, 1}));
}

TEST(Tree, KeepsTheFirstOfEachOfManyKeysInOrder) {
  std::string text;
  for (int i = 0; i < 3000; ++i) text += "k" + std::to_string(i % 2990) + ": {v: " + std::to_string(i) + "}\n";
  const auto [tree, problems] = read(text);
  ASSERT_TRUE(tree);
  EXPECT_EQ(problems.size(), 10U);
  const auto children = tree->root().children;
  ASSERT_EQ(children.size(), 2990U);
  for (std::size_t i = 0; i < children.size(); ++i) {
    ASSERT_EQ(children[i].key, "k" + std::to_string(i));
    ASSERT_EQ(children[i].find("v")->text, std::to_string(i));
  }
}

TEST(Tree, DropsAPairWhoseKeyIsNoWord) {
  const auto [tree, problems] = read("? {a: b}\n: [c]\n<<: d\ne: f\n");
  ASSERT_TRUE(tree);
  EXPECT_EQ(problems.size(), 2U);
  ASSERT_EQ(tree->root().children.size(), 1U);
  EXPECT_EQ(tree->root().children[0].key, "e");
}

TEST(Tree, OutlivesItsText) {
  std::string text = "a: [b, {c: \"d\\te\"}]\n";
  auto tree = read(text).tree;
  text.assign(text.size(), 'x');
  ASSERT_TRUE(tree);
  const Tree moved = *std::move(tree);
  EXPECT_EQ(moved.root().find("a")->children[0].text, "b");
  EXPECT_EQ(moved.root().find("a")->children[1].find("c")->text, "d\te");
}

TEST(Tree, ReadsEmptyTextsAndEmptyLists) {
  const auto [tree, problems] = read("a: ''\nb: []\nc: {}\n'': d\n");
  ASSERT_TRUE(tree);
  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(tree->root().find("a")->kind, NodeKind::scalar);
  EXPECT_EQ(tree->root().find("b")->kind, NodeKind::list);
  EXPECT_EQ(tree->root().find("c")->kind, NodeKind::map);
  EXPECT_EQ(tree->root().find("")->text, "d");
}

TEST(Tree, DoesNotExpandAliases) {
  std::string bomb = "a: &a [x, x]\n";
  for (char c = 'b'; c < 'z'; ++c)
    bomb += std::string(1, c) + ": &" + c + " [*" + static_cast<char>(c - 1) + ", *" + static_cast<char>(c - 1) + "]\n";
  const auto [tree, problems] = read(bomb);
  ASSERT_TRUE(tree);
  EXPECT_EQ(problems.size(), 73U);  // 25 anchors and 48 aliases
  EXPECT_EQ(tree->root().find("b")->children[0].kind, NodeKind::refused);
}

TEST(Tree, RefusesATextOverTheLimitUnread) {
  EXPECT_TRUE(read("a: 12", {.bytes = 5}).tree);
  const auto [tree, problems] = read("a: 123", {.bytes = 5});
  EXPECT_FALSE(tree);
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(to_string(problems[0]), "x: the file has 6 bytes, at most 5 are read; is it the right file?");
}

TEST(Tree, RefusesMoreLevelsThanTheLimit) {
  EXPECT_TRUE(read("[[[a]]]", {.depth = 3}).tree);
  const auto [tree, problems] = read("[[[[a]]]]", {.depth = 3});
  EXPECT_FALSE(tree);
  EXPECT_EQ(problems.size(), 1U);
}

TEST(Tree, RefusesMoreValuesThanTheLimit) {
  EXPECT_TRUE(read("[a, a]", {.nodes = 3}).tree);
  const auto [tree, problems] = read("[a, a, a]", {.nodes = 3});
  EXPECT_FALSE(tree);
  EXPECT_EQ(problems.size(), 1U);
}

TEST(Tree, ListsAtMostAHundredProblems) {
  std::string text;
  for (int i = 0; i < 500; ++i) text += "a: 1\n";
  const auto [tree, problems] = read(text);
  ASSERT_EQ(problems.size(), 100U);
  EXPECT_EQ(problems.back().what, "400 more problems are not listed; mend these first");
}

TEST(Tree, SurvivesALongRunOfAnything) {
  constexpr std::size_t long_run = 256 * 1024;
  for (const auto* piece :
       {"[",     "{",     "]",    "- ",    "? ",   ": ",  "a: ", "a:", "{a: ", "\"",   "'",    "!",     "&a ",
        "*a ",   "|\n",   ">",    "%",     "%\n",  "\n",  " ",   "#",  ",",    "\\",   "a\n",  "- a\n", "a: b\n",
        "---\n", "...\n", "[a, ", "[a]: ", "\r\n", "?\n", "-\n", "@",  "`",    "<<: ", "\"\\", "!<",    "- - "}) {
    const auto [tree, problems] = read(repeated(piece, long_run));
    EXPECT_LE(problems.size(), 100U) << piece;
    EXPECT_TRUE(tree || !problems.empty()) << piece;
  }
}

TEST(Tree, LooksForThePlaceOfAMissingItemOnlyAmongDashes) {
  const auto flow = read("#" + std::string(500'000, 'x') + "\n[" + std::string(190'000, ',') + "]\n");  // quadratic if it looked
  EXPECT_TRUE(flow.tree || !flow.problems.empty());
  const auto dashes = read("# -\n- a\n-\n# -\n\n- ~\n-\n");
  ASSERT_TRUE(dashes.tree);
  ASSERT_EQ(dashes.tree->root().children.size(), 4U);
  EXPECT_EQ(dashes.tree->root().children[1].at, (Mark{3, 1}));
  EXPECT_EQ(dashes.tree->root().children[2].at, (Mark{6, 3}));
  EXPECT_EQ(dashes.tree->root().children[3].at, (Mark{7, 1}));
}

TEST(Tree, AnswersEveryMutationWithATreeOrAProblem) {
  const std::string seed = "version: 1\nsources:\n  - {name: \"a\", list: [1, 2], x: 'y'}\n  - name: |\n      text\n# end\n";
  const std::string bytes = " \t\n\r:-?,[]{}#&*!|>'\"%@`\\<~0a\x80\xC3\xFF";
  std::mt19937 random(20261122);
  std::size_t trees = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string text = seed;
    for (unsigned i = 0; i < 1 + round % 6U; ++i) {
      const auto at = random() % text.size();
      const char byte = bytes[random() % bytes.size()];
      if (random() % 3 == 0)
        text.insert(at, 1, byte);
      else if (random() % 2 == 0)
        text.erase(at, 1);
      else
        text[at] = byte;
    }
    const auto [tree, problems] = read(text);
    ASSERT_TRUE(tree || !problems.empty()) << text;
    trees += tree ? 1 : 0;
    for (const auto& problem : problems) {
      ASSERT_LE(problem.place.line, 40U) << text;
      ASSERT_FALSE(problem.what.empty()) << text;
    }
  }
  EXPECT_GT(trees, 100U);
}

}  // namespace
}  // namespace ikewatch::yaml
