#include <gmock/gmock.h>

#include "file_position.hpp"
#include "live_fixture.hpp"

namespace ikewatch::source {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class File : public LiveFixture {
 protected:
  [[nodiscard]] std::string path() const { return folder / "racoon.log"; }
  [[nodiscard]] FileOptions options() const {
    return {.name = "racoon-log", .path = path(), .from_start = true, .poll = std::chrono::milliseconds(20)};
  }

  static std::uint64_t offset_of(const Source& source) { return read_file_position(source.position()).value().offset; }

  TemporaryFolder folder;
};

TEST_F(File, DeliversWhatIsAppended) {
  append(path(), "one\n");
  const auto& file = begin(options());
  ASSERT_TRUE(run_until_lines(1));
  append(path(), "two\nthree\r\n");
  ASSERT_TRUE(run_until_lines(3));
  EXPECT_THAT(lines(), ElementsAre("one", "two", "three"));
  EXPECT_EQ(file.counters().bytes, 15u);
  EXPECT_TRUE(file.counters().up);
}

TEST_F(File, IsWokenByInotifyLongBeforeThePoll) {
  append(path(), "one\n");
  auto slow = options();
  slow.poll = std::chrono::hours(1);
  begin(slow);
  ASSERT_TRUE(run_until_lines(1));
  append(path(), "two\n");
  EXPECT_TRUE(run_until_lines(2));
}

TEST_F(File, IsDownWhileThereIsNoFile) {
  const auto& file = begin(options());
  ASSERT_TRUE(run_until([&file] { return file.problem().has_value(); }));
  EXPECT_FALSE(file.counters().up);
  EXPECT_THAT(file.problem()->what, HasSubstr("there is no "));
  append(path(), "one\n");
  ASSERT_TRUE(run_until_lines(1));
  EXPECT_TRUE(file.counters().up);
  EXPECT_FALSE(file.problem());
}

/// Opening a circle of links fails for any user, as a file does for one who may not read it.
TEST_F(File, HealsWhenItCanBeOpened) {
  std::filesystem::create_symlink(path(), path());
  const auto& file = begin(options());
  EXPECT_FALSE(file.counters().up);
  ASSERT_TRUE(file.problem());
  EXPECT_THAT(file.problem()->what, HasSubstr("cannot open " + path()));
  std::filesystem::remove(path());
  append(path(), "one\n");
  ASSERT_TRUE(run_until_lines(1));
  EXPECT_TRUE(file.counters().up);
}

TEST_F(File, ReadsNothingWhilePaused) {
  append(path(), "one\n");
  begin(options());
  source->pause();
  run_what_is_ready();
  EXPECT_TRUE(received.empty());
  source->resume();
  ASSERT_TRUE(run_until_lines(1));
}

TEST_F(File, FollowsRotationByRenaming) {
  append(path(), "one\n");
  begin(options());
  ASSERT_TRUE(run_until_lines(1));
  std::filesystem::rename(path(), path() + ".1");
  append(path() + ".1", "two\n");
  append(path(), "three\n");
  ASSERT_TRUE(run_until_lines(3));
  append(path(), "four\n");
  ASSERT_TRUE(run_until_lines(4));
  EXPECT_THAT(lines(), ElementsAre("one", "two", "three", "four"));
}

TEST_F(File, FollowsCopyTruncate) {
  append(path(), "one\ntwo\n");
  begin(options());
  ASSERT_TRUE(run_until_lines(2));
  overwrite(path(), "3\n");
  ASSERT_TRUE(run_until_lines(3));
  EXPECT_THAT(lines(), ElementsAre("one", "two", "3"));
}

TEST_F(File, StartsBehindTheEndWithoutStoredPosition) {
  append(path(), "history\n");
  auto fresh = options();
  fresh.from_start = false;
  begin(fresh);
  append(path(), "news\n");
  ASSERT_TRUE(run_until_lines(1));
  EXPECT_THAT(lines(), ElementsAre("news"));
}

TEST_F(File, GoesOnBehindAStoredPosition) {
  append(path(), "one\n");
  auto& file = begin(options());
  ASSERT_TRUE(run_until_lines(1));
  file.stop();
  append(path(), "two\n");
  auto stored = options();
  stored.from_position = file.position();
  begin(stored);
  ASSERT_TRUE(run_until_lines(2));
  EXPECT_THAT(lines(), ElementsAre("one", "two"));
}

TEST_F(File, StopsInTheMiddleOfAChunkAndGoesOnThere) {
  append(path(), "one\ntwo\nthree\n");
  auto& file = begin(options());
  after_each = [this] { source->stop(); };
  ASSERT_TRUE(run_until_lines(1));
  run_what_is_ready();
  EXPECT_THAT(lines(), ElementsAre("one"));
  after_each = nullptr;
  ASSERT_FALSE(file.start(loop).has_error());
  ASSERT_TRUE(run_until_lines(3));
  EXPECT_THAT(lines(), ElementsAre("one", "two", "three"));
}

TEST_F(File, ReportsALostPositionAsAGap) {
  append(path(), "one\n");
  auto stored = options();
  stored.from_position = "file1 1 2 3 0 0";
  begin(stored);
  ASSERT_TRUE(run_until_lines(1));
  EXPECT_EQ(dropped(DropReason::gap), 1u);
  EXPECT_EQ(received[0].lost, 1u);
}

TEST_F(File, StopsBetweenTwoLinesWhenItIsPaused) {
  append(path(), "");
  begin(options());
  after_each = [this] {
    if (received.size() == 2) source->pause();
  };
  append(path(), "one\ntwo\nthree\nfo");
  ASSERT_TRUE(run_until_lines(2));
  append(path(), "ur\n");
  run_what_is_ready();
  EXPECT_THAT(lines(), ElementsAre("one", "two"));
  EXPECT_EQ(source->counters().bytes, 8u);
  source->resume();
  ASSERT_TRUE(run_until_lines(4));
  EXPECT_THAT(lines(), ElementsAre("one", "two", "three", "four"));
  EXPECT_EQ(source->counters().bytes, 19u);
  EXPECT_EQ(source->counters().malformed, 0u);
}

TEST_F(File, CountsALineWhenItsPositionMoves) {
  append(path(), "");
  std::vector<std::pair<Counters, std::uint64_t>> seen;
  auto short_lines = options();
  short_lines.max_line = 16;
  source =
      make_source(short_lines, [&](const Source& from, const Delivery&) { seen.emplace_back(from.counters(), offset_of(from)); });
  ASSERT_FALSE(source->start(loop).has_error());
  append(path(), "a line of more than 16\nshort\n");
  ASSERT_TRUE(run_until([&] { return seen.size() == 2; }));
  EXPECT_EQ(seen[0].first.bytes, 0u);
  EXPECT_EQ(seen[0].first.lines, 0u);
  EXPECT_EQ(seen[0].first.dropped.at(DropReason::too_long), 0u);
  EXPECT_EQ(seen[0].second, 0u);
  EXPECT_EQ(seen[1].first.bytes, 23u);
  EXPECT_EQ(seen[1].first.lines, 1u);
  EXPECT_EQ(seen[1].first.dropped.at(DropReason::too_long), 1u);
  EXPECT_EQ(seen[1].second, 23u);
}

TEST_F(File, SaysWhenItHasReadWhatWasThere) {
  append(path(), "one\n");
  auto all = options();
  all.from_start = true;
  source = make_source(all, sink());
  source->pause();
  ASSERT_FALSE(source->start(loop).has_error());
  run_what_is_ready();
  EXPECT_FALSE(source->counters().caught_up);
  source->resume();
  ASSERT_TRUE(run_until([this] { return source->counters().caught_up; }));
  EXPECT_THAT(lines(), ElementsAre("one"));
}

TEST_F(File, FollowsARotationThatHappenedWhileItWasPaused) {
  append(path(), "");
  begin(options());
  after_each = [this] {
    if (received.size() == 1) source->pause();
  };
  append(path(), "one\ntwo\n");
  ASSERT_TRUE(run_until_lines(1));
  std::filesystem::rename(path(), path() + ".1");
  append(path(), "three\n");
  run_what_is_ready();
  source->resume();
  ASSERT_TRUE(run_until_lines(3));
  EXPECT_THAT(lines(), ElementsAre("one", "two", "three"));
}

TEST_F(File, RefusesAFolder) {
  auto wrong = options();
  wrong.path = folder.path();
  const auto started = make_source(wrong, sink())->start(loop);
  ASSERT_TRUE(started.has_error());
  EXPECT_THAT(started.error().what, HasSubstr("source 'racoon-log': "));
}

TEST_F(File, RecoversWhenItsPathWasAFolderForAWhile) {
  const auto& file = begin(options());
  std::filesystem::create_directory(path());
  ASSERT_TRUE(
      run_until([&file] { return file.problem() && file.problem()->what.find("not a regular file") != std::string::npos; }));
  std::filesystem::remove(path());
  append(path(), "one\n");
  ASSERT_TRUE(run_until_lines(1));
  EXPECT_TRUE(file.counters().up);
}

TEST_F(File, CutsLongLinesAndCountsThem) {
  append(path(), std::string(20'000, 'x') + "\nnext\n");
  begin(options());
  ASSERT_TRUE(run_until_lines(2));
  EXPECT_EQ(received[0].raw.size(), default_max_line);
  EXPECT_EQ(dropped(DropReason::too_long), 1u);
}

TEST_F(File, LetsOthersRunWhileItReadsALot) {
  std::string text;
  for (int i = 0; i < 300'000; ++i) text += "0123456789\n";
  append(path(), text);
  begin(options());
  ASSERT_TRUE(run_until_lines(1));
  EXPECT_LT(received.size(), 100'000u);
  ASSERT_TRUE(run_until_lines(300'000));
}

}  // namespace
}  // namespace ikewatch::source
