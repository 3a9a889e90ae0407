#include <ikewatch/alert/silence.hpp>

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace ikewatch::alert {
namespace {

using namespace std::chrono_literals;
using std::chrono::local_days;
using std::chrono::sys_days;
using std::chrono::year;

constexpr std::string_view paris = "CET-1CEST,M3.5.0,M10.5.0/3";

WallTime utc(int month, int day, std::chrono::minutes time) { return WallTime{sys_days{year{2026} / month / day}} + time; }
std::chrono::local_seconds local(int month, int day, std::chrono::minutes time) {
  return local_days{year{2026} / month / day} + time;
}

TEST(Zone, KnowsSummerTime) {
  const auto zone = Zone::parse(paris);
  ASSERT_TRUE(zone);
  EXPECT_EQ(zone->offset(utc(1, 15, 0min)), 3600s);
  EXPECT_EQ(zone->offset(utc(7, 15, 0min)), 7200s);
  // 29 March 2026, 02:00 local, is 01:00 UTC; 25 October, 03:00 local, is 01:00 UTC.
  EXPECT_EQ(zone->offset(utc(3, 29, 59min)), 3600s);
  EXPECT_EQ(zone->offset(utc(3, 29, 60min)), 7200s);
  EXPECT_EQ(zone->offset(utc(10, 25, 59min)), 7200s);
  EXPECT_EQ(zone->offset(utc(10, 25, 60min)), 3600s);
}

TEST(Zone, ReadsEveryFormOfThePosixString) {
  EXPECT_EQ(Zone::parse("UTC0")->offset(utc(1, 1, 0min)), 0s);
  EXPECT_EQ(Zone::parse("<+0545>-5:45")->offset(utc(1, 1, 0min)), 20700s);
  EXPECT_EQ(Zone::parse("NZST-12NZDT,M9.5.0,M4.1.0/3")->offset(utc(1, 1, 0min)), 13h);
  EXPECT_EQ(Zone::parse("NZST-12NZDT,M9.5.0,M4.1.0/3")->offset(utc(7, 1, 0min)), 12h);
  EXPECT_EQ(Zone::parse("IST-1GMT0,M10.5.0,M3.5.0/1")->offset(utc(1, 1, 0min)), 0s);  // Dublin: winter is the exception
  EXPECT_EQ(Zone::parse("EST5EDT,J60,J300")->offset(utc(6, 1, 0min)), -4h);
  EXPECT_EQ(Zone::parse("EST5EDT,59/0,299/-2")->offset(utc(6, 1, 0min)), -4h);
}

TEST(Zone, RefusesWhatSaysNothing) {
  for (const std::string_view text : {"", "X", "CET", "CET-1CEST", "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.5.0", "<+1",
                                      "CET-999", "CET-1CEST,M3.5.0,M10.5.0x", ":Europe/Paris", "CET-1CEST,J0,J5"})
    EXPECT_FALSE(Zone::parse(text)) << text;
  EXPECT_FALSE(Zone::from_file("TZif2"));
  EXPECT_FALSE(Zone::from_file("TZif2\n\n"));
  EXPECT_TRUE(Zone::from_file("TZif2.....\nCET-1CEST,M3.5.0,M10.5.0/3\n"));
}

TEST(Zone, FindsTheMomentOfALocalTime) {
  const auto zone = *Zone::parse(paris);
  EXPECT_EQ(zone.moment(local(1, 15, 12h)), utc(1, 15, 11h));
  EXPECT_EQ(zone.moment(local(7, 15, 12h)), utc(7, 15, 10h));
  EXPECT_EQ(zone.moment(local(3, 29, 150min)), utc(3, 29, 90min));    // 02:30 does not exist
  EXPECT_EQ(zone.moment(local(10, 25, 150min)), utc(10, 25, 30min));  // 02:30 comes twice
}

Window a_window() {
  Window window;
  window.from = 22h;
  window.to = 2h;
  window.days = {};
  window.days[6] = true;  // Saturday
  window.zone = *Zone::parse(paris);
  return window;
}

TEST(Window, BelongsToTheDayOnWhichItBegins) {
  const Window window = a_window();
  EXPECT_FALSE(window.covers(utc(1, 3, 20h + 59min)));  // Saturday 3 January, 21:59 in Paris
  EXPECT_TRUE(window.covers(utc(1, 3, 21h)));
  EXPECT_TRUE(window.covers(utc(1, 4, 59min)));
  EXPECT_FALSE(window.covers(utc(1, 4, 1h)));
  EXPECT_FALSE(window.covers(utc(1, 4, 21h)));  // Sunday night
}

TEST(Window, KeepsItsLocalTimesOverTheChangeOfClocks) {
  Window window = a_window();
  window.to = 4h;
  // The night to 29 March has an hour less: 21:00 UTC to 02:00 UTC. That to 25 October one more: 20:00 UTC to 03:00 UTC.
  EXPECT_TRUE(window.covers(utc(3, 29, 119min)));
  EXPECT_FALSE(window.covers(utc(3, 29, 120min)));
  EXPECT_TRUE(window.covers(utc(10, 24, 20h)));
  EXPECT_TRUE(window.covers(utc(10, 25, 179min)));
  EXPECT_FALSE(window.covers(utc(10, 25, 180min)));
}

TEST(Window, SaysWhenItNextBeginsOrEnds) {
  const Window window = a_window();
  EXPECT_EQ(window.next_change(utc(1, 1, 0min)), utc(1, 3, 21h));
  EXPECT_EQ(window.next_change(utc(1, 3, 21h)), utc(1, 4, 1h));
  EXPECT_EQ(window.next_change(utc(1, 4, 1h)), utc(1, 10, 21h));
  Window never = window;
  never.days = {};
  EXPECT_FALSE(never.covers(utc(1, 3, 21h)));
  EXPECT_GT(never.next_change(utc(1, 3, 21h)), utc(1, 10, 0min));
}

}  // namespace
}  // namespace ikewatch::alert
