#include <gmock/gmock.h>
#include <sys/resource.h>

#include "live_fixture.hpp"

namespace ikewatch::source {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

TcpOptions loopback() { return {.name = "routers", .address = "127.0.0.1"}; }

class Tcp : public LiveFixture {
 protected:
  Fd dial(const std::string& from = "127.0.0.1") { return connected(SOCK_STREAM, source->local_endpoint(), from); }

  /// Runs the loop until the source closes this connection.
  bool run_until_closed(const Fd& client) {
    return run_until([&client] {
      char byte = 0;
      const auto got = ::recv(client.get(), &byte, 1, MSG_DONTWAIT);
      return got == 0 || (got < 0 && errno == ECONNRESET);
    });
  }

  bool run_until_bytes(std::uint64_t count) {
    return run_until([this, count] { return source->counters().bytes >= count; });
  }
};

TEST_F(Tcp, ReadsBothFramingsOnOneConnection) {
  begin(loopback());
  const auto client = dial();
  send_text(client, "<30>racoon: one\n15 <30>racoon: two<30>racoon: three\n");
  ASSERT_TRUE(run_until_lines(3));
  EXPECT_THAT(lines(), ElementsAre("<30>racoon: one", "<30>racoon: two", "<30>racoon: three"));
}

TEST_F(Tcp, PutsFramesTogetherFromSingleBytes) {
  begin(loopback());
  const auto client = dial();
  std::uint64_t sent = 0;
  for (const char c : std::string_view("11 <30>one\ntwo<30>three\n12 <30>four....")) {
    send_text(client, {&c, 1});
    ASSERT_TRUE(run_until_bytes(++sent));
  }
  ASSERT_TRUE(run_until_lines(3));
  EXPECT_THAT(lines(), ElementsAre("<30>one\ntwo", "<30>three", "<30>four...."));
}

TEST_F(Tcp, KeepsSendersApart) {
  begin(loopback());
  const auto a = dial("127.0.0.2");
  const auto b = dial("127.0.0.3");
  send_text(a, "<30>from ");
  send_text(b, "<30>of b\n");
  ASSERT_TRUE(run_until_lines(1));
  send_text(a, "a\n");
  ASSERT_TRUE(run_until_lines(2));
  EXPECT_THAT(lines(), ElementsAre("<30>of b", "<30>from a"));
  EXPECT_EQ(received[0].sender, "127.0.0.3");
  EXPECT_EQ(received[1].sender, "127.0.0.2");
}

TEST_F(Tcp, TakesALastLineWithoutLineFeed) {
  begin(loopback());
  {
    const auto client = dial();
    send_text(client, "<30>one\n<30>last");
  }
  ASSERT_TRUE(run_until_lines(2));
  EXPECT_THAT(lines(), ElementsAre("<30>one", "<30>last"));
  EXPECT_EQ(source->counters().malformed, 0u);
}

TEST_F(Tcp, CountsAnUnfinishedCountedFrame) {
  begin(loopback());
  {
    const auto client = dial();
    send_text(client, "100 <30>cut off");
  }
  ASSERT_TRUE(run_until([this] { return source->counters().malformed == 1; }));
  EXPECT_EQ(source->counters().lines, 0u);
}

TEST_F(Tcp, CutsOverlongLinesAndGoesOn) {
  auto options = loopback();
  options.max_line = 64;
  begin(options);
  const auto client = dial();
  send_text(client, "<30>" + std::string(100'000, 'x') + "\n<30>next\n" + "200 <30>" + std::string(196, 'y') + "<30>last\n");
  ASSERT_TRUE(run_until_lines(4));
  EXPECT_THAT(lines(), ElementsAre("<30>" + std::string(60, 'x'), "<30>next", "<30>" + std::string(60, 'y'), "<30>last"));
  EXPECT_EQ(dropped(DropReason::too_long), 2u);
}

TEST_F(Tcp, ClosesConnectionsBeyondTheLimit) {
  auto options = loopback();
  options.limits.connections = 2;
  begin(options);
  const auto a = dial();
  const auto b = dial();
  const auto c = dial();
  ASSERT_TRUE(run_until_closed(c));
  EXPECT_EQ(dropped(DropReason::connection_limit), 1u);
  send_text(a, "<30>a\n");
  send_text(b, "<30>b\n");
  ASSERT_TRUE(run_until_lines(2));
  EXPECT_THAT(lines(), UnorderedElementsAre("<30>a", "<30>b"));
}

TEST_F(Tcp, TakesAnotherLimitWhileConnectionsAreOpen) {
  auto options = loopback();
  options.limits.connections = 1;
  Source& tcp = begin(options);
  const auto first = dial();
  send_text(first, "<30>first\n");
  ASSERT_TRUE(run_until_lines(1));
  tcp.limit_connections(2);
  const auto second = dial();
  send_text(second, "<30>second\n");
  ASSERT_TRUE(run_until_lines(2));
  ASSERT_TRUE(run_until_closed(dial()));
  send_text(first, "<30>goes on\n");
  ASSERT_TRUE(run_until_lines(3));
  EXPECT_EQ(dropped(DropReason::connection_limit), 1u);
}

TEST_F(Tcp, TakesANewConnectionWhenOneHasGone) {
  auto options = loopback();
  options.limits.connections = 1;
  begin(options);
  { send_text(dial(), "<30>first\n"); }
  ASSERT_TRUE(run_until_lines(1));
  run_what_is_ready();
  const auto second = dial();
  send_text(second, "<30>second\n");
  ASSERT_TRUE(run_until_lines(2));
  EXPECT_EQ(dropped(DropReason::connection_limit), 0u);
}

TEST_F(Tcp, ClosesIdleConnections) {
  auto options = loopback();
  options.limits.idle_timeout = std::chrono::milliseconds(30);
  begin(options);
  const auto client = dial();
  send_text(client, "<30>one\n");
  ASSERT_TRUE(run_until_closed(client));
  EXPECT_EQ(source->counters().lines, 1u);
}

TEST_F(Tcp, LimitsTheConnectionsOfOneAddress) {
  auto options = loopback();
  options.limits.connections_per_address = 1;
  begin(options);
  auto first = dial("127.0.0.2");
  const auto second = dial("127.0.0.2");
  ASSERT_TRUE(run_until_closed(second));
  EXPECT_EQ(dropped(DropReason::address_limit), 1u);
  send_text(dial("127.0.0.3"), "<30>other\n");
  ASSERT_TRUE(run_until_lines(1));
  first.reset();
  run_what_is_ready();
  const auto third = dial("127.0.0.2");
  send_text(third, "<30>third\n");
  ASSERT_TRUE(run_until_lines(2));
  EXPECT_EQ(dropped(DropReason::address_limit), 1u);
}

TEST_F(Tcp, TakesALineWhoseSenderFellSilentAndKeepsTheConnection) {
  auto options = loopback();
  options.limits.frame_timeout = std::chrono::milliseconds(40);
  begin(options);
  const auto client = dial();
  send_text(client, "<30>one");
  ASSERT_TRUE(run_until_lines(1));
  send_text(client, "\n<30>two\n");
  ASSERT_TRUE(run_until_lines(2));
  EXPECT_THAT(lines(), ElementsAre("<30>one", "<30>two"));
  EXPECT_EQ(dropped(DropReason::slow_sender), 0u);
}

TEST_F(Tcp, ClosesAConnectionThatOwesTheRestOfACountedFrame) {
  auto options = loopback();
  options.limits.frame_timeout = std::chrono::milliseconds(40);
  begin(options);
  const auto client = dial();
  send_text(client, "9 <30>whole20 <30>part");
  ASSERT_TRUE(run_until_closed(client));
  EXPECT_THAT(lines(), ElementsAre("<30>whole"));
  EXPECT_EQ(dropped(DropReason::slow_sender), 1u);
  EXPECT_EQ(source->counters().malformed, 1u);
}

TEST_F(Tcp, ClosesASenderThatDripsALine) {
  auto options = loopback();
  options.limits.frame_timeout = std::chrono::milliseconds(400);
  begin(options);
  const auto client = dial();
  std::uint64_t sent = 0;
  const auto drip = [&] {
    char byte = 0;
    if (::recv(client.get(), &byte, 1, MSG_DONTWAIT) == 0) return true;
    if (source->counters().bytes == sent && ::send(client.get(), "x", 1, MSG_NOSIGNAL) == 1) ++sent;
    return false;
  };
  ASSERT_TRUE(run_until(drip));
  EXPECT_EQ(dropped(DropReason::slow_sender), 1u);
  EXPECT_LE(source->counters().lines, 1u);
}

TEST_F(Tcp, ReadsNothingWhilePausedAndAllOfItAfterwards) {
  begin(loopback());
  const auto client = dial();
  send_text(client, "<30>one\n");
  ASSERT_TRUE(run_until_lines(1));
  source->pause();
  send_text(client, "<30>two\n");
  const auto late = dial();
  send_text(late, "<30>late\n");
  run_what_is_ready();
  EXPECT_EQ(received.size(), 1u);
  source->resume();
  ASSERT_TRUE(run_until_lines(3));
  send_text(client, "<30>three\n");
  ASSERT_TRUE(run_until_lines(4));
}

TEST_F(Tcp, DoesNotTakeItsOwnPauseForIdleness) {
  auto options = loopback();
  options.limits.idle_timeout = std::chrono::milliseconds(60);
  begin(options);
  const auto client = dial();
  send_text(client, "<30>one\n");
  after_each = [this] { source->pause(); };
  ASSERT_TRUE(run_until_lines(1));
  after_each = nullptr;
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(300);
  send_text(client, "<30>two\n");
  ASSERT_TRUE(run_until([&] { return std::chrono::steady_clock::now() > end; }));
  EXPECT_EQ(dropped(DropReason::idle_timeout), 0u);
  source->resume();
  ASSERT_TRUE(run_until_lines(2));
}

TEST_F(Tcp, CountsFramesThatAreOutOfStep) {
  begin(loopback());
  const auto client = dial();
  send_text(client, "7 <30>whole9 <30>whole");
  ASSERT_TRUE(run_until_lines(3));
  EXPECT_THAT(lines(), ElementsAre("<30>who", "le", "<30>whole"));
  EXPECT_EQ(source->counters().malformed, 1u);
}

TEST_F(Tcp, TellsWhyButNotTooOften) {
  std::vector<std::string> said;
  auto options = loopback();
  options.limits.connections = 1;
  options.limits.notice = [&said](const std::string& sentence) { said.push_back(sentence); };
  begin(options);
  const auto first = dial();
  const auto second = dial();
  const auto third = dial();
  ASSERT_TRUE(run_until_closed(second));
  ASSERT_TRUE(run_until_closed(third));
  EXPECT_THAT(said, ElementsAre("source 'routers': connection of 127.0.0.1 closed: there are 1 already"));
}

TEST_F(Tcp, OutlivesAResetConnection) {
  begin(loopback());
  {
    const auto client = dial();
    send_text(client, "<30>half a line");
    ASSERT_TRUE(run_until_bytes(15));
    const linger at_once{1, 0};  // close() then sends RST
    ::setsockopt(client.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }
  ASSERT_TRUE(run_until([this] { return source->counters().malformed == 1; }));
  const auto next = dial();
  send_text(next, "<30>next\n");
  ASSERT_TRUE(run_until_lines(1));
  EXPECT_THAT(lines(), ElementsAre("<30>next"));
}

TEST_F(Tcp, IsSilentAfterItsSinkStoppedIt) {
  begin(loopback());
  after_each = [this] { source->stop(); };
  const auto client = dial();
  send_text(client, "<30>one\n<30>two\n");
  ASSERT_TRUE(run_until_lines(1));
  run_what_is_ready();
  EXPECT_THAT(lines(), ElementsAre("<30>one"));
}

TEST_F(Tcp, SpeaksIPv6) {
  auto options = loopback();
  options.address = "::1";
  source = make_source(options, sink());
  if (source->start(loop).has_error()) GTEST_SKIP() << "no IPv6 on this host";
  sockaddr_in6 to{};
  to.sin6_family = AF_INET6;
  to.sin6_addr = in6addr_loopback;
  to.sin6_port = htons(source->local_endpoint().port);
  const Fd client(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ASSERT_EQ(::connect(client.get(), reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
  send_text(client, "<30>six\n");
  ASSERT_TRUE(run_until_lines(1));
  EXPECT_EQ(received[0].sender, "::1");
}

/// Lets the process open no further descriptor, until destroyed.
class NoDescriptorLeft {
 public:
  NoDescriptorLeft() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const Fd probe(::dup(0));
    const rlimit none{static_cast<rlim_t>(probe.get()), before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &none);
  }
  ~NoDescriptorLeft() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  NoDescriptorLeft(const NoDescriptorLeft&) = delete;
  NoDescriptorLeft& operator=(const NoDescriptorLeft&) = delete;

 private:
  rlimit before_{};
};

TEST_F(Tcp, WaitsWhenNoDescriptorIsLeftAndServesOldConnections) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "the sanitizer's check of virtual calls opens a pipe, for which no descriptor is left either";
#endif
  begin(loopback());
  const auto old = dial();
  send_text(old, "<30>before\n");
  ASSERT_TRUE(run_until_lines(1));
  const auto late = dial();
  send_text(late, "<30>late\n");
  {
    const NoDescriptorLeft empty;
    ASSERT_TRUE(run_until([this] { return !source->counters().up; }));
    send_text(old, "<30>meanwhile\n");
    ASSERT_TRUE(run_until_lines(2));
  }
  ASSERT_TRUE(run_until_lines(3));
  EXPECT_THAT(lines(), ElementsAre("<30>before", "<30>meanwhile", "<30>late"));
  EXPECT_TRUE(source->counters().up);
  EXPECT_GE(dropped(DropReason::connection_limit), 1u);
}

}  // namespace
}  // namespace ikewatch::source
