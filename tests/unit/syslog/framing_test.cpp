#include <gtest/gtest.h>
#include <ikewatch/syslog/framing.hpp>

#include <random>
#include <string>
#include <vector>

namespace ikewatch::syslog {
namespace {

using namespace std::string_literals;
using Frames = std::vector<std::string>;

void drain(FrameSplitter& splitter, std::string_view chunk, Frames& frames) {
  while (const auto frame = splitter.next(chunk)) frames.emplace_back(*frame);
  EXPECT_TRUE(chunk.empty());
}

Frames split(std::string_view stream, const std::vector<std::size_t>& sizes, std::size_t limit, std::uint64_t* cut = nullptr) {
  FrameSplitter splitter(limit);
  Frames frames;
  for (const auto size : sizes) {
    const std::string chunk(stream.substr(0, size));  // a buffer of its own: a view into an old one would be seen
    stream.remove_prefix(chunk.size());
    drain(splitter, chunk, frames);
  }
  drain(splitter, stream, frames);
  if (const auto last = splitter.finish()) frames.emplace_back(*last);
  if (cut != nullptr) *cut = splitter.cut_frames();
  return frames;
}

TEST(FrameSplitter, EndsFramesAtLineFeedCrLfAndNul) {
  EXPECT_EQ(split("<1>a\n<2>b\r\n<3>c\0<4>d"s, {}, 100), (Frames{"<1>a", "<2>b", "<3>c", "<4>d"}));
}

TEST(FrameSplitter, CountsOctetsWhereALengthStands) {
  EXPECT_EQ(split("7 <1>a\nbc5 <2>xy", {}, 100), (Frames{"<1>a\nbc", "<2>xy"}));
}

TEST(FrameSplitter, DecidesForEachFrame) {
  EXPECT_EQ(split("5 <1>ab<2>line\n6 <3>abc\n<4>x\n", {}, 100), (Frames{"<1>ab", "<2>line", "<3>abc", "<4>x"}));
}

TEST(FrameSplitter, TakesNumbersInFrontOfOtherTextForText) {
  EXPECT_EQ(split("1234: Nov 22 10:00:00: text\n2026 Nov 22\n05 <1>a\n12345678 <1>b\n", {}, 100),
            (Frames{"1234: Nov 22 10:00:00: text", "2026 Nov 22", "05 <1>a", "12345678 <1>b"}));
}

TEST(FrameSplitter, LeavesEmptyFramesOut) { EXPECT_EQ(split("\n\r\n\0\n<1>a\n\n"s, {}, 100), (Frames{"<1>a"})); }

TEST(FrameSplitter, CutsAndCountsLongFramesAndGoesOnBehindThem) {
  std::uint64_t cut = 0;
  EXPECT_EQ(split("abcdefgh\nabcd\r\nabcde\r\n9 <1>456789<2>x\n", {}, 4, &cut), (Frames{"abcd", "abcd", "abcd", "<1>4", "<2>x"}));
  EXPECT_EQ(cut, 3U);
}

TEST(FrameSplitter, GivesViewsIntoTheChunkWhereTheFrameIsWholeInIt) {
  FrameSplitter splitter;
  const std::string buffer = "<1>abc\n5 <2>de";
  std::string_view chunk = buffer;
  EXPECT_EQ(splitter.next(chunk)->data(), buffer.data());
  EXPECT_EQ(splitter.next(chunk)->data(), buffer.data() + 9);
}

TEST(FrameSplitter, GivesWhatStandsThereAtTheEnd) {
  EXPECT_EQ(split("12", {}, 100), (Frames{"12"}));
  EXPECT_EQ(split("12 ", {}, 100), (Frames{"12 "}));
  EXPECT_EQ(split("99 <1>ab", {}, 100), (Frames{"<1>ab"}));
  EXPECT_EQ(split("ab\r", {}, 100), (Frames{"ab"}));
  EXPECT_EQ(split("", {}, 100), Frames{});
}

TEST(FrameSplitter, KeepsLittleOfAnEndlessFrame) {
  FrameSplitter splitter(16);
  const std::string piece(1000, 'x');
  Frames frames;
  for (int i = 0; i < 1000; ++i) drain(splitter, piece, frames);
  EXPECT_TRUE(frames.empty());
  drain(splitter, "\n", frames);
  EXPECT_EQ(frames, Frames{std::string(16, 'x')});
}

TEST(FrameSplitter, FindsBackAfterACountThatWasTooLarge) {
  FrameSplitter splitter;
  Frames frames;
  drain(splitter, "14 <1>abcde7 <2>efgh9 <30>ijklm7 <3>nopq", frames);
  EXPECT_EQ(frames, (Frames{"<1>abcde7 <2>e", "fgh", "<30>ijklm", "<3>nopq"}));
  EXPECT_EQ(splitter.bad_frames(), 1U);
}

TEST(FrameSplitter, FindsBackAfterACountThatWasTooSmall) {
  FrameSplitter splitter;
  Frames frames;
  drain(splitter, "5 <1>abcdefg<7 <2>efgh", frames);
  EXPECT_EQ(frames, (Frames{"<1>ab", "cdefg<", "<2>efgh"}));
  EXPECT_EQ(splitter.bad_frames(), 1U);
}

TEST(FrameSplitter, FindsBackAtTheNextLineToo) {
  FrameSplitter splitter;
  Frames frames;
  drain(splitter, "5 <1>abcdefg\n7 <2>efgh<3>line\n", frames);
  EXPECT_EQ(frames, (Frames{"<1>ab", "cdefg", "<2>efgh", "<3>line"}));
  EXPECT_EQ(splitter.bad_frames(), 1U);
}

/// A message that ends in digits, then the next one's count: the longest number that can be a count is not it.
TEST(FrameSplitter, TellsACountFromTheDigitsInFrontOfIt) {
  FrameSplitter splitter(100);
  Frames frames;
  drain(splitter, "5 <1>ab[50012 <2>efghijklm", frames);
  EXPECT_EQ(frames, (Frames{"<1>ab", "[500", "<2>efghijklm"}));
}

TEST(FrameSplitter, TakesALineEndBehindACountedFrameForNoLoss) {
  FrameSplitter splitter;
  Frames frames;
  drain(splitter, "5 <1>ab\n5 <1>ab\r\nplain\n5 <1>ab<2>x\n", frames);
  EXPECT_EQ(frames, (Frames{"<1>ab", "<1>ab", "plain", "<1>ab", "<2>x"}));
  EXPECT_EQ(splitter.bad_frames(), 0U);
}

TEST(FrameSplitter, SaysWhatWaitsForItsEnd) {
  using Part = FrameSplitter::Part;
  FrameSplitter splitter;
  Frames frames;
  EXPECT_EQ(splitter.part(), Part::none);
  for (const auto& [chunk, part] : std::vector<std::pair<std::string, Part>>{{"1", Part::line},
                                                                             {"0 <1>a", Part::counted},
                                                                             {"123456", Part::none},
                                                                             {"lost", Part::line},
                                                                             {"9 <1>", Part::counted},
                                                                             {"23456", Part::counted},
                                                                             {"7", Part::none},
                                                                             {"<1>x", Part::line},
                                                                             {"\n", Part::none}}) {
    drain(splitter, chunk, frames);
    EXPECT_EQ(splitter.part(), part) << chunk;
  }
}

class RandomStream {
 public:
  explicit RandomStream(unsigned seed) : random_(seed) {}

  std::string stream() {
    std::string bytes;
    for (int i = 0; i < 12; ++i) bytes += piece();
    return bytes;
  }
  std::vector<std::size_t> sizes(std::size_t total) {
    std::vector<std::size_t> sizes;
    for (std::size_t sum = 0; sum < total; sum += sizes.back()) sizes.push_back(below(3) == 0 ? 1 : below(9));
    return sizes;
  }

 private:
  std::size_t below(std::size_t end) { return random_() % end; }
  std::string body() { return "<" + std::to_string(below(192)) + ">" + std::string(below(12), 'a'); }
  std::string piece() {
    static const Frames odd{"\n", "\r\n", "\0"s,        "\r",     "0",     "12",       "7 ",        " ",     "9 <",
                            "<",  "\n\n", "12345678 <", "x\ry\n", "1 <1>", "8 <1>abc", "2 <1>abcd", "x12 <3"};
    const auto text = body();
    switch (below(4)) {
      case 0:
        return text + "\n";
      case 1:
        return std::to_string(text.size()) + " " + text;
      case 2:
        return text + "\r\n";
      default:
        return odd[below(odd.size())];
    }
  }

  std::mt19937 random_;
};

TEST(FrameSplitter, GivesTheSameFramesForEveryChunking) {
  for (unsigned seed = 0; seed < 3000; ++seed) {
    RandomStream random(seed);
    const auto stream = random.stream();
    const std::size_t limit = 1 + seed % 20;
    std::uint64_t cut_whole = 0;
    std::uint64_t cut_pieces = 0;
    const auto whole = split(stream, {}, limit, &cut_whole);
    ASSERT_EQ(split(stream, random.sizes(stream.size()), limit, &cut_pieces), whole) << "seed " << seed;
    ASSERT_EQ(cut_pieces, cut_whole) << "seed " << seed;
    ASSERT_EQ(split(stream, std::vector<std::size_t>(stream.size(), 1), limit), whole) << "seed " << seed;
  }
}

}  // namespace
}  // namespace ikewatch::syslog
