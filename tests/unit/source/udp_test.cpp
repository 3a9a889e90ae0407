#include <gmock/gmock.h>

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
