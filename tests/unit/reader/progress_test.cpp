#include <ikewatch/reader/progress.hpp>

#include <gmock/gmock.h>

#include <cstdlib>
#include <string>
#include <vector>

namespace ikewatch::reader {
namespace {

using namespace std::chrono_literals;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr std::uint64_t mebibyte = 1024 * 1024;
const Moment start{};

struct Paper {
  std::vector<std::string> drawn;
  std::size_t width = 80;

  Screen screen() {
    return {[this](const std::string& text) { drawn.push_back(text); }, [this] { return width; }};
  }
};

TEST(ProgressLine, SaysHowFarHowFastAndHowLong) {
  const auto line = progress_line({50 * mebibyte, 200 * mebibyte, 1000ms}, 120);
  EXPECT_THAT(line, HasSubstr(" 25%"));
  EXPECT_THAT(line, HasSubstr("50 MiB of 200 MiB"));
  EXPECT_THAT(line, HasSubstr("50 MiB/s"));
  EXPECT_THAT(line, EndsWith("3s left"));
}

TEST(ProgressLine, NeverFillsTheWidth) {
  for (std::size_t width = 0; width < 200; ++width) {
    EXPECT_LE(progress_line({3 * mebibyte, 7 * mebibyte, 700ms}, width).size(), width > 0 ? width - 1 : 0);
    EXPECT_LE(progress_line({3 * mebibyte, 0, 700ms}, width).size(), width > 0 ? width - 1 : 0);
  }
}

TEST(ProgressLine, HasNoBarWhereTheSizeIsNotKnown) {
  EXPECT_EQ(progress_line({3 * mebibyte, 0, 1000ms}, 80), "3.0 MiB  3.0 MiB/s");
}

TEST(ProgressLine, SurvivesAFileThatGrows) {
  const auto line = progress_line({9, 3, 1000ms}, 80);
  EXPECT_THAT(line, HasSubstr("100%"));
  EXPECT_THAT(line, Not(HasSubstr("left")));
}

TEST(ProgressLine, SurvivesNoTimeAndHugeNumbers) {
  EXPECT_THAT(progress_line({1, 2, 0ms}, 80), HasSubstr("50%"));
  EXPECT_THAT(progress_line({1, UINT64_MAX, 1000ms}, 80), Not(HasSubstr("left")));
}

TEST(Progress, IsSilentForHalfASecond) {
  Paper paper;
  {
    Progress progress(paper.screen(), start);
    progress.update(1, 2, start + 100ms);
    progress.update(2, 2, start + 499ms);
  }
  EXPECT_THAT(paper.drawn, IsEmpty());
}

TEST(Progress, DrawsAtMostTenTimesASecond) {
  Paper paper;
  Progress progress(paper.screen(), start);
  for (int i = 0; i < 1000; ++i) progress.update(1, 2, start + 500ms + i * 1ms);
  EXPECT_EQ(paper.drawn.size(), 10u);
}

TEST(Progress, ClearsItselfAtTheEnd) {
  Paper paper;
  {
    Progress progress(paper.screen(), start);
    progress.update(1, 2, start + 600ms);
  }
  ASSERT_EQ(paper.drawn.size(), 2u);
  EXPECT_EQ(paper.drawn.back(), "\r\x1b[K");
}

TEST(Progress, FollowsTheWidthOfTheWindow) {
  Paper paper;
  Progress progress(paper.screen(), start);
  progress.update(mebibyte, 2 * mebibyte, start + 600ms);
  paper.width = 20;
  progress.update(mebibyte, 2 * mebibyte, start + 800ms);
  ASSERT_EQ(paper.drawn.size(), 2u);
  EXPECT_GT(paper.drawn[0].size(), paper.drawn[1].size());
  EXPECT_LE(paper.drawn[1].size(), 19u + 4u);
}

TEST(Screen, IsNoneOnATerminalThatCannotRewriteALine) {
  ASSERT_EQ(::setenv("TERM", "dumb", 1), 0);
  EXPECT_FALSE(terminal_on_stderr().has_value());
}

}  // namespace
}  // namespace ikewatch::reader
