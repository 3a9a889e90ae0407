// Several files by one pattern, on the real event loop.
#include <gmock/gmock.h>
#include <unistd.h>

#include "file_position.hpp"
#include "live_fixture.hpp"

namespace ikewatch::source {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

namespace fs = std::filesystem;

class Files : public LiveFixture {
 protected:
  [[nodiscard]] FileOptions options(const std::string& pattern = "*.log") const {
    return {.name = "logs", .path = folder / pattern, .poll = std::chrono::milliseconds(20)};
  }

  /// Ends this source and starts another one at the position of the first.
  void restart(FileOptions next) {
    source->stop();
    next.from_position = source->position();
    begin(std::move(next));
  }

  /// Lets time for a scan or two go by: `count` lines, and no more.
  void expect_only(std::size_t count) {
    ASSERT_TRUE(run_until_lines(count)) << received.size();
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(500);
    run_until([&] { return std::chrono::steady_clock::now() > end; });
    EXPECT_EQ(received.size(), count) << received.back().raw;
  }

  /// A line that is long enough to know a file by.
  static std::string line(const std::string& text) { return text + " " + std::string(300, '.') + "\n"; }

  TemporaryFolder folder;
};

TEST_F(Files, ReadsWhatIsAppendedToEachAndFindsNewOnes) {
  append(folder / "a.log", "old\n");
  append(folder / "b.log", "old\n");
  append(folder / "c.txt", "other\n");
  begin(options());
  append(folder / "a.log", "a\n");
  append(folder / "b.log", "b\nb2\n");
  append(folder / "c.txt", "other\n");
  ASSERT_TRUE(run_until_lines(3));
  EXPECT_THAT(lines(), UnorderedElementsAre("a", "b", "b2"));
  append(folder / "new.log", "from its beginning\n");
  expect_only(4);
  EXPECT_EQ(received.back().raw, "from its beginning");
  EXPECT_TRUE(source->counters().up);
  EXPECT_EQ(source->counters().bytes, 2u + 5u + 19u);
}

TEST_F(Files, ReadsWhatIsThereWhereAskedTo) {
  append(folder / "a.log", "one\n");
  auto all = options();
  all.from_start = true;
  begin(all);
  expect_only(1);
}

TEST_F(Files, FindsFilesInFoldersThatComeLater) {
  begin(options("*/racoon.log"));
  EXPECT_FALSE(source->counters().up);
  run_what_is_ready();
  fs::create_directory(folder / "gw-a");
  append(folder / "gw-a/racoon.log", "one\n");
  ASSERT_TRUE(run_until_lines(1));
  append(folder / "gw-a/racoon.log", "two\n");
  ASSERT_TRUE(run_until_lines(2));
}

TEST_F(Files, SaysThatNothingMatches) {
  begin(options());
  ASSERT_TRUE(run_until([this] { return source->problem().has_value(); }));
  EXPECT_THAT(source->problem()->what, HasSubstr("no file matches "));
}

TEST_F(Files, ReadsARenamedFileOnceWhetherItsNameFitsOrNot) {
  for (const auto* pattern : {"*.log", "*.log*"}) {
    SCOPED_TRACE(pattern);
    received.clear();
    append(folder / "a.log", "");
    begin(options(pattern));
    append(folder / "a.log", line("one"));
    ASSERT_TRUE(run_until_lines(1));
    fs::rename(folder / "a.log", folder / "a.log.1");
    append(folder / "a.log.1", line("two"));
    append(folder / "a.log", line("three"));
    ASSERT_TRUE(run_until_lines(3));
    append(folder / "a.log.1", line("late"));
    ASSERT_TRUE(run_until_lines(4));
    fs::rename(folder / "a.log.1", folder / "a.log.2");
    fs::rename(folder / "a.log", folder / "a.log.1");
    append(folder / "a.log", line("four"));
    expect_only(5);
    source->stop();
    for (const auto* name : {"a.log", "a.log.1", "a.log.2"}) fs::remove(folder / name);
  }
}

TEST_F(Files, LeavesCompressedOnesOut) {
  begin(options("*.log*"));
  append(folder / "a.log.2.gz", "compressed\n");
  append(folder / "a.log", "one\n");
  expect_only(1);
}

/// What logrotate's copytruncate leaves under another name was read already, but for its end.
TEST_F(Files, ReadsACopyOfATruncatedFileFromWhereItStopped) {
  append(folder / "a.log", "");
  begin(options("*.log*"));
  append(folder / "a.log", line("one") + line("two"));
  ASSERT_TRUE(run_until_lines(2));
  source->pause();
  append(folder / "a.log", line("unread"));
  fs::copy_file(folder / "a.log", folder / "a.log.1");
  overwrite(folder / "a.log", line("three"));
  source->resume();
  expect_only(4);
  EXPECT_THAT(lines()[2].substr(0, 6) + "," + lines()[3].substr(0, 6), ::testing::AnyOf("unread,three ", "three ,unread"));
}

TEST_F(Files, FollowsTruncation) {
  append(folder / "a.log", "");
  begin(options());
  append(folder / "a.log", line("one"));
  ASSERT_TRUE(run_until_lines(1));
  overwrite(folder / "a.log", "short\n");
  expect_only(2);
}

TEST_F(Files, GoesOnAfterARestartInEachFileUnderWhateverName) {
  append(folder / "a.log", "old\n");
  append(folder / "b.log", "old\n");
  begin(options("*.log*"));
  append(folder / "a.log", line("a1"));
  ASSERT_TRUE(run_until_lines(1));
  source->stop();
  append(folder / "a.log", line("a2"));
  append(folder / "b.log", line("b1"));
  fs::rename(folder / "a.log", folder / "a.log.1");
  append(folder / "a.log", line("a3"));
  append(folder / "born-meanwhile.log", line("c1"));
  restart(options("*.log*"));
  expect_only(5);
  EXPECT_EQ(dropped(DropReason::gap), 0u);
}

TEST_F(Files, KeepsItsPositionThroughAStartThatFindsNothing) {
  append(folder / "a.log", "old\n");
  begin(options());
  append(folder / "a.log", line("one"));
  ASSERT_TRUE(run_until_lines(1));
  fs::rename(folder / "a.log", folder / "away");
  restart(options());
  run_what_is_ready();
  fs::rename(folder / "away", folder / "a.log");
  append(folder / "a.log", line("two"));
  expect_only(2);
}

TEST_F(Files, TakesTheLastLineOfADeletedFile) {
  append(folder / "a.log", "");
  begin(options());
  append(folder / "a.log", "whole\npart");
  ASSERT_TRUE(run_until_lines(1));
  fs::remove(folder / "a.log");
  expect_only(2);
  EXPECT_EQ(received.back().raw, "part");
}

/// Where the test runs as root, which may read everything: somebody else for a while.
class AsNobody {
 public:
  AsNobody() : before_(::geteuid()) {
    if (before_ == 0) {
      EXPECT_EQ(::seteuid(65534), 0);
    }
  }
  ~AsNobody() { EXPECT_EQ(::seteuid(before_), 0); }
  AsNobody(const AsNobody&) = delete;
  AsNobody& operator=(const AsNobody&) = delete;

 private:
  uid_t before_;
};

constexpr auto readable = fs::perms::owner_all | fs::perms::group_read | fs::perms::others_read;

TEST_F(Files, HealsWhenAFileMayBeReadAndLosesNothing) {
  fs::permissions(folder.path(), readable | fs::perms::group_exec | fs::perms::others_exec);
  append(folder / "a.log", "old\n");
  append(folder / "b.log", "old\n");
  fs::permissions(folder / "a.log", fs::perms::none);
  {
    const AsNobody nobody;
    begin(options());
    ASSERT_TRUE(run_until([this] { return source->problem().has_value(); }));
  }
  EXPECT_THAT(source->problem()->what, HasSubstr("cannot open " + (folder / "a.log")));
  EXPECT_FALSE(source->counters().up);
  fs::permissions(folder / "a.log", fs::perms::owner_write);
  append(folder / "a.log", "meanwhile\n");
  append(folder / "b.log", "readable all the time\n");
  fs::permissions(folder / "a.log", readable);
  const AsNobody nobody;
  ASSERT_TRUE(run_until_lines(2));
  EXPECT_THAT(lines(), UnorderedElementsAre("meanwhile", "readable all the time"));
  EXPECT_TRUE(run_until([this] { return source->counters().up; }));
}

TEST_F(Files, ReadsAtMost256AndOfThoseTheOnesWrittenToLast) {
  begin(options());
  for (int i = 0; i < 300; ++i) append(folder / ("n" + std::to_string(i) + ".log"), "first\n");
  ASSERT_TRUE(
      run_until([this] { return source->problem() && source->problem()->what.find("300 files match") != std::string::npos; }));
  ASSERT_TRUE(run_until([this] { return received.size() >= 256; }));
  received.clear();
  for (const auto* name : {"n0.log", "n150.log", "n299.log"}) append(folder / name, "again\n");
  ASSERT_TRUE(run_until([this] {
    const auto all = lines();
    return std::count(all.begin(), all.end(), "again") == 3;
  }));
  EXPECT_LT(source->position().size(), 65536u);
}

TEST_F(Files, ReadsNothingWhilePaused) {
  append(folder / "a.log", "");
  begin(options());
  source->pause();
  append(folder / "a.log", "one\n");
  run_what_is_ready();
  EXPECT_TRUE(received.empty());
  source->resume();
  ASSERT_TRUE(run_until_lines(1));
}

TEST_F(Files, StopsBetweenTwoLinesWhenItIsPaused) {
  append(folder / "a.log", "");
  begin(options());
  after_each = [this] {
    if (received.size() == 2) source->pause();
  };
  append(folder / "a.log", "one\ntwo\nthree\nfo");
  ASSERT_TRUE(run_until_lines(2));
  append(folder / "a.log", "ur\n");
  run_what_is_ready();
  EXPECT_THAT(lines(), ElementsAre("one", "two"));
  EXPECT_EQ(source->counters().bytes, 8u);
  source->resume();
  ASSERT_TRUE(run_until_lines(4));
  EXPECT_THAT(lines(), ElementsAre("one", "two", "three", "four"));
  EXPECT_EQ(source->counters().bytes, 19u);
  EXPECT_EQ(source->counters().malformed, 0u);
}

TEST_F(Files, GivesEachFileItsTurnAlsoWhenItIsPausedAgainAndAgain) {
  for (const auto* name : {"a.log", "b.log", "c.log"}) append(folder / name, "");
  begin(options());
  after_each = [this] { source->pause(); };
  for (const auto* name : {"a.log", "b.log", "c.log"})
    append(folder / name, std::string(name, 1) + "\n" + name[0] + "\n" + name[0] + "\n");
  std::vector<std::string> first;
  for (std::size_t i = 1; i <= 9; ++i) {
    ASSERT_TRUE(run_until_lines(i));
    source->resume();
    if (i == 3) first = lines();
  }
  EXPECT_THAT(first, UnorderedElementsAre("a", "b", "c"));
}

TEST_F(Files, TakesTheLastLinesOfDeletedFilesWhileItIsPausedAtEach) {
  for (const auto* name : {"a.log", "b.log"}) append(folder / name, line("whole"));
  auto all = options();
  all.from_start = true;
  begin(all);
  ASSERT_TRUE(run_until_lines(2));
  for (const auto* name : {"a.log", "b.log"}) append(folder / name, "half");
  run_what_is_ready();
  after_each = [this] { source->pause(); };
  for (const auto* name : {"a.log", "b.log"}) fs::remove(folder / name);
  ASSERT_TRUE(run_until([this] {
    source->resume();
    return received.size() == 4;
  }));
  EXPECT_EQ(std::count_if(received.begin(), received.end(), [](const auto& one) { return one.raw == "half"; }), 2);
}

TEST_F(Files, CountsALineWhenItsPositionMoves) {
  append(folder / "a.log", "");
  std::vector<std::pair<std::uint64_t, std::uint64_t>> seen;
  source = make_source(options(), [&](const Source& from, const Delivery&) {
    const auto position = from.position();
    const auto file = read_file_position(position.substr(position.rfind('\n') + 1));
    seen.emplace_back(from.counters().bytes, file.value().offset);
  });
  ASSERT_FALSE(source->start(loop).has_error());
  append(folder / "a.log", "one\nthree\n");
  ASSERT_TRUE(run_until([&] { return seen.size() == 2; }));
  EXPECT_THAT(seen, ElementsAre(std::pair(0, 0), std::pair(4, 4)));
}

TEST_F(Files, MayBeStoppedByItsSinkAndGoesOnBehindThatLine) {
  append(folder / "a.log", "");
  begin(options());
  after_each = [this] { source->stop(); };
  append(folder / "a.log", "one\ntwo\n");
  ASSERT_TRUE(run_until_lines(1));
  run_what_is_ready();
  EXPECT_THAT(lines(), ElementsAre("one"));
  after_each = nullptr;
  restart(options());
  ASSERT_TRUE(run_until_lines(2));
  EXPECT_THAT(lines(), ElementsAre("one", "two"));
}

TEST_F(Files, TakesThePositionOfASingleFile) {
  append(folder / "a.log", "old\n");
  auto single = options("a.log");
  begin(single);
  append(folder / "a.log", "one\n");
  ASSERT_TRUE(run_until_lines(1));
  source->stop();
  append(folder / "a.log", "two\n");
  restart(options());
  expect_only(2);
}

TEST_F(Files, CountsAPositionThatNobodyWrote) {
  auto odd = options();
  odd.from_position = "nonsense";
  begin(odd);
  ASSERT_TRUE(run_until([this] { return dropped(DropReason::gap) == 1; }));
}

}  // namespace
}  // namespace ikewatch::source
