#include "timeline.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <random>
#include <string>

namespace ikewatch::engine {
namespace {

using rules::EventKind;
using tunnel::State;

void add(Timeline& timeline, std::uint64_t line, std::size_t limit, std::string_view text = "text") {
  timeline.add(line, std::nullopt, EventKind::info, State::idle, text, limit);
}

std::vector<std::uint64_t> lines_of(const Timeline& timeline) {
  std::vector<std::uint64_t> lines;
  for (const TimelineEntry& entry : timeline.entries()) lines.push_back(entry.line);
  return lines;
}

TEST(Timeline, KeepsWhatItWasGiven) {
  Timeline timeline;
  timeline.add(7, WallTime{} + seconds(3), EventKind::phase1_up, State::phase1_up, "it stands", 4);
  ASSERT_EQ(timeline.size(), 1U);
  EXPECT_EQ(timeline.entries()[0].line, 7U);
  EXPECT_EQ(timeline.entries()[0].time, WallTime{} + seconds(3));
  EXPECT_EQ(timeline.entries()[0].event, EventKind::phase1_up);
  EXPECT_EQ(timeline.entries()[0].state, State::phase1_up);
  EXPECT_EQ(timeline.entries()[0].text, "it stands");
}

TEST(Timeline, ForgetsTheOldestAtTheLimit) {
  Timeline timeline;
  for (std::uint64_t line = 1; line <= 11; ++line) add(timeline, line, 4);
  EXPECT_EQ(lines_of(timeline), (std::vector<std::uint64_t>{8, 9, 10, 11}));
}

TEST(Timeline, KeepsEverythingWithoutALimit) {
  Timeline timeline;
  for (std::uint64_t line = 1; line <= 1000; ++line) add(timeline, line, 0);
  EXPECT_EQ(timeline.size(), 1000U);
  EXPECT_EQ(timeline.entries()[0].line, 1U);
}

TEST(Timeline, ShrinksToASmallerLimitAndKeepsTheYoungest) {
  Timeline timeline;
  for (std::uint64_t line = 1; line <= 11; ++line) add(timeline, line, 8);
  add(timeline, 12, 3);
  EXPECT_EQ(lines_of(timeline), (std::vector<std::uint64_t>{10, 11, 12}));
}

TEST(Timeline, GrowsInOrderWhenTheLimitGrows) {
  Timeline timeline;
  for (std::uint64_t line = 1; line <= 6; ++line) add(timeline, line, 4);
  add(timeline, 7, 6);
  add(timeline, 8, 6);
  add(timeline, 9, 6);
  EXPECT_EQ(lines_of(timeline), (std::vector<std::uint64_t>{4, 5, 6, 7, 8, 9}));
}

TEST(Timeline, CutsLongTexts) {
  Timeline timeline;
  add(timeline, 1, 2, std::string(5000, 'x'));
  EXPECT_EQ(timeline.entries()[0].text.size(), Timeline::max_text);
}

TEST(Timeline, ReplacesTheTextOfAReusedEntry) {
  Timeline timeline;
  add(timeline, 1, 1, "a long text of the first entry");
  add(timeline, 2, 1, "short");
  EXPECT_EQ(timeline.entries()[0].text, "short");
}

/// Texts of every length, so that the ring wraps, grows and is copied at every place.
TEST(Timeline, KeepsTextsOfAnyLengthWhereverTheyStand) {
  std::mt19937 random(7);
  for (int round = 0; round < 50; ++round) {
    Timeline timeline;
    std::deque<std::string> kept;
    for (std::uint64_t line = 1; line <= 300; ++line) {
      const std::size_t limit = line % 100 < 50 ? 9 : 5;
      const std::string text(random() % (round % 2 == 0 ? 600 : 60), static_cast<char>('a' + line % 26));
      add(timeline, line, limit, text);
      kept.push_back(text.substr(0, Timeline::max_text));
      while (kept.size() > limit) kept.pop_front();
      const auto entries = timeline.entries();
      ASSERT_EQ(entries.size(), kept.size());
      for (std::size_t i = 0; i < kept.size(); ++i) ASSERT_EQ(entries[i].text, kept[i]);
      ASSERT_EQ(timeline.last().text, kept.back());
      ASSERT_EQ(timeline.last().line, line);
    }
  }
}

TEST(Timeline, GivesBackWhatItWasRestoredFrom) {
  Timeline first;
  for (std::uint64_t line = 1; line <= 11; ++line) add(first, line, 4, "line " + std::to_string(line));
  Timeline second;
  second.restore(first.entries());
  add(first, 12, 4);
  add(second, 12, 4);
  EXPECT_EQ(lines_of(second), lines_of(first));
  EXPECT_EQ(second.entries()[0].text, "line 9");
}

class ALimit : public ::testing::TestWithParam<std::size_t> {};

TEST_P(ALimit, AlwaysLeavesTheYoungestInOrder) {
  Timeline timeline;
  for (std::uint64_t line = 1; line <= 50; ++line) {
    // The limit moves: tunnels come, and each may keep less.
    const std::size_t limit = 1 + (line * GetParam()) % 7;
    add(timeline, line, limit);
    ASSERT_LE(timeline.size(), limit);
    const auto lines = lines_of(timeline);
    for (std::size_t i = 0; i < lines.size(); ++i) ASSERT_EQ(lines[i], line - lines.size() + 1 + i);
  }
}

INSTANTIATE_TEST_SUITE_P(Moving, ALimit, ::testing::Values(1, 2, 3, 5, 6, 7));

}  // namespace
}  // namespace ikewatch::engine
