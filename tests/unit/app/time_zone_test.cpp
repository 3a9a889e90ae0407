#include "time_zone.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <time.h>

#include <string>

namespace ikewatch::app {
namespace {

WallTime at(std::int64_t unix_time) { return WallTime(seconds(unix_time)); }

/// What the C library says; it knows one zone at a time.
std::int64_t library_offset(const std::string& zone, std::int64_t unix_time) {
  ::setenv("TZ", (":" + zone).c_str(), 1);
  ::tzset();
  const auto moment = static_cast<time_t>(unix_time);
  tm local{};
  ::localtime_r(&moment, &local);
  ::unsetenv("TZ");
  return local.tm_gmtoff;
}

class Zone : public ::testing::TestWithParam<const char*> {};

TEST_P(Zone, HasTheOffsetsOfTheSystem) {
  const auto zone = TimeZone::named(GetParam());
  constexpr std::int64_t step = 86400 * 5 + 3671;  // at all hours of the day
  constexpr std::int64_t year_2090 = 3'786'912'000;
  for (std::int64_t time = -2'000'000'000; time < year_2090; time += step) {
    ASSERT_EQ(zone.offset_at(at(time)).count(), library_offset(GetParam(), time)) << time;
  }
}

INSTANTIATE_TEST_SUITE_P(Some, Zone,
                         ::testing::Values("Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC",
                                           "America/Santiago", "Africa/Casablanca", "Pacific/Apia"));

TEST(ZoneRule, KnowsSummerTimeToTheSecond) {
  const auto rule = ZoneRule::read("CET-1CEST,M3.5.0,M10.5.0/3");
  ASSERT_TRUE(rule);
  constexpr std::int64_t begins = 1774746000;  // 2026-03-29 01:00 UTC
  constexpr std::int64_t ends = 1792890000;    // 2026-10-25 01:00 UTC
  EXPECT_EQ(rule->offset_at(begins - 1), 3600);
  EXPECT_EQ(rule->offset_at(begins), 7200);
  EXPECT_EQ(rule->offset_at(ends - 1), 7200);
  EXPECT_EQ(rule->offset_at(ends), 3600);
}

TEST(ZoneRule, KnowsTheSouthernSummerAndQuotedNames) {
  const auto rule = ZoneRule::read("<-04>4<-03>,M9.1.6/24,M4.1.6/24");
  ASSERT_TRUE(rule);
  EXPECT_EQ(rule->offset_at(1768478400), -10800);  // 2026-01-15
  EXPECT_EQ(rule->offset_at(1784116800), -14400);  // 2026-07-15
}

TEST(ZoneRule, RefusesWhatIsNone) {
  for (const auto* text : {"", "CET", "-1", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0",
                           "CET-1CEST,M3.5.0,M10.6.0", "CET-1CEST,M3.5.0,M10.5.0,", "<CET-1", "CET-1x", "CET-99999999999"})
    EXPECT_FALSE(ZoneRule::read(text)) << text;
}

TEST(TimeZone, IsUtcWhereItIsNotKnown) { EXPECT_EQ(TimeZone::named("Atlantis/Poseidonis").offset_at(at(1784116800)).count(), 0); }

TEST(TimeZone, RefusesFilesThatAreNone) {
  const std::string header("TZif2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 20);
  for (const auto& file : {std::string(), std::string("TZif"), header + std::string(24, '\xff'), header + std::string(24, '\0'),
                           header + std::string(300, '\1')})
    EXPECT_FALSE(TimeZone::read(file));
}

}  // namespace
}  // namespace ikewatch::app
