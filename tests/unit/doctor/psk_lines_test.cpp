#include "psk_lines.hpp"

#include <gtest/gtest.h>

namespace ikewatch::doctor {
namespace {

PskEntry only(std::string_view text) {
  const auto lines = psk_lines_of(text);
  EXPECT_EQ(lines.entries.size(), 1U) << text;
  return lines.entries.empty() ? PskEntry{} : lines.entries[0];
}

TEST(PskLines, LeaveCommentsAndEmptyLinesOut) {
  EXPECT_TRUE(psk_lines_of("# comment\n\n \t\n#x y\n\r\n").entries.empty());
  EXPECT_EQ(only("a b").line, 1U);
  EXPECT_EQ(only("\n\na \t  b c\n").line, 3U);
}

TEST(PskLines, TakeTheKeyToTheEndOfTheLine) {
  EXPECT_FALSE(only("a b c\n").trailing_blank);
  EXPECT_TRUE(only("a b c \n").trailing_blank);
  EXPECT_TRUE(only("a b\t\r\n").trailing_blank);
  EXPECT_TRUE(only("a b\r\n").trailing_cr);
  EXPECT_FALSE(only("a \n").has_key);
  EXPECT_FALSE(only("a\n").has_key);
}

TEST(PskLines, KnowHexadecimalKeys) {
  EXPECT_TRUE(only("a 0x01ab\n").hex);
  EXPECT_FALSE(only("a 0x01 AB \r\n").bad_hex);
  EXPECT_TRUE(only("a 0x01a\n").bad_hex);
  EXPECT_TRUE(only("a 0x\n").bad_hex);
  EXPECT_TRUE(only("a 0x01ag\n").bad_hex);
  EXPECT_FALSE(only("a 0X1\n").hex);
}

TEST(PskLines, AreCutWhereRacoonCutsThem) {
  EXPECT_TRUE(psk_lines_of("a " + std::string(1021, 'x') + "\n").too_long.empty());
  EXPECT_EQ(psk_lines_of("a " + std::string(1022, 'x') + "\n").too_long.size(), 1U);
}

TEST(PskLines, TellAMarkAndBlanksBeforeTheIdentifier) {
  EXPECT_TRUE(psk_lines_of("\xef\xbb\xbf"
                           "a b\n")
                  .byte_order_mark);
  EXPECT_EQ(psk_lines_of(" a b\n").leading_blanks.size(), 1U);
}

}  // namespace
}  // namespace ikewatch::doctor
