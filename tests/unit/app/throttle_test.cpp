#include "throttle.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ikewatch::app {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using Time = Throttle::Clock::time_point;

constexpr Time start{std::chrono::hours(1)};

std::uint64_t admitted(Throttle& throttle, std::string_view kind, std::uint64_t count, Time now) {
  std::uint64_t told = 0;
  for (std::uint64_t i = 0; i < count; ++i) told += throttle.admit(kind, now) ? 1 : 0;
  return told;
}

TEST(Throttle, TellsSoManyAndCountsTheRest) {
  Throttle throttle;
  EXPECT_EQ(admitted(throttle, "down", Throttle::most + 17, start), Throttle::most);
  EXPECT_THAT(throttle.take_suppressed(start), IsEmpty()) << "the window is still open";
  EXPECT_THAT(throttle.take_suppressed(start + Throttle::window), ElementsAre(Pair("down", 17)));
  EXPECT_THAT(throttle.take_suppressed(start + Throttle::window), IsEmpty()) << "told twice";
}

TEST(Throttle, BeginsAnewWithTheNextWindow) {
  Throttle throttle;
  admitted(throttle, "down", Throttle::most + 1, start);
  EXPECT_FALSE(throttle.admit("down", start + Throttle::window - std::chrono::nanoseconds(1)));
  EXPECT_TRUE(throttle.admit("down", start + Throttle::window));
}

TEST(Throttle, KeepsWhatWasLeftOutOverTheNextWindow) {
  Throttle throttle;
  admitted(throttle, "down", Throttle::most + 3, start);
  admitted(throttle, "down", Throttle::most + 4, start + Throttle::window);
  EXPECT_THAT(throttle.take_suppressed(start + 2 * Throttle::window), ElementsAre(Pair("down", 7)));
}

TEST(Throttle, OneKindDoesNotDrownAnother) {
  Throttle throttle;
  admitted(throttle, "down", Throttle::most + 1, start);
  EXPECT_TRUE(throttle.admit("diagnosis", start));
}

TEST(Throttle, GivesEverythingAtTheEnd) {
  Throttle throttle;
  admitted(throttle, "down", Throttle::most + 5, start);
  EXPECT_THAT(throttle.take_suppressed(start, true), ElementsAre(Pair("down", 5)));
}

}  // namespace
}  // namespace ikewatch::app
