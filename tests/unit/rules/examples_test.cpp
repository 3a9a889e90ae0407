#include <gtest/gtest.h>

#include "pack_builder.hpp"

namespace ikewatch::rules {
namespace {

std::vector<std::string> problems_of(const std::string& rules) {
  std::vector<std::string> out;
  for (const auto& problem : test_examples(*rules_of(racoon_head + rules))) out.push_back(to_string(problem));
  return out;
}

std::string example(const std::string& line, const std::string& fields) {
  return ", examples: [{line: \"" + line + "\", fields: {" + fields + "}}]";
}

TEST(Examples, OfAGoodPackHaveNoProblem) {
  EXPECT_TRUE(problems_of(rule("racoon.x", "no key for {peer:address}.",
                               example("racoon: ERROR: no key for 192.0.2.1.", "peer: 192.0.2.1")))
                  .empty());
}

TEST(Examples, MayBePastedWithoutAHeader) {
  EXPECT_TRUE(problems_of(rule("racoon.x", "no key is found for {peer:address}.",
                               example("ERROR: no key is found for 192.0.2.1.", "peer: 192.0.2.1")))
                  .empty());
}

TEST(Examples, NameTheDecodedText) {
  EXPECT_TRUE(problems_of(rule("racoon.x", "my:{mine:esp_transform}", example("racoon: ERROR: my:12", "mine: AES"))).empty());
}

TEST(Examples, AreNeeded) {
  const auto problems = problems_of(rule("racoon.x", "x"));
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0], "pack.yaml:6:5: rule racoon.x has no example; it needs one line at least");
}

TEST(Examples, MustMatchTheirRule) {
  const auto problems = problems_of(rule("racoon.x", "x", example("racoon: ERROR: y", "")));
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_NE(problems[0].find("pack.yaml:6:81: no rule of racoon fits"), std::string::npos) << problems[0];
}

TEST(Examples, MustBeClaimed) {
  const auto problems = problems_of(rule("racoon.x", "x", example("sshd[1]: x", "")));
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_NE(problems[0].find("no dialect claims"), std::string::npos) << problems[0];
}

TEST(Examples, MustNotBeTakenByAnotherRule) {
  const auto problems = problems_of(rule("racoon.x", "a {b:word}", example("racoon: ERROR: a c", "b: c")) +
                                    rule("racoon.y", "a c", example("racoon: ERROR: a c", "")));
  ASSERT_EQ(problems.size(), 2u);
  EXPECT_NE(problems[0].find("rule racoon.y takes this example of racoon.x"), std::string::npos) << problems[0];
  EXPECT_NE(problems[1].find("rule racoon.x (line 6) fits this example of racoon.y too"), std::string::npos) << problems[1];
}

TEST(Examples, MustNameEveryFieldWithItsText) {
  const auto unnamed = problems_of(rule("racoon.x", "a {b:word}", example("racoon: ERROR: a c", "")));
  ASSERT_EQ(unnamed.size(), 1u);
  EXPECT_NE(unnamed[0].find("field 'b' is not named; it is 'c'"), std::string::npos) << unnamed[0];
  const auto wrong = problems_of(rule("racoon.x", "a {b:word}", example("racoon: ERROR: a c", "b: d")));
  ASSERT_EQ(wrong.size(), 1u);
  EXPECT_NE(wrong[0].find("field 'b' is 'c', not 'd'"), std::string::npos) << wrong[0];
  const auto more = problems_of(rule("racoon.x", "a", example("racoon: ERROR: a", "z: d")));
  ASSERT_EQ(more.size(), 1u);
  EXPECT_NE(more[0].find("gives no field 'z'"), std::string::npos) << more[0];
}

}  // namespace
}  // namespace ikewatch::rules
