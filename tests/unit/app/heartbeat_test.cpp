#include "heartbeat.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <thread>

namespace ikewatch::app {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Heartbeats, EverybodyIsWellWhereNobodyWorks) {
  Heartbeats all;
  EXPECT_TRUE(all.all_well());
  EXPECT_TRUE(all.all_well());
}

TEST(Heartbeats, WhoHasJustBegunHasAPeriodOfItsOwn) {
  Heartbeats all;
  const auto worker = all.add("reader");
  EXPECT_TRUE(all.all_well());
  EXPECT_FALSE(all.all_well());
}

TEST(Heartbeats, OneThatIsSilentSpeaksForAll) {
  Heartbeats all;
  auto one = all.add("one");
  auto two = all.add("two");
  EXPECT_TRUE(all.all_well());
  one.beat();
  EXPECT_FALSE(all.all_well());
  EXPECT_THAT(all.silent(), ElementsAre("two"));
  two.beat();
  EXPECT_THAT(all.silent(), IsEmpty());
  EXPECT_TRUE(all.all_well());
}

TEST(Heartbeats, ABeatCountsUntilAllHaveBeaten) {
  Heartbeats all;
  auto one = all.add("one");
  auto two = all.add("two");
  ASSERT_TRUE(all.all_well());
  one.beat();
  ASSERT_FALSE(all.all_well());
  two.beat();
  EXPECT_TRUE(all.all_well()) << "the beat of the first was forgotten while the second was waited for";
}

TEST(Heartbeats, WhoRestsIsNotWaitedForUntilItWorksAgain) {
  Heartbeats all;
  auto worker = all.add("reader");
  worker.rest();
  EXPECT_TRUE(all.all_well());
  EXPECT_TRUE(all.all_well());
  worker.beat();
  EXPECT_TRUE(all.all_well());
  EXPECT_FALSE(all.all_well());
}

TEST(Heartbeats, WhoEndsIsForgotten) {
  Heartbeats all;
  std::optional worker = all.add("reader");
  ASSERT_TRUE(all.all_well());
  worker.reset();
  EXPECT_TRUE(all.all_well());
  EXPECT_THAT(all.silent(), IsEmpty());
}

TEST(Heartbeats, APulseThatIsReplacedEndsToo) {
  Heartbeats all;
  auto pulse = all.add("former");
  {
    auto next = all.add("present");
    pulse = std::move(next);
  }
  ASSERT_TRUE(all.all_well());
  EXPECT_FALSE(all.all_well());
  EXPECT_THAT(all.silent(), ElementsAre("present"));
}

TEST(Heartbeats, BeatOnAnotherThread) {
  Heartbeats all;
  auto pulse = all.add("reader");
  ASSERT_TRUE(all.all_well());
  std::thread([worker = std::move(pulse), &all]() mutable {
    worker.beat();
    EXPECT_TRUE(all.all_well());
  }).join();
  EXPECT_TRUE(all.all_well()) << "the thread ended, and took its pulse along";
}

}  // namespace
}  // namespace ikewatch::app
