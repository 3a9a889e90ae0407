// Answers that go on: what is published reaches every reader, and none of them can hold the server up.
#include "server_fixture.hpp"

namespace ikewatch::http {
namespace {

const std::string stream_request = "GET /stream HTTP/1.1\r\nHost: test\r\n\r\n";

class AStream : public AServer {
 protected:
  /// A reader that has seen the begin.
  std::unique_ptr<Client> reader() {
    auto made = std::make_unique<Client>(context_, port_);
    made->send(stream_request);
    const auto begin = made->read_until("begin\n");
    EXPECT_TRUE(begin && begin->starts_with("HTTP/1.1 200 OK\r\n"));
    EXPECT_TRUE(begin && begin->find("Content-Length") == std::string::npos) << "it has no end that is known";
    return made;
  }
};

TEST_F(AStream, BringsWhatIsPublishedToEveryReader) {
  EXPECT_FALSE(server_->has_streams());
  const auto one = reader();
  const auto two = reader();
  ASSERT_TRUE(run_until(context_, [&] { return server_->has_streams(); }));
  server_->publish("first\n");
  server_->publish("second\n");
  EXPECT_EQ(one->read_until("second\n"), "first\nsecond\n");
  EXPECT_EQ(two->read_until("second\n"), "first\nsecond\n");
}

TEST_F(AStream, IsForgottenWhenItsReaderGoes) {
  auto one = reader();
  ASSERT_TRUE(run_until(context_, [&] { return server_->has_streams(); }));
  one.reset();
  EXPECT_TRUE(run_until(context_, [&] { return !server_->has_streams(); }));
  server_->publish("nobody reads this\n");
}

TEST_F(AStream, HangsUpOnAReaderThatDoesNotKeepUp) {
  start({.stream_backlog = 1000});
  const auto slow = reader();
  ASSERT_TRUE(run_until(context_, [&] { return server_->has_streams(); }));
  for (int i = 0; i < 2; ++i) server_->publish(std::string(1001, 'x'));  // one that is being sent, one that waits
  EXPECT_TRUE(server_->has_streams());
  server_->publish("too much");
  EXPECT_FALSE(server_->has_streams());
  EXPECT_FALSE(slow->read_until("too much"));
}

TEST_F(AStream, BringsAPieceThatIsLongerThanTheBacklog) {
  start({.stream_backlog = 1000});
  const auto quick = reader();
  ASSERT_TRUE(run_until(context_, [&] { return server_->has_streams(); }));
  server_->publish(std::string(5000, 'x') + "end");
  EXPECT_TRUE(quick->read_until("end"));
}

TEST_F(AStream, IsRefusedBeyondTheLimit) {
  start({.max_streams = 1});
  const auto first = reader();
  ASSERT_TRUE(run_until(context_, [&] { return server_->has_streams(); }));
  auto second = client();
  second.send(stream_request);
  const auto answer = second.receive();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->result_int(), 503U);
  EXPECT_EQ(client().get("/metrics")->result_int(), 200U) << "others are served";
}

TEST_F(AStream, HasAHeaderAloneForHead) {
  auto me = client();
  me.send("HEAD /stream HTTP/1.1\r\nHost: test\r\n\r\n");
  EXPECT_TRUE(me.read_until("\r\n\r\n"));
  EXPECT_FALSE(server_->has_streams());
}

TEST_F(AStream, EndsWithTheServer) {
  const auto one = reader();
  ASSERT_TRUE(run_until(context_, [&] { return server_->has_streams(); }));
  server_->stop();
  EXPECT_FALSE(one->read_until("x"));
  EXPECT_FALSE(server_->has_streams());
}

}  // namespace
}  // namespace ikewatch::http
