#include <gtest/gtest.h>
#include <ikewatch/syslog/header.hpp>

#include <limits>
#include <string>

namespace ikewatch::syslog {
namespace {

using namespace std::chrono_literals;

WallTime at(int year, unsigned month, unsigned day) {
  return std::chrono::sys_days(std::chrono::year(year) / static_cast<int>(month) / static_cast<int>(day));
}

std::string decoded(std::string_view text, StampForm form, StampContext context = {at(2026, 11, 22)}) {
  const auto time = decode_stamp({text, form}, context);
  return time ? to_iso8601(*time) : "nothing";
}

std::string bsd(std::string_view text, StampContext context = {at(2026, 11, 22)}) {
  return decoded(text, StampForm::bsd, context);
}
std::string iso(std::string_view text, StampContext context = {at(2026, 11, 22)}) {
  return decoded(text, StampForm::iso, context);
}

TEST(DecodeStamp, TakesTheYearNearestToNow) {
  EXPECT_EQ(bsd("Nov 22 02:30:00"), "2026-11-22T02:30:00+00:00");
  EXPECT_EQ(bsd("Dec 31 23:59:59", {at(2027, 1, 1)}), "2026-12-31T23:59:59+00:00");
  EXPECT_EQ(bsd("Jan  1 00:00:01", {at(2026, 12, 31)}), "2027-01-01T00:00:01+00:00");
  EXPECT_EQ(bsd("11-22 10:00:00.250"), "2026-11-22T10:00:00.250000+00:00");
}

TEST(DecodeStamp, TakesTheYearWhereverItStands) {
  EXPECT_EQ(bsd("Nov 22 10:00:00 2019"), "2019-11-22T10:00:00+00:00");
  EXPECT_EQ(bsd("22-Nov-2019 10:00:00"), "2019-11-22T10:00:00+00:00");
  EXPECT_EQ(bsd("22/Nov/2019:10:00:00"), "2019-11-22T10:00:00+00:00");
}

TEST(DecodeStamp, TakesTheLeapYearNearestToNowForItsDay) {
  EXPECT_EQ(bsd("Feb 29 12:00:00", {at(2026, 11, 22)}), "2028-02-29T12:00:00+00:00");
  EXPECT_EQ(bsd("Feb 29 12:00:00", {at(2025, 1, 1)}), "2024-02-29T12:00:00+00:00");
  EXPECT_EQ(bsd("Feb 29 12:00:00", {at(2100, 3, 2)}), "2104-02-29T12:00:00+00:00");
  EXPECT_EQ(bsd("Feb 29 2026 12:00:00"), "nothing");
}

TEST(DecodeStamp, UsesTheZoneThatTheStampNames) {
  EXPECT_EQ(bsd("Nov 22 2026 10:00:00.123 CEST"), "2026-11-22T08:00:00.123000+00:00");
  EXPECT_EQ(bsd("Nov 22 2026 10:00:00 mdt"), "2026-11-22T16:00:00+00:00");
  EXPECT_EQ(bsd("Nov 22 10:00:00KST"), "2026-11-22T01:00:00+00:00");
  EXPECT_EQ(bsd("Nov 22 10:00:00 UTC+07:30"), "2026-11-22T02:30:00+00:00");
  EXPECT_EQ(bsd("Nov 22 10:00:00 UTC+1"), "2026-11-22T09:00:00+00:00");
  EXPECT_EQ(iso("2026-11-22T10:00:00.5-05:00"), "2026-11-22T15:00:00.500000+00:00");
  EXPECT_EQ(iso("2026-11-22T10:00:00+0530"), "2026-11-22T04:30:00+00:00");
  EXPECT_EQ(iso("2026-11-22T10:00:00Z", {at(2026, 11, 22), 3600s}), "2026-11-22T10:00:00+00:00");
}

TEST(DecodeStamp, UsesTheContextsZoneWhereTheStampNamesNoneThatIsClear) {
  EXPECT_EQ(bsd("Nov 22 10:00:00", {at(2026, 11, 22), 3600s}), "2026-11-22T09:00:00+00:00");
  EXPECT_EQ(bsd("Nov 22 2026 10:00:00.123 IST", {at(2026, 11, 22), 3600s}), "2026-11-22T09:00:00.123000+00:00");
  EXPECT_EQ(iso("2026-11-22 10:00:00", {at(2026, 11, 22), -3600s}), "2026-11-22T11:00:00+00:00");
}

TEST(DecodeStamp, KnowsTheHalvesOfTheDay) {
  EXPECT_EQ(bsd("3/2/17 10:08:54.494 AM"), "2017-03-02T10:08:54.494000+00:00");
  EXPECT_EQ(bsd("3/2/2017 12:00:00 AM"), "2017-03-02T00:00:00+00:00");
  EXPECT_EQ(bsd("Oct 14 2015 05:50:19 PM.484 UTC"), "2015-10-14T17:50:19.484000+00:00");
  EXPECT_EQ(bsd("Oct 14 2015 13:50:19 PM"), "nothing");
}

TEST(DecodeStamp, ReadsTheSecondsOfTheEpoch) {
  EXPECT_EQ(decoded("1578426208.829677788", StampForm::epoch), "2020-01-07T19:43:28.829677+00:00");
  EXPECT_EQ(decoded("9999999999.5", StampForm::epoch), "2286-11-20T17:46:39.500000+00:00");
}

TEST(DecodeStamp, RefusesImpossibleDates) {
  EXPECT_EQ(bsd("Nov 31 10:00:00"), "nothing");
  EXPECT_EQ(bsd("Nov  0 10:00:00"), "nothing");
  EXPECT_EQ(bsd("Nov 22 24:00:00"), "nothing");
  EXPECT_EQ(bsd("Nov 22 10:60:00"), "nothing");
  EXPECT_EQ(bsd("99-99 10:00:00"), "nothing");
  EXPECT_EQ(iso("2026-13-01T00:00:00Z"), "nothing");
  EXPECT_EQ(iso("9999-12-31T23:59:59Z"), "nothing");
  EXPECT_EQ(iso("0000-01-01T00:00:00Z"), "nothing");
}

TEST(DecodeStamp, CountsALeapSecondAsTheNextMinute) { EXPECT_EQ(iso("2016-12-31T23:59:60Z"), "2017-01-01T00:00:00+00:00"); }

TEST(DecodeStamp, TellsNothingOfUptimesAndClocks) {
  EXPECT_EQ(decoded("42w2d", StampForm::uptime), "nothing");
  EXPECT_EQ(decoded("10:08:54", StampForm::clock), "nothing");
  EXPECT_EQ(decoded("10:08:54", StampForm::bsd), "nothing");
  EXPECT_EQ(decoded("", StampForm::none), "nothing");
  EXPECT_EQ(decoded("garbage", StampForm::iso), "nothing");
}

TEST(DecodeStamp, NeverOverflows) {
  for (const auto now : {WallTime::min(), WallTime::max(), WallTime{}}) {
    for (const auto offset : {std::chrono::seconds::min(), std::chrono::seconds::max(), 0s}) {
      for (const auto* text : {"Feb 29 12:00:00", "Jan  1 00:00:00", "Dec 31 23:59:60", "Dec 31 9998 23:59:60 UTC-99:99"}) {
        const auto time = decode_stamp({text, StampForm::bsd}, {now, offset});
        if (time) {
          EXPECT_GE(*time, at(1969, 1, 1));
          EXPECT_LE(*time, at(9999, 12, 31));
        }
      }
    }
  }
}

}  // namespace
}  // namespace ikewatch::syslog
