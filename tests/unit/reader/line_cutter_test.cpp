#include "line_cutter.hpp"

#include "sample_bytes.hpp"

#include <gmock/gmock.h>

namespace ikewatch::reader {
namespace {

using test::Flood;
using test::Sample;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> cut(Bytes& bytes, LineCutter::Limits limits, std::uint64_t* cuts = nullptr) {
  LineCutter cutter(bytes, limits);
  std::vector<std::string> lines;
  for (std::string_view line; cutter.next(line);) lines.emplace_back(line);
  if (cuts != nullptr) *cuts = cutter.cut();
  return lines;
}

std::vector<std::string> cut(std::string text, LineCutter::Limits limits) {
  Sample sample(std::move(text));
  return cut(sample, limits);
}

TEST(LineCutter, CutsAtEachChunkSizeTheSame) {
  const std::string text = "one\n\ntwo two\nthree three three\n\n\nlast without end";
  for (std::size_t chunk = 1; chunk < 60; ++chunk) {
    EXPECT_THAT(cut(text, {100, chunk}), ElementsAre("one", "", "two two", "three three three", "", "", "last without end"))
        << "chunk " << chunk;
  }
}

TEST(LineCutter, CutsOverlongLinesAtEachChunkSizeTheSame) {
  const std::string text = "abcdefghij\nabcde\nabcdef\nx\nabcdefghijk";
  for (std::size_t chunk = 1; chunk < 40; ++chunk) {
    Sample sample(text);
    std::uint64_t cuts = 0;
    EXPECT_THAT(cut(sample, {5, chunk}, &cuts), ElementsAre("abcde", "abcde", "abcde", "x", "abcde")) << "chunk " << chunk;
    EXPECT_EQ(cuts, 3u) << "chunk " << chunk;
  }
}

TEST(LineCutter, GivesNothingForNothing) { EXPECT_THAT(cut("", {10, 10}), IsEmpty()); }

TEST(LineCutter, GivesNoLineBehindTheLastEnd) { EXPECT_THAT(cut("a\n", {10, 10}), ElementsAre("a")); }

TEST(LineCutter, SurvivesALineFarLargerThanItsBuffer) {
  Flood flood('x', 50'000'000, "\nnext\n");
  std::uint64_t cuts = 0;
  EXPECT_THAT(cut(flood, {4, 1000}, &cuts), ElementsAre("xxxx", "next"));
  EXPECT_EQ(cuts, 1u);
}

TEST(LineCutter, DropsTheHoleInFrontOfALine) {
  Flood flood('\0', 1'000'000, "after the hole\n");
  EXPECT_THAT(cut(flood, {20, 64}), ElementsAre("after the hole"));
}

TEST(LineCutter, EndsAfterAFileOfNulsOnly) {
  Flood flood('\0', 5000, "");
  EXPECT_THAT(cut(flood, {20, 64}), IsEmpty());
}

TEST(LineCutter, KeepsNulsWithinALine) {
  EXPECT_THAT(cut(std::string("a\0b\n", 4), {20, 2}), ElementsAre(std::string("a\0b", 3)));
}

TEST(LineCutter, KeepsWhatStoodBeforeAReadError) {
  Sample sample("a\nb", 1, true);
  LineCutter cutter(sample, {10, 10});
  std::vector<std::string> lines;
  for (std::string_view line; cutter.next(line);) lines.emplace_back(line);
  EXPECT_THAT(lines, ElementsAre("a", "b"));
  ASSERT_TRUE(cutter.damage().has_value());
  EXPECT_EQ(cutter.damage()->what, "Input/output error");
}

TEST(LineCutter, TakesRawBytesBetweenLines) {
  for (std::size_t chunk = 1; chunk < 20; ++chunk) {
    Sample sample("key\nra\nw\nrest\n");
    LineCutter cutter(sample, {3, chunk});
    std::string_view line;
    ASSERT_TRUE(cutter.next(line));
    std::string raw;
    EXPECT_TRUE(cutter.take(5, raw));
    EXPECT_EQ(raw, "ra\n") << "kept up to the limit";
    ASSERT_TRUE(cutter.next(line));
    EXPECT_EQ(line, "res");
    EXPECT_EQ(cutter.lines(), 4u);
    EXPECT_FALSE(cutter.take(1, raw));
  }
}

}  // namespace
}  // namespace ikewatch::reader
