#include "loop.hpp"

#include <gtest/gtest.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <cerrno>
#include <csignal>
#include <functional>
#include <vector>

namespace ikewatch::source {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

/// A pipe of which the reading end is watched.
class Watching : public ::testing::Test {
 protected:
  Watching() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe(ends.data()), 0);
    writer.reset(ends[1]);
    watch = Watch::open(loop, Fd(ends[0]));
  }

  void write_byte() const { ASSERT_EQ(::write(writer.get(), "x", 1), 1); }
  void run() {
    loop.restart();
    loop.poll();
  }

  boost::asio::io_context loop;
  Fd writer;
  std::unique_ptr<Watch> watch;
  int calls = 0;
};

TEST_F(Watching, CallsOnceWhenThereIsSomethingToRead) {
  watch->once([this] { ++calls; });
  run();
  EXPECT_EQ(calls, 0);
  write_byte();
  run();
  run();
  EXPECT_EQ(calls, 1);
}

TEST_F(Watching, CallsAgainForTheSameUnreadByte) {
  write_byte();
  for (int i = 1; i <= 3; ++i) {
    watch->once([this] { ++calls; });
    run();
    EXPECT_EQ(calls, i);
  }
}

TEST_F(Watching, CallsWhenTheFarEndIsClosed) {
  watch->once([this] { ++calls; });
  writer.reset();
  run();
  EXPECT_EQ(calls, 1);
}

TEST_F(Watching, ReplacesAnOlderWait) {
  watch->once([this] { calls += 100; });
  watch->once([this] { ++calls; });
  write_byte();
  run();
  EXPECT_EQ(calls, 1);
}

TEST_F(Watching, HearsNothingWhileItRests) {
  watch->once([this] { calls += 100; });
  const int fd = watch->fd();
  watch->rest();
  EXPECT_EQ(watch->fd(), fd);
  write_byte();
  run();
  EXPECT_EQ(calls, 0);
  watch->once([this] { ++calls; });
  run();
  EXPECT_EQ(calls, 1);
}

TEST_F(Watching, WaitsAnewRightBehindItsRest) {
  watch->once([this] { calls += 100; });
  watch->rest();
  watch->once([this] { ++calls; });
  write_byte();
  run();
  EXPECT_EQ(calls, 1);
}

/// Epolls within each other, so many that the kernel refuses to watch one more, as it refuses everything when it has no memory.
std::vector<Fd> too_deep() {
  std::vector<Fd> nested;
  epoll_event none{};
  do nested.emplace_back(::epoll_create1(EPOLL_CLOEXEC));
  while (nested.size() == 1 || ::epoll_ctl(nested.back().get(), EPOLL_CTL_ADD, nested[nested.size() - 2].get(), &none) == 0);
  nested.pop_back();
  return nested;
}

TEST_F(Watching, LooksAgainWhereItCannotBeWatched) {
  const int fd = watch->fd();
  watch->rest();
  const Fd pipe(::dup(fd));
  const auto nested = too_deep();
  ASSERT_EQ(::dup2(nested.back().get(), fd), fd);
  watch->once([this] { ++calls; });
  loop.restart();
  loop.run();
  EXPECT_EQ(calls, 1);
  ASSERT_EQ(::dup2(pipe.get(), fd), fd);
  watch->once([this] { ++calls; });
  run();
  EXPECT_EQ(calls, 1);
  write_byte();
  run();
  EXPECT_EQ(calls, 2);
}

/// Readings of a pipe that brought something, or did not.
class Pacing : public Watching {
 protected:
  void wait(bool brought) {
    pace.wait(*watch, brought, [this] { ++calls; });
  }
  Pace pace{loop};
};

TEST_F(Pacing, ReadsAtOnceWhatComesAfterAPause) {
  wait(true);
  write_byte();
  run();
  EXPECT_EQ(calls, 1);
}

TEST_F(Pacing, RestsAMomentWhileReadingsBringSomething) {
  write_byte();  // and nobody reads it
  const auto began = std::chrono::steady_clock::now();
  std::function<void()> reading = [&] {
    if (++calls < 30) pace.wait(*watch, true, reading);
  };
  reading();
  loop.run();
  EXPECT_EQ(calls, 30);
  EXPECT_GE(std::chrono::steady_clock::now() - began, 28 * Pace::moment);
}

TEST_F(Pacing, WaitsForMoreWhereThereWasNothing) {
  wait(true);
  wait(true);
  wait(false);
  run();
  EXPECT_EQ(calls, 0);
  write_byte();
  run();
  EXPECT_EQ(calls, 1);
}

TEST_F(Watching, ClosesWhatItWatchesThoughItRests) {
  watch->rest();
  watch.reset();
  std::signal(SIGPIPE, SIG_IGN);
  EXPECT_EQ(::write(writer.get(), "x", 1), -1);
  EXPECT_EQ(errno, EPIPE);
}

TEST_F(Watching, NeverCallsAfterItsEnd) {
  write_byte();
  watch->once([this] { ++calls; });
  watch.reset();
  run();
  EXPECT_EQ(calls, 0);
}

TEST_F(Watching, MayEndInItsOwnCallback) {
  write_byte();
  watch->once([this] {
    watch.reset();
    ++calls;
  });
  run();
  EXPECT_EQ(calls, 1);
}

TEST(WatchOpening, RefusesADescriptorThatIsNone) {
  boost::asio::io_context loop;
  EXPECT_EQ(Watch::open(loop, Fd()), nullptr);
  EXPECT_NE(errno, 0);
}

TEST(Alarm, CallsWhenItIsTime) {
  boost::asio::io_context loop;
  Alarm alarm(loop);
  int calls = 0;
  alarm.once(milliseconds(1), [&calls] { ++calls; });
  loop.run();
  EXPECT_EQ(calls, 1);
}

TEST(Alarm, ForgetsTheTimeBefore) {
  boost::asio::io_context loop;
  Alarm alarm(loop);
  int calls = 0;
  alarm.once(milliseconds(0), [&calls] { calls += 100; });
  alarm.once(milliseconds(0), [&calls] { ++calls; });
  loop.run();
  EXPECT_EQ(calls, 1);
}

TEST(Alarm, NeverCallsAfterCancelOrItsEnd) {
  boost::asio::io_context loop;
  int calls = 0;
  Alarm cancelled(loop);
  cancelled.once(milliseconds(0), [&calls] { ++calls; });
  cancelled.cancel();
  auto ended = std::make_unique<Alarm>(loop);
  ended->once(hours(1), [&calls] { ++calls; });
  ended.reset();
  loop.run();
  EXPECT_EQ(calls, 0);
}

TEST(Alarm, MayBeSetAgainInItsOwnCallback) {
  boost::asio::io_context loop;
  Alarm alarm(loop);
  int calls = 0;
  alarm.once(milliseconds(0), [&] {
    if (++calls == 1) alarm.once(milliseconds(0), [&calls] { ++calls; });
  });
  loop.run();
  EXPECT_EQ(calls, 2);
}

}  // namespace
}  // namespace ikewatch::source
