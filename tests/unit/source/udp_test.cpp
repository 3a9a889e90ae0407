#include <gmock/gmock.h>

#include <map>
#include <set>

#include "live_fixture.hpp"

namespace ikewatch::source {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

UdpOptions loopback() { return {.name = "routers", .address = "127.0.0.1"}; }

class Udp : public LiveFixture {};

TEST_F(Udp, DeliversOneLinePerDatagram) {
  const auto& udp = begin(loopback());
  const auto sender = connected(SOCK_DGRAM, udp.local_endpoint());
  send_text(sender, "<30>racoon: INFO: one");
  send_text(sender, "<30>racoon: INFO: two");
  ASSERT_TRUE(run_until_lines(2));
  EXPECT_THAT(lines(), ElementsAre("<30>racoon: INFO: one", "<30>racoon: INFO: two"));
}

TEST_F(Udp, NamesEachSenderByItsAddress) {
  const auto& udp = begin(loopback());
  send_text(connected(SOCK_DGRAM, udp.local_endpoint(), "127.0.0.2"), "a");
  send_text(connected(SOCK_DGRAM, udp.local_endpoint(), "127.0.0.3"), "b");
  ASSERT_TRUE(run_until_lines(2));
  EXPECT_EQ(received[0].sender, "127.0.0.2");
  EXPECT_EQ(received[1].sender, "127.0.0.3");
}

TEST_F(Udp, ShowsMappedSendersAsIPv4) {
  auto options = loopback();
  options.address = "::";
  const auto& udp = begin(options);
  send_text(connected(SOCK_DGRAM, {"127.0.0.1", udp.local_endpoint().port}), "a");
  ASSERT_TRUE(run_until_lines(1));
  EXPECT_EQ(received[0].sender, "127.0.0.1");
}

TEST_F(Udp, SplitsDatagramsAtLineFeeds) {
  const auto& udp = begin(loopback());
  send_text(connected(SOCK_DGRAM, udp.local_endpoint()), "one\r\n\ntwo\n\nthree");
  ASSERT_TRUE(run_until_lines(3));
  EXPECT_THAT(lines(), ElementsAre("one", "two", "three"));
}

/// Senders that never pause are looked at once in a while, and what comes when they do pause is not left lying.
TEST_F(Udp, TakesAStreamOfDatagramsAndTheOneBehindIt) {
  constexpr std::size_t many = 200;
  const auto& udp = begin(loopback());
  const auto sender = connected(SOCK_DGRAM, udp.local_endpoint());
  for (std::size_t round = 1; round <= 5; ++round) {
    for (std::size_t i = 0; i < many; ++i) send_text(sender, "line");
    ASSERT_TRUE(run_until_lines(round * (many + 1) - 1));
    send_text(sender, "last");
    ASSERT_TRUE(run_until_lines(round * (many + 1)));
    EXPECT_EQ(lines().back(), "last");
  }
}

TEST_F(Udp, IgnoresEmptyDatagrams) {
  const auto& udp = begin(loopback());
  const auto sender = connected(SOCK_DGRAM, udp.local_endpoint());
  for (const std::string_view text :
       {std::string_view(""), std::string_view("\n"), std::string_view("\0", 1), std::string_view("end")}) {
    send_text(sender, text);
  }
  ASSERT_TRUE(run_until_lines(1));
  EXPECT_THAT(lines(), ElementsAre("end"));
  EXPECT_EQ(udp.counters().lines, 1u);
  EXPECT_EQ(udp.counters().bytes, 5u);
}

TEST_F(Udp, CutsLongLinesAndCountsThem) {
  auto options = loopback();
  options.max_line = 64;
  const auto& udp = begin(options);
  send_text(connected(SOCK_DGRAM, udp.local_endpoint()), std::string(65, 'x') + "\n" + std::string(64, 'y'));
  ASSERT_TRUE(run_until_lines(2));
  EXPECT_THAT(lines(), ElementsAre(std::string(64, 'x'), std::string(64, 'y')));
  EXPECT_EQ(dropped(DropReason::too_long), 1u);
}

TEST_F(Udp, ReadsTheLargestDatagramWhole) {
  auto options = loopback();
  options.max_line = 65536;
  const auto& udp = begin(options);
  send_text(connected(SOCK_DGRAM, udp.local_endpoint()), std::string(65507, 'x'));
  ASSERT_TRUE(run_until_lines(1));
  EXPECT_EQ(received[0].raw.size(), 65507u);
  EXPECT_EQ(dropped(DropReason::too_long), 0u);
}

TEST_F(Udp, TakesMoreThanOneWakeUpCanHold) {
  const auto& udp = begin(loopback());
  const auto sender = connected(SOCK_DGRAM, udp.local_endpoint());
  for (int i = 0; i < 500; ++i) send_text(sender, "line " + std::to_string(i));
  ASSERT_TRUE(run_until_lines(500));
  EXPECT_EQ(received[499].raw, "line 499");
}

TEST_F(Udp, LetsOthersRunBetweenItsWakeUps) {
  const auto& udp = begin(loopback());
  const auto sender = connected(SOCK_DGRAM, udp.local_endpoint());
  for (int i = 0; i < 400; ++i) send_text(sender, "x");
  loop.restart();
  loop.poll_one();
  EXPECT_EQ(received.size(), 256u);
}

TEST_F(Udp, CountsWhatTheKernelDropped) {
  auto options = loopback();
  options.receive_buffer = 4096;
  const auto& udp = begin(options);
  const auto sender = connected(SOCK_DGRAM, udp.local_endpoint());
  constexpr std::size_t sent = 200;
  for (std::size_t i = 0; i < sent; ++i) send_text(sender, std::string(400, 'x'));
  ASSERT_TRUE(run_until_lines(1));
  run_what_is_ready();
  const auto arrived = received.size();
  ASSERT_LT(arrived, sent);
  send_text(sender, "the next one tells");
  ASSERT_TRUE(run_until_lines(arrived + 1));
  EXPECT_EQ(dropped(DropReason::kernel_buffer), sent - arrived);
  EXPECT_EQ(received.back().lost, sent - arrived);
}

TEST_F(Udp, CountsWhatTheKernelDroppedBehindTheLastDatagramToo) {
  auto options = loopback();
  options.receive_buffer = 4096;
  const auto& udp = begin(options);
  const auto sender = connected(SOCK_DGRAM, udp.local_endpoint());
  constexpr std::size_t sent = 200;
  for (std::size_t i = 0; i < sent; ++i) send_text(sender, std::string(400, 'x'));
  ASSERT_TRUE(run_until([this] { return dropped(DropReason::kernel_buffer) > 0; }));
  EXPECT_EQ(received.size() + dropped(DropReason::kernel_buffer), sent);
  EXPECT_GE(received.size(), 1u);
}

TEST_F(Udp, LeavesDatagramsToTheKernelWhileItIsPaused) {
  const auto& udp = begin(loopback());
  source->pause();
  const auto sender = connected(SOCK_DGRAM, udp.local_endpoint());
  for (int i = 0; i < 100; ++i) send_text(sender, std::to_string(i));
  run_what_is_ready();
  EXPECT_TRUE(received.empty());
  EXPECT_TRUE(udp.counters().up);
  source->resume();
  ASSERT_TRUE(run_until_lines(100));
  EXPECT_EQ(received[99].raw, "99");
  source->pause();
  source->resume();  // before anything came
  send_text(sender, "more");
  EXPECT_TRUE(run_until_lines(101));
}

TEST_F(Udp, StopsBehindTheDatagramAtWhichItsSinkPausesIt) {
  const auto& udp = begin(loopback());
  const auto sender = connected(SOCK_DGRAM, udp.local_endpoint());
  for (int i = 0; i < 200; ++i) send_text(sender, std::to_string(i));
  after_each = [this] {
    if (received.size() == 1) source->pause();
  };
  ASSERT_TRUE(run_until_lines(1));
  run_what_is_ready();
  EXPECT_EQ(received.size(), 1u);
  source->resume();
  ASSERT_TRUE(run_until_lines(200));
  EXPECT_EQ(received[1].raw, "1");
  EXPECT_EQ(received[199].raw, "199");
}

TEST_F(Udp, CountsWhatItHasReadButNotDeliveredWhenItIsStopped) {
  const auto& udp = begin(loopback());
  const auto sender = connected(SOCK_DGRAM, udp.local_endpoint());
  for (int i = 0; i < 10; ++i) send_text(sender, std::to_string(i));
  after_each = [this] { source->pause(); };
  ASSERT_TRUE(run_until_lines(1));
  source->stop();
  EXPECT_EQ(dropped(DropReason::kernel_buffer), 9u);
}

TEST_F(Udp, DropsAndCountsWhileItIsPausedForLong) {
  auto options = loopback();
  options.receive_buffer = 4096;
  const auto& udp = begin(options);
  source->pause();
  const auto sender = connected(SOCK_DGRAM, udp.local_endpoint());
  for (int i = 0; i < 200; ++i) send_text(sender, std::string(400, 'x'));
  source->resume();
  EXPECT_TRUE(run_until([this] { return received.size() + dropped(DropReason::kernel_buffer) == 200; }));
  EXPECT_GT(dropped(DropReason::kernel_buffer), 0u);
}

class SharedUdp : public LiveFixture, public ::testing::WithParamInterface<const char*> {
 protected:
  static constexpr unsigned parts = 3;

  void open() {
    UdpOptions options{.name = "routers", .address = GetParam()};
    for (unsigned i = 0; i < parts; ++i) {
      options.share = {i, parts};
      sources.push_back(make_source(options, [this, i](const Source&, const Delivery& delivery) {
        ++count;
        by_sender[std::string(delivery.sender)].emplace_back(i, std::string(delivery.line));
      }));
      const auto started = sources.back()->start(loop);
      ASSERT_FALSE(started.has_error()) << started.error().what;
      options.port = sources.front()->local_endpoint().port;
    }
  }

  std::vector<std::unique_ptr<Source>> sources;
  std::size_t count = 0;
  std::map<std::string, std::vector<std::pair<unsigned, std::string>>> by_sender;  // which of the sockets, and what
};

TEST_P(SharedUdp, KeepsWhatOneSenderSaysTogetherWhateverItsPort) {
  open();
  const LocalEndpoint to{"127.0.0.1", sources.front()->local_endpoint().port};
  for (int turn = 0; turn < 20; ++turn) {
    for (int sender = 1; sender <= 30; ++sender)
      send_text(connected(SOCK_DGRAM, to, "127.0.0." + std::to_string(sender)), std::to_string(turn));
  }
  ASSERT_TRUE(run_until([this] { return count == 600; }));
  std::set<unsigned> used;
  ASSERT_EQ(by_sender.size(), 30u);
  for (const auto& [sender, heard] : by_sender) {
    ASSERT_EQ(heard.size(), 20u);
    used.insert(heard.front().first);
    for (std::size_t i = 0; i < heard.size(); ++i) {
      EXPECT_EQ(heard[i], std::pair(heard.front().first, std::to_string(i))) << sender;
    }
  }
  EXPECT_EQ(used.size(), parts) << "30 senders are spread over all sockets";
}

TEST_P(SharedUdp, IsNotSharedWithOthers) {
  open();
  UdpOptions alone{.name = "second", .address = GetParam(), .port = sources.front()->local_endpoint().port};
  EXPECT_TRUE(make_source(alone, [](const Source&, const Delivery&) {})->start(loop).has_error());
  alone.share = {0, 2};
  EXPECT_TRUE(make_source(alone, [](const Source&, const Delivery&) {})->start(loop).has_error());
}

INSTANTIATE_TEST_SUITE_P(Of, SharedUdp, ::testing::Values("127.0.0.1", "0.0.0.0", "::"), [](const auto& test) {
  return std::string(test.param) == "::" ? "both" : test.param[0] == '1' ? "one" : "all";
});

TEST(SharedUdpOverIPv6, ChoosesByTheWholeAddress) {
  // Loopback has one IPv6 address only, so nothing can be seen here but that the filter lets its datagrams through.
  boost::asio::io_context loop;
  int heard = 0;
  std::vector<std::unique_ptr<Source>> sources;
  UdpOptions options{.name = "six", .address = "::1"};
  for (unsigned i = 0; i < 2; ++i) {
    options.share = {i, 2};
    sources.push_back(make_source(options, [&](const Source&, const Delivery&) { ++heard; }));
    ASSERT_FALSE(sources.back()->start(loop).has_error());
    options.port = sources.front()->local_endpoint().port;
  }
  sockaddr_in6 to{};
  to.sin6_family = AF_INET6;
  to.sin6_addr = in6addr_loopback;
  to.sin6_port = htons(options.port);
  for (int i = 0; i < 10; ++i) {
    const Fd sender(::socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    ASSERT_EQ(::sendto(sender.get(), "x", 1, 0, reinterpret_cast<sockaddr*>(&to), sizeof to), 1);
  }
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(8);
  while (heard < 10 && std::chrono::steady_clock::now() < deadline) loop.run_one_for(std::chrono::milliseconds(50));
  EXPECT_EQ(heard, 10);
}

TEST_F(Udp, RefusesAnAddressThatIsTaken) {
  begin(loopback());
  auto options = loopback();
  options.port = source->local_endpoint().port;
  const auto second = make_source(options, sink());
  const auto started = second->start(loop);
  ASSERT_TRUE(started.has_error());
  EXPECT_THAT(started.error().what, HasSubstr("source 'routers': cannot bind udp://127.0.0.1:"));
  EXPECT_FALSE(second->counters().up);
}

TEST_F(Udp, RefusesANameForAnAddress) {
  auto options = loopback();
  options.address = "localhost";
  const auto started = make_source(options, sink())->start(loop);
  ASSERT_TRUE(started.has_error());
  EXPECT_THAT(started.error().what, HasSubstr("'localhost' is no IP address"));
}

TEST_F(Udp, IsSilentAfterItsSinkStoppedIt) {
  const auto& udp = begin(loopback());
  const auto sender = connected(SOCK_DGRAM, udp.local_endpoint());
  after_each = [this] { source->stop(); };
  for (int i = 0; i < 10; ++i) send_text(sender, "a\nb");
  ASSERT_TRUE(run_until_lines(1));
  run_what_is_ready();
  EXPECT_EQ(received.size(), 1u);
  EXPECT_FALSE(udp.counters().up);
}

TEST_F(Udp, StartsAgainAfterStop) {
  auto& udp = begin(loopback());
  udp.stop();
  ASSERT_FALSE(udp.start(loop).has_error());
  send_text(connected(SOCK_DGRAM, udp.local_endpoint()), "again");
  ASSERT_TRUE(run_until_lines(1));
  EXPECT_TRUE(udp.counters().up);
}

TEST_F(Udp, OutlivesAThrowingSink) {
  const auto& udp = begin(loopback());
  const auto sender = connected(SOCK_DGRAM, udp.local_endpoint());
  after_each = [] { throw std::runtime_error("no room left"); };
  send_text(sender, "one");
  send_text(sender, "two");
  ASSERT_TRUE(run_until_lines(2));
  ASSERT_TRUE(udp.problem());
  EXPECT_THAT(udp.problem()->what, HasSubstr("no room left"));
  EXPECT_TRUE(udp.counters().up);
}

TEST_F(Udp, LeavesNothingBehindOnTheLoop) {
  begin(loopback());
  source.reset();
  loop.restart();
  loop.run();  // returns only when no work is left
  EXPECT_TRUE(loop.stopped());
}

}  // namespace
}  // namespace ikewatch::source
