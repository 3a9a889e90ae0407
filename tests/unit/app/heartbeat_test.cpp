#include "heartbeat.hpp"

#include "pipeline.hpp"
#include "reading_loop.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
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

TEST(Heartbeats, AReadingLoopThatIsStuckIsNamed) {
  Heartbeats all;
  ReadingLoop loop(all.add("reading"));
  ASSERT_TRUE(all.all_well());
  std::promise<void> release;
  boost::asio::post(loop.context(), [until = release.get_future().share()] { until.wait(); });
  loop.feel_pulse();
  EXPECT_FALSE(all.all_well());
  EXPECT_THAT(all.silent(), ElementsAre("reading"));
  release.set_value();
  loop.call([] {});
  EXPECT_TRUE(all.all_well());
}

/// Matches nothing, and not before it may.
struct StuckMatcher : Matcher {
  explicit StuckMatcher(std::shared_future<void> until) : release(std::move(until)) {}
  void match(Batch& /*batch*/) const override {
    begun.store(true);
    release.wait();
  }
  mutable std::atomic<bool> begun = false;
  std::shared_future<void> release;
};

TEST(Heartbeats, AMatchingThreadThatIsStuckIsNamedAndOneWithoutWorkIsNot) {
  Heartbeats all;
  boost::asio::io_context engine_loop;
  std::promise<void> release;
  const auto matcher = std::make_shared<StuckMatcher>(release.get_future().share());
  Pipeline pipeline(
      engine_loop, 1, matcher, [](const Batch&) {}, 0, &all);
  source::Delivery line;
  line.line = "line";
  auto batch = std::make_unique<Batch>();
  batch->add(line);
  pipeline.put(std::move(batch));
  while (!matcher->begun) std::this_thread::yield();
  EXPECT_TRUE(all.all_well());
  EXPECT_FALSE(all.all_well());
  EXPECT_THAT(all.silent(), ElementsAre("matching thread 1"));
  release.set_value();
  pipeline.drain();
  while (!all.all_well()) std::this_thread::yield();
  EXPECT_TRUE(all.all_well());
}

}  // namespace
}  // namespace ikewatch::app
