#include "followed_file.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "live_fixture.hpp"

namespace ikewatch::source {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Step = FollowedFile::Step;

constexpr std::size_t budget = 1u << 20;

class Following : public ::testing::Test {
 protected:
  Following() { reset(); }

  /// As after a restart of the program.
  void reset() {
    file = std::make_unique<FollowedFile>(path(), 64, [this](std::string_view line) {
      lines.emplace_back(line);
      return lines.size() != stop_after;
    });
  }

  void restart_from(const std::string& position) {
    reset();
    ASSERT_FALSE(file->open_at(position).has_error());
  }

  /// Polls until there is nothing more to do, and gives what came.
  Lines read_all() {
    lines.clear();
    for (int i = 0; i < 100; ++i) {
      const auto step = file->poll(budget);
      EXPECT_FALSE(step.has_error()) << (step.has_error() ? step.error().what : "");
      if (step.has_error() || *step != Step::more) break;
    }
    return lines;
  }

  [[nodiscard]] std::string path() const { return folder / "racoon.log"; }
  void rotate() const { std::filesystem::rename(path(), path() + ".1"); }

  TemporaryFolder folder;
  std::unique_ptr<FollowedFile> file;
  Lines lines;
  std::size_t stop_after = 0;
};

TEST_F(Following, WaitsForAMissingFileAndReadsItFromItsStart) {
  ASSERT_FALSE(file->open_at_end().has_error());
  EXPECT_EQ(*file->poll(budget), Step::missing);
  append(path(), "one\ntwo\n");
  EXPECT_THAT(read_all(), ElementsAre("one", "two"));
}

TEST_F(Following, BeginsBehindWhatIsAlreadyThere) {
  append(path(), "old\nolder\n");
  ASSERT_FALSE(file->open_at_end().has_error());
  EXPECT_THAT(read_all(), IsEmpty());
  append(path(), "new\n");
  EXPECT_THAT(read_all(), ElementsAre("new"));
}

TEST_F(Following, CountsAnUnfinishedLineAtTheEndAsNew) {
  append(path(), "old\nunfin");
  ASSERT_FALSE(file->open_at_end().has_error());
  append(path(), "ished\n");
  EXPECT_THAT(read_all(), ElementsAre("unfinished"));
}

TEST_F(Following, KeepsAPartialLineUntilItsLineFeed) {
  append(path(), "one\nhal");
  EXPECT_THAT(read_all(), ElementsAre("one"));
  append(path(), "f, and a");
  EXPECT_THAT(read_all(), IsEmpty());
  append(path(), "nother half\n");
  EXPECT_THAT(read_all(), ElementsAre("half, and another half"));
}

TEST_F(Following, DrainsTheRenamedFileBeforeTheNewOne) {
  append(path(), "one\n");
  EXPECT_THAT(read_all(), ElementsAre("one"));
  append(path(), "two\n");
  rotate();
  append(path() + ".1", "three\n");
  append(path(), "four\n");
  EXPECT_THAT(read_all(), ElementsAre("two", "three", "four"));
}

TEST_F(Following, StaysWithTheRenamedFileWhileTheNewOneIsEmpty) {
  append(path(), "one\n");
  read_all();
  rotate();
  append(path(), "");
  EXPECT_THAT(read_all(), IsEmpty());
  append(path() + ".1", "the writer was not told yet\n");
  EXPECT_THAT(read_all(), ElementsAre("the writer was not told yet"));
  append(path(), "now it was\n");
  EXPECT_THAT(read_all(), ElementsAre("now it was"));
}

TEST_F(Following, StaysWithTheRenamedFileWhileThereIsNoOther) {
  append(path(), "one\n");
  read_all();
  rotate();
  append(path() + ".1", "two\n");
  EXPECT_THAT(read_all(), ElementsAre("two"));
}

TEST_F(Following, DeliversThePartialLineOfAFileThatWasRotatedAway) {
  append(path(), "one\nlast words");
  read_all();
  rotate();
  append(path(), "next\n");
  EXPECT_THAT(read_all(), ElementsAre("last words", "next"));
}

TEST_F(Following, ReadsADeletedFileToItsEnd) {
  append(path(), "one\n");
  read_all();
  append(path(), "two\n");
  std::filesystem::remove(path());
  append(path(), "three\n");
  EXPECT_THAT(read_all(), ElementsAre("two", "three"));
}

TEST_F(Following, BeginsAgainWhenTheFileWasTruncated) {
  append(path(), "one\ntwo\nthree\n");
  read_all();
  overwrite(path(), "new\n");
  EXPECT_THAT(read_all(), ElementsAre("new"));
}

TEST_F(Following, NoticesATruncatedFileThatHasGrownPastTheOldPlace) {
  append(path(), "one\n");
  read_all();
  overwrite(path(), "a much longer line than before\nand another\n");
  EXPECT_THAT(read_all(), ElementsAre("a much longer line than before", "and another"));
}

TEST_F(Following, CountsAPartialLineThatWasTruncatedAway) {
  append(path(), "one\nbroken");
  read_all();
  overwrite(path(), "x\n");
  EXPECT_THAT(read_all(), ElementsAre("x"));
  EXPECT_EQ(file->tally().broken_lines, 1u);
}

TEST_F(Following, BoundsALineWithoutEnd) {
  append(path(), std::string(300'000, 'x'));
  EXPECT_THAT(read_all(), IsEmpty());
  append(path(), "\nnext\n");
  EXPECT_THAT(read_all(), ElementsAre(std::string(65, 'x'), "next"));
}

TEST_F(Following, ReadsNoMoreThanItsBudget) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "0123456789\n";
  append(path(), text);
  const auto step = file->poll(64u << 10);
  EXPECT_EQ(*step, Step::more);
  EXPECT_EQ(file->tally().bytes, (64u << 10) / 11 * 11) << "what a line has begun is not counted yet";
  const auto before = lines.size();
  EXPECT_EQ(read_all().size() + before, 20'000u);
}

TEST_F(Following, GoesOnWhereItStoppedAfterARestart) {
  append(path(), "one\ntwo\npart");
  read_all();
  const auto position = file->position();
  append(path(), "ial\nthree\n");
  restart_from(position);
  EXPECT_THAT(read_all(), ElementsAre("partial", "three"));
  EXPECT_EQ(file->tally().gaps, 0u);
}

TEST_F(Following, GoesOnBehindTheLineAtWhichItWasStopped) {
  append(path(), "one\ntwo\nthree\n");
  stop_after = 2;
  EXPECT_EQ(*file->poll(budget), Step::stopped);
  const auto position = file->position();
  stop_after = 0;
  restart_from(position);
  EXPECT_THAT(read_all(), ElementsAre("three"));
}

TEST_F(Following, FindsTheFileThatWasRotatedWhileItWasAway) {
  append(path(), "one\n");
  read_all();
  const auto position = file->position();
  append(path(), "two\n");
  rotate();
  append(path(), "three\n");
  restart_from(position);
  EXPECT_THAT(read_all(), ElementsAre("two", "three"));
  EXPECT_EQ(file->tally().gaps, 0u);
}

TEST_F(Following, CountsAGapWhenTheOldFileIsGone) {
  append(path(), "one\n");
  read_all();
  const auto position = file->position();
  overwrite(path(), "another beginning\n");  // the same inode, as after copytruncate, and longer than what was read
  restart_from(position);
  EXPECT_THAT(read_all(), ElementsAre("another beginning"));
  EXPECT_EQ(file->tally().gaps, 1u);
}

TEST_F(Following, TreatsAForeignPositionAsAGap) {
  append(path(), "one\n");
  restart_from("s=0123;i=42");
  EXPECT_THAT(read_all(), ElementsAre("one"));
  EXPECT_EQ(file->tally().gaps, 1u);
}

TEST_F(Following, TakesAFileThatAppearedDuringARestartAsNew) {
  ASSERT_FALSE(file->open_at_end().has_error());
  const auto position = file->position();
  append(path(), "one\n");
  restart_from(position);
  EXPECT_THAT(read_all(), ElementsAre("one"));
  EXPECT_EQ(file->tally().gaps, 0u);
}

TEST_F(Following, RefusesWhatIsNoFile) {
  std::filesystem::create_directory(path());
  const auto opened = file->open_at_end();
  ASSERT_TRUE(opened.has_error());
  EXPECT_THAT(opened.error().what, HasSubstr("is not a regular file"));
}

TEST_F(Following, IsNotHeldUpByAPipe) {
  ASSERT_EQ(::mkfifo(path().c_str(), 0600), 0);
  EXPECT_TRUE(file->open_at_end().has_error());
}

}  // namespace
}  // namespace ikewatch::source
