// What a journal does not give: suppressed, forged, deleted, not there yet; and what waits.
#include <gmock/gmock.h>

#include "journal_fixture.hpp"

namespace ikewatch::source {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_F(Journal, CountsWhatJournaldSuppressedOfAUnitNamedLikeItsIdentifier) {
  auto named = options();
  named.units.clear();
  write("a.journal",
        {entry(1, {"MESSAGE=Suppressed 42 messages from racoon.service", "MESSAGE_ID=a596d6fe7bfa4994828e72309e95d61e",
                   "_TRANSPORT=driver", "OBJECT_SYSTEMD_UNIT=racoon.service", "N_DROPPED=42"})});
  begin(named);
  ASSERT_TRUE(run_until([this] { return told_losses == 42; }));
  EXPECT_EQ(dropped(DropReason::suppressed), 42u);
}

TEST_F(Journal, TellsALossAtOnceWhereNoLineFollows) {
  write("a.journal",
        {entry(1, {"MESSAGE=Suppressed 42 messages from racoon.service", "MESSAGE_ID=a596d6fe7bfa4994828e72309e95d61e",
                   "_TRANSPORT=driver", "OBJECT_SYSTEMD_UNIT=racoon.service", "N_DROPPED=42"})});
  begin(options());
  EXPECT_TRUE(run_until([this] { return told_losses == 42; }));
  EXPECT_THAT(lines(), IsEmpty());
  EXPECT_EQ(source->counters().lines, 0u);
}

TEST_F(Journal, DoesNotBelieveANameThatAnyUserCanWriteUnder) {
  write("a.journal", {entry(1, {"MESSAGE=forged", "SYSLOG_IDENTIFIER=racoon", "_UID=1000", "_SYSTEMD_UNIT=session-3.scope"}),
                      entry(2, {"MESSAGE=by root", "SYSLOG_IDENTIFIER=racoon", "_UID=0", "_SYSTEMD_UNIT=vpn.service"}),
                      entry(3, {"MESSAGE=in the unit", "SYSLOG_IDENTIFIER=sh", "_UID=1000", "_SYSTEMD_UNIT=racoon.service"})});
  begin(options());
  ASSERT_TRUE(run_until_lines(2));
  settle();
  EXPECT_THAT(lines(), ElementsAre("by root", "in the unit"));
  EXPECT_EQ(dropped(DropReason::untrusted), 1u);
}

TEST_F(Journal, CountsAnEntryWhenItsPositionMoves) {
  write("a.journal", {racoon(1, "one"), racoon(2, "three")});
  std::vector<std::pair<std::uint64_t, std::string>> seen;
  source = make_source(options(),
                       [&](const Source& from, const Delivery&) { seen.emplace_back(from.counters().bytes, from.position()); });
  ASSERT_FALSE(source->start(loop).has_error());
  EXPECT_FALSE(source->counters().caught_up);
  const auto before = source->position();
  ASSERT_TRUE(run_until([this] { return source->counters().caught_up; }));
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_EQ(seen[0], std::pair(std::uint64_t{0}, before));
  EXPECT_EQ(seen[1].first, 3u);
  EXPECT_NE(seen[1].second, before);
}

TEST_F(Journal, StopsBetweenTwoEntriesWhenItIsPaused) {
  write("a.journal", {racoon(1, "one"), racoon(2, "two"), racoon(3, "three")});
  after_each = [this] {
    if (received.size() == 1) source->pause();
  };
  begin(options());
  ASSERT_TRUE(run_until_lines(1));
  write("b.journal", {racoon(4, "four")});
  settle();
  EXPECT_THAT(lines(), ElementsAre("one"));
  source->resume();
  ASSERT_TRUE(run_until_lines(4));
  EXPECT_THAT(lines(), ElementsAre("one", "two", "three", "four"));
  EXPECT_EQ(dropped(DropReason::gap), 0u);
}

TEST_F(Journal, CountsAGapWhenEntriesWereDeletedBeforeItCouldReadThem) {
  write("a.journal", {racoon(1, "one"), racoon(2, "two")});
  after_each = [this] {
    if (received.size() == 1) source->pause();
  };
  begin(options());
  ASSERT_TRUE(run_until_lines(1));
  write("b.journal", {racoon(4, "four")});
  std::filesystem::remove(folder / "a.journal");
  source->resume();
  ASSERT_TRUE(run_until_lines(2));
  EXPECT_THAT(lines(), ElementsAre("one", "four"));
  EXPECT_EQ(dropped(DropReason::gap), 1u);
  EXPECT_EQ(received[1].lost, 1u);
}

TEST_F(Journal, CountsNoGapWhenWhatItHasReadIsDeleted) {
  write("a.journal", {racoon(1, "one"), racoon(2, "two")});
  begin(options());
  ASSERT_TRUE(run_until_lines(2));
  settle();
  std::filesystem::remove(folder / "a.journal");
  write("b.journal", {racoon(4, "four")});
  ASSERT_TRUE(run_until_lines(3));
  EXPECT_EQ(dropped(DropReason::gap), 0u);
}

TEST_F(Journal, GoesOnTryingWhereItIsToldTo) {
  auto later = options();
  later.directory = folder / "later";
  source = make_source(later, sink());
  ASSERT_TRUE(source->start(loop).has_error());
  source->keep_trying(loop);
  EXPECT_FALSE(source->counters().up);
  std::filesystem::create_directory(later.directory);
  write("later/a.journal", {racoon(1, "one")});
  ASSERT_TRUE(run_until_lines(1));
  EXPECT_TRUE(source->counters().up);
}

}  // namespace
}  // namespace ikewatch::source
