#include <ikewatch/notify/sender.hpp>

#include <gtest/gtest.h>

namespace ikewatch::notify {
namespace {

using namespace std::chrono_literals;

TEST(RetryAfter, IsSecondsOrADate) {
  const WallTime now{std::chrono::sys_days{std::chrono::year{2026} / 10 / 21} + 7h};
  EXPECT_EQ(read_retry_after("120", now), 120s);
  EXPECT_EQ(read_retry_after(" 0 ", now), 0s);
  EXPECT_EQ(read_retry_after("Wed, 21 Oct 2026 07:28:00 GMT", now), 28min);
}

TEST(RetryAfter, IsNothingWhereItSaysNothing) {
  const WallTime now{std::chrono::sys_days{std::chrono::year{2026} / 10 / 21} + 7h};
  for (const std::string_view text :
       {"", "-1", "soon", "99999999999999", "Wed, 21 Oct 2020 07:28:00 GMT", "Wed, 99 Oct 2026 07:28:00 GMT",
        "Wed, 21 Xyz 2026 07:28:00 GMT", "Wed, 21 Oct 2026 07:28:00 CET", "Wed, 21 Oct 2026 25:28:00 GMT"})
    EXPECT_EQ(read_retry_after(text, now), std::nullopt) << text;
}

}  // namespace
}  // namespace ikewatch::notify
