#include "yaml_tree.hpp"

#include <gtest/gtest.h>

namespace ikewatch::rules {
namespace {

TEST(YamlTree, KeepsPlacesAndDuplicateKeys) {
  const auto tree = read_yaml("a: 1\nb:\n  - x\na: 2\n");
  ASSERT_EQ(tree.error, "");
  ASSERT_EQ(tree.root.kind, YamlNode::Kind::map);
  ASSERT_EQ(tree.root.pair_count(), 3u);
  EXPECT_EQ(tree.root.key(2).text, "a");
  EXPECT_EQ(tree.root.value(2).text, "2");
  EXPECT_EQ(tree.root.value(1).items[0].line, 3u);
  EXPECT_EQ(tree.root.value(1).items[0].column, 5u);
}

TEST(YamlTree, RefusesAliasesAndAnchors) {
  EXPECT_NE(read_yaml("a: &x 1\n").error.find("anchor"), std::string::npos);
  EXPECT_NE(read_yaml("a: *x\n").error, "");
}

TEST(YamlTree, RefusesASecondDocument) { EXPECT_NE(read_yaml("a: 1\n---\nb: 2\n").error.find("second"), std::string::npos); }

TEST(YamlTree, RefusesNothingAtAll) { EXPECT_NE(read_yaml("").error, ""); }

TEST(YamlTree, SaysWhereTheSyntaxIsWrong) {
  const auto tree = read_yaml("a: 1\nb: [1, 2\nc: 3\n");
  EXPECT_NE(tree.error, "");
  EXPECT_GE(tree.line, 2u);
}

TEST(YamlTree, IsBoundedInDepthAndSize) {
  EXPECT_NE(read_yaml(std::string(100, '[') + std::string(100, ']')).error.find("nested"), std::string::npos);
  EXPECT_NE(read_yaml(std::string(100'000, '[')).error, "");
  EXPECT_NE(read_yaml(std::string(largest_yaml + 1, ' ')).error.find("4 MiB"), std::string::npos);
}

}  // namespace
}  // namespace ikewatch::rules
