#include "loop.hpp"

#include <gtest/gtest.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <cerrno>
#include <csignal>

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
