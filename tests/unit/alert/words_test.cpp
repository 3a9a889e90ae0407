#include <ikewatch/alert/notice.hpp>

#include <gtest/gtest.h>

namespace ikewatch::alert {
namespace {

TEST(Pattern, AStarStandsForAnyText) {
  EXPECT_TRUE(fits("branch-*", "branch-lyon"));
  EXPECT_TRUE(fits("branch-*", "branch-"));
  EXPECT_TRUE(fits("*-rtr*", "par-rtr1"));
  EXPECT_TRUE(fits("*", ""));
  EXPECT_FALSE(fits("branch-*", "hub-lyon"));
  EXPECT_FALSE(fits("*x", "par-rtr1"));
  EXPECT_FALSE(fits("", "x"));
}

TEST(Pattern, ManyStarsTakeNoLongTime) {
  const std::string text(20000, 'a');
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += "*a";
  EXPECT_FALSE(fits(pattern + "b", text));
}

TEST(Identity, NoTwoSetsOfLabelsLookAlike) {
  EXPECT_NE(identity({{"a", "bc"}}), identity({{"ab", "c"}}));
  EXPECT_NE(identity({{"a", "1"}, {"b", "2"}}), identity({{"a", "1b2"}}));
  EXPECT_EQ(fingerprint("x").size(), 32U);
  EXPECT_NE(fingerprint("x"), fingerprint("y"));
}

TEST(Words, AreReadBackAsTheyAreWritten) {
  for (std::size_t i = 0; i < troubles; ++i) {
    const auto trouble = static_cast<Trouble>(i);
    EXPECT_EQ(trouble_named(name_of(trouble)), trouble);
  }
  EXPECT_EQ(trouble_named("none"), std::nullopt);
}

}  // namespace
}  // namespace ikewatch::alert
