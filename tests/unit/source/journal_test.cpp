#include <dlfcn.h>
#include <gmock/gmock.h>
#include <systemd/sd-journal.h>

#include <cerrno>

#include "journal_fixture.hpp"

namespace {

/// Errors that the next calls of sd_journal_next() return, the last one first.
std::vector<int>& failures() {
  static std::vector<int> errors;
  return errors;
}

}  // namespace

/// Stands in front of libsystemd's, for errors that no file can be made to give reliably.
extern "C" int sd_journal_next(sd_journal* journal) {
  if (!failures().empty()) {
    const int error = failures().back();
    failures().pop_back();
    return error;
  }
  static const auto real = reinterpret_cast<int (*)(sd_journal*)>(::dlsym(RTLD_NEXT, "sd_journal_next"));
  return real(journal);
}

namespace ikewatch::source {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST_F(Journal, DeliversEntriesOfItsUnitsAndIdentifiersOnly) {
  write("a.journal", {racoon(1, "INFO: one"), entry(2, {"MESSAGE=other", "_SYSTEMD_UNIT=cron.service", "SYSLOG_IDENTIFIER=CRON"}),
                      entry(3, {"MESSAGE=INFO: three", "SYSLOG_IDENTIFIER=racoon"}),
                      entry(4, {"MESSAGE=INFO: four", "_SYSTEMD_UNIT=racoon.service", "SYSLOG_IDENTIFIER=sh"})});
  begin(options());
  ASSERT_TRUE(run_until_lines(3));
  settle();
  EXPECT_THAT(lines(), ElementsAre("INFO: one", "INFO: three", "INFO: four"));
  EXPECT_TRUE(source->counters().up);
}

TEST_F(Journal, TakesHostAndTimeFromJournald) {
  write("a.journal", {racoon(1, "INFO: one"),
                      entry(2, {"MESSAGE=two", "SYSLOG_IDENTIFIER=racoon", "_SOURCE_REALTIME_TIMESTAMP=1763000000000007"})});
  begin(options());
  ASSERT_TRUE(run_until_lines(2));
  EXPECT_EQ(received[0].host, "edge-1");
  EXPECT_EQ(received[0].program, "racoon");
  EXPECT_EQ(received[0].stamped, WallTime(std::chrono::microseconds(begin_time + second)));
  EXPECT_EQ(received[1].stamped, WallTime(std::chrono::microseconds(begin_time + 7)));
}

TEST_F(Journal, NeverReadsItsOwnUnitOrProcess) {
  write("a.journal",
        {entry(1, {"MESSAGE=echo", "_SYSTEMD_UNIT=ikewatch.service", "SYSLOG_IDENTIFIER=racoon"}),
         entry(2, {"MESSAGE=echo", "SYSLOG_IDENTIFIER=racoon", "_PID=" + std::to_string(::getpid())}), racoon(3, "real")});
  begin(options());
  ASSERT_TRUE(run_until_lines(1));
  settle();
  EXPECT_THAT(lines(), ElementsAre("real"));
}

TEST_F(Journal, BeginsAtTheEndWithoutStoredPosition) {
  write("a.journal", {racoon(1, "history")});
  auto fresh = options();
  fresh.from_start = false;
  begin(fresh);
  settle();
  EXPECT_THAT(lines(), IsEmpty());
  write("b.journal", {racoon(2, "news")});
  ASSERT_TRUE(run_until_lines(1));
  EXPECT_THAT(lines(), ElementsAre("news"));
}

TEST_F(Journal, HearsTheFirstEntriesOfAnEmptyJournal) {
  auto fresh = options();
  fresh.from_start = false;
  begin(fresh);
  settle();
  write("a.journal", {racoon(1, "first")});
  EXPECT_TRUE(run_until_lines(1));
}

TEST_F(Journal, ReadsFilesThatAppearInOrder) {
  write("a.journal", {racoon(1, "one"), racoon(3, "three")});
  begin(options());
  ASSERT_TRUE(run_until_lines(2));
  settle();
  write("b.journal", {racoon(4, "four"), racoon(5, "five")});
  ASSERT_TRUE(run_until_lines(4));
  EXPECT_THAT(lines(), ElementsAre("one", "three", "four", "five"));
}

TEST_F(Journal, GoesOnBehindItsCursor) {
  write("a.journal", {racoon(1, "one"), racoon(2, "two"), racoon(3, "three")});
  begin(options());
  after_each = [this] {
    if (received.size() == 2) source->stop();
  };
  ASSERT_TRUE(run_until_lines(2));
  after_each = nullptr;
  auto stored = options();
  stored.cursor = source->position();
  begin(stored);
  ASSERT_TRUE(run_until_lines(3));
  settle();
  EXPECT_THAT(lines(), ElementsAre("one", "two", "three"));
  EXPECT_EQ(dropped(DropReason::gap), 0u);
}

TEST_F(Journal, HearsWhatWasLoggedBetweenTwoStartsBeforeAnyEntry) {
  auto fresh = options();
  fresh.from_start = false;
  begin(fresh).stop();
  auto stored = fresh;
  stored.cursor = source->position();
  const auto now =
      std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  auto between = racoon(1, "between");
  between.time = static_cast<std::uint64_t>(now);
  write("a.journal", {between});
  begin(stored);
  EXPECT_TRUE(run_until_lines(1));
}

TEST_F(Journal, GoesOnByTimeWhenItsEntryIsGone) {
  write("a.journal", {racoon(1, "one"), racoon(2, "two")});
  begin(options());
  ASSERT_TRUE(run_until_lines(2));
  source->stop();
  std::filesystem::remove(folder / "a.journal");  // vacuumed
  write("b.journal", {racoon(5, "five"), racoon(6, "six")});
  auto stored = options();
  stored.cursor = source->position();
  begin(stored);
  ASSERT_TRUE(run_until_lines(4));
  EXPECT_THAT(lines(), ElementsAre("one", "two", "five", "six"));
  EXPECT_EQ(dropped(DropReason::gap), 1u);
  EXPECT_EQ(received[2].lost, 1u);
}

TEST_F(Journal, GoesOnAtTheEndWhenItsCursorIsNoCursor) {
  write("a.journal", {racoon(1, "history")});
  auto stored = options();
  stored.cursor = "file1 1 2 3 4 5";
  begin(stored);
  settle();
  EXPECT_EQ(dropped(DropReason::gap), 1u);
  write("b.journal", {racoon(2, "news")});
  ASSERT_TRUE(run_until_lines(1));
  EXPECT_THAT(lines(), ElementsAre("news"));
}

TEST_F(Journal, DoesNotWaitForATimeThatTheClockHasLeft) {
  write("a.journal", {racoon(1, "history")});
  auto stored = options();
  stored.cursor = "time=99999999999999999";
  begin(stored);
  settle();
  EXPECT_EQ(dropped(DropReason::gap), 1u);
  write("b.journal", {racoon(2, "news")});
  EXPECT_TRUE(run_until_lines(1));
}

TEST_F(Journal, CountsWhatJournaldSuppressed) {
  write("a.journal",
        {entry(1, {"MESSAGE=Suppressed 42 messages from racoon.service", "MESSAGE_ID=a596d6fe7bfa4994828e72309e95d61e",
                   "_TRANSPORT=driver", "OBJECT_SYSTEMD_UNIT=racoon.service", "N_DROPPED=42"}),
         entry(2, {"MESSAGE=Suppressed 5 messages from cron.service", "MESSAGE_ID=a596d6fe7bfa4994828e72309e95d61e",
                   "_TRANSPORT=driver", "OBJECT_SYSTEMD_UNIT=cron.service", "N_DROPPED=5"}),
         racoon(3, "next")});
  begin(options());
  ASSERT_TRUE(run_until_lines(1));
  EXPECT_THAT(lines(), ElementsAre("next"));
  EXPECT_EQ(dropped(DropReason::suppressed), 42u);
  EXPECT_EQ(received[0].lost, 42u);
}

TEST_F(Journal, BelievesOnlyJournaldThatLinesWereSuppressed) {
  write("a.journal", {entry(1, {"MESSAGE=Suppressed", "MESSAGE_ID=a596d6fe7bfa4994828e72309e95d61e", "N_DROPPED=42",
                                "_TRANSPORT=journal", "SYSLOG_IDENTIFIER=racoon"})});
  begin(options());
  ASSERT_TRUE(run_until_lines(1));
  EXPECT_EQ(dropped(DropReason::suppressed), 0u);
}

TEST_F(Journal, CountsEntriesWithoutMessage) {
  write("a.journal", {entry(1, {"SYSLOG_IDENTIFIER=racoon"}), racoon(2, "two")});
  begin(options());
  ASSERT_TRUE(run_until_lines(1));
  settle();
  EXPECT_EQ(source->counters().malformed, 1u);
}

TEST_F(Journal, CutsLongMessagesAndCountsThem) {
  auto narrow = options();
  narrow.max_line = 64;
  write("a.journal", {racoon(1, std::string(5000, 'x'))});
  begin(narrow);
  ASSERT_TRUE(run_until_lines(1));
  EXPECT_EQ(received[0].raw, std::string(64, 'x'));
  EXPECT_EQ(dropped(DropReason::too_long), 1u);
}

TEST_F(Journal, LetsOthersRunAfter256Entries) {
  std::vector<TestEntry> many;
  for (std::uint64_t i = 1; i <= 600; ++i) many.push_back(racoon(i, "line " + std::to_string(i)));
  write("a.journal", many);
  begin(options());
  ASSERT_TRUE(run_until_lines(1));
  EXPECT_EQ(received.size(), 256u);
  ASSERT_TRUE(run_until_lines(600));
  EXPECT_EQ(received.back().raw, "line 600");
}

class BrokenJournal : public Journal {
 protected:
  ~BrokenJournal() override { failures().clear(); }
};

class JournalError : public BrokenJournal, public ::testing::WithParamInterface<int> {};

TEST_P(JournalError, IsAnsweredByOpeningAgainAtTheCursor) {
  write("a.journal", {racoon(1, "one"), racoon(2, "two"), racoon(3, "three")});
  begin(options());
  after_each = [this] {
    if (received.size() == 1) failures() = {GetParam()};
  };
  ASSERT_TRUE(run_until([this] { return source->problem().has_value(); }));
  EXPECT_FALSE(source->counters().up);
  ASSERT_TRUE(run_until_lines(3));
  settle();
  EXPECT_THAT(lines(), ElementsAre("one", "two", "three"));
  EXPECT_TRUE(source->counters().up);
  EXPECT_EQ(dropped(DropReason::gap), 0u);
}

INSTANTIATE_TEST_SUITE_P(Of, JournalError, ::testing::Values(-EBADMSG, -EADDRNOTAVAIL, -EIDRM, -EIO));

TEST_F(BrokenJournal, LeavesAPlaceThatStaysBroken) {
  write("a.journal", {racoon(1, "one"), racoon(2, "two")});
  begin(options());
  after_each = [this] {
    if (received.size() == 1) failures() = {-EBADMSG, -EBADMSG, -EBADMSG};
  };
  ASSERT_TRUE(run_until_lines(2));
  EXPECT_THAT(lines(), ElementsAre("one", "two"));
  EXPECT_GE(dropped(DropReason::gap), 1u);
}

TEST_F(Journal, WantsSomethingToLookFor) {
  auto none = options();
  none.units.clear();
  none.identifiers.clear();
  const auto started = make_source(none, sink())->start(loop);
  ASSERT_TRUE(started.has_error());
  EXPECT_THAT(started.error().what, HasSubstr("names neither units nor identifiers"));
}

TEST_F(Journal, RefusesToReadItself) {
  auto own = options();
  own.units.emplace_back("ikewatch.service");
  EXPECT_TRUE(make_source(own, sink())->start(loop).has_error());
}

TEST_F(Journal, RefusesADirectoryThatIsNotThere) {
  auto elsewhere = options();
  elsewhere.directory = folder / "nowhere";
  const auto started = make_source(elsewhere, sink())->start(loop);
  ASSERT_TRUE(started.has_error());
  EXPECT_THAT(started.error().what, HasSubstr("cannot open the journal: No such file or directory"));
}

TEST_F(Journal, IsNotUpsetByFilesThatAreNoJournal) {
  overwrite(folder / "a.journal", "rubbish");
  overwrite(folder / "b.journal", std::string(5000, '\xff'));
  write("c.journal", {racoon(1, "one")});
  begin(options());
  EXPECT_TRUE(run_until_lines(1));
}

}  // namespace
}  // namespace ikewatch::source
