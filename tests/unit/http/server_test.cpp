#include "server_fixture.hpp"

namespace ikewatch::http {
namespace {

TEST_F(AServer, NamesTheEndpointThatItReallyUses) {
  EXPECT_TRUE(server_->endpoint().starts_with("127.0.0.1:"));
  EXPECT_NE(port_, 0);
}

TEST_F(AServer, AnswersGet) {
  const auto response = client().get("/metrics?x=1&y=%20");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->result_int(), 200U);
  EXPECT_EQ(response->body(), "{}");
  EXPECT_EQ((*response)["Content-Type"], "application/json");
  EXPECT_EQ((*response)["X-Content-Type-Options"], "nosniff");
  EXPECT_EQ((*response)["Cache-Control"], "no-store");
  EXPECT_EQ(asked_, std::vector<std::string>{"/metrics?x=1&y=%20"});
}

TEST_F(AServer, AnswersHeadWithTheLengthAndNoBody) {
  auto me = client();
  me.send("HEAD /big HTTP/1.1\r\nHost: test\r\n\r\n");
  const auto response = me.receive(true);
  ASSERT_TRUE(response);
  EXPECT_EQ(response->result_int(), 200U);
  EXPECT_EQ((*response)["Content-Length"], "3000000");
  EXPECT_EQ(me.get("/")->body(), "{}") << "the connection goes on behind the header";
}

TEST_F(AServer, HandsOnTheStatusOfTheHandler) {
  const auto response = client().get("/missing");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->result_int(), 404U);
  EXPECT_EQ(response->body(), "no such page\n");
}

TEST_F(AServer, RefusesOtherMethodsWithoutAskingTheHandler) {
  for (const char* method : {"OPTIONS", "PATCH", "PUT", "TRACE"}) {
    auto me = client();
    me.send(std::string(method) + " / HTTP/1.1\r\nHost: test\r\n\r\n");
    const auto response = me.receive();
    ASSERT_TRUE(response) << method;
    EXPECT_EQ(response->result_int(), 405U) << method;
    EXPECT_EQ((*response)["Allow"], "GET, HEAD") << method;
  }
  EXPECT_TRUE(asked_.empty());
}

TEST_F(AServer, HandsOnMethodBodyAndAuthorization) {
  auto me = client();
  me.send("POST /a HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer x\r\nContent-Length: 5\r\n\r\nhello");
  ASSERT_TRUE(me.receive());
  EXPECT_EQ(last_.method, Method::post);
  EXPECT_EQ(last_.body, "hello");
  EXPECT_EQ(last_.authorization, "Bearer x");
  me.send("DELETE /a/b HTTP/1.1\r\nHost: test\r\n\r\n");
  ASSERT_TRUE(me.receive());
  EXPECT_EQ(last_.method, Method::remove);
  EXPECT_EQ(last_.body + last_.authorization, "");
}

TEST_F(AServer, TakesNoBodyBeyond16KiB) {
  auto me = client();
  me.send("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 16385\r\n\r\n" + std::string(16385, 'x'));
  EXPECT_TRUE(me.is_closed());
  EXPECT_TRUE(asked_.empty());
}

TEST_F(AServer, UndoesPercentEncodingInThePathOnly) {
  auto me = client();
  for (const char* target : {"/api/v1/tunnels/gw%201/198.51.100.7", "/a%2Fb%c3%a9", "/bad%zz%4", "/q?a=%41"})
    EXPECT_TRUE(me.get(target));
  EXPECT_EQ(asked_, (std::vector<std::string>{"/api/v1/tunnels/gw 1/198.51.100.7?", "/a/b\xc3\xa9?", "/bad%zz%4?", "/q?a=%41"}));
}

TEST_F(AServer, AnswersManyRequestsOnOneConnection) {
  auto me = client();
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(me.get("/" + std::to_string(i)));
  EXPECT_EQ(asked_.size(), 50U);
}

TEST_F(AServer, AnswersRequestsThatCameInOnePacketInTheirOrder) {
  auto me = client();
  me.send("GET /missing HTTP/1.1\r\nHost: a\r\n\r\nGET /second HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(me.receive()->result_int(), 404U);
  EXPECT_EQ(me.receive()->result_int(), 200U);
}

TEST_F(AServer, ClosesWhenTheClientAsksForIt) {
  auto me = client();
  me.send("GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n");
  ASSERT_TRUE(me.receive());
  EXPECT_TRUE(me.is_closed());
  auto old = client();
  old.send("GET / HTTP/1.0\r\n\r\n");
  ASSERT_TRUE(old.receive());
  EXPECT_TRUE(old.is_closed());
}

TEST_F(AServer, SendsALongAnswerWhole) { EXPECT_EQ(client().get("/big")->body().size(), 3'000'000U); }

TEST_F(AServer, ClosesOnAHeaderThatIsTooLong) {
  auto me = client();
  me.send("GET / HTTP/1.1\r\nHost: test\r\nX-Long: " + std::string(9 * 1024, 'x') + "\r\n\r\n");
  EXPECT_TRUE(me.is_closed());
  EXPECT_TRUE(asked_.empty());
}

TEST_F(AServer, ClosesOnWhatIsNoHttp) {
  for (const char* text : {"\x16\x03\x01 hello\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "get me a page\r\n\r\n"}) {
    auto me = client();
    me.send(text);
    EXPECT_TRUE(me.is_closed()) << text;
  }
  EXPECT_TRUE(asked_.empty());
  EXPECT_TRUE(client().get("/"));
}

TEST_F(AServer, ClosesConnectionsBeyondItsLimitAndGoesOnWithTheOthers) {
  Options options;
  options.max_connections = 2;
  start(options);
  auto first = client();
  auto second = std::make_optional<Client>(context_, port_);
  ASSERT_TRUE(first.get("/1"));
  ASSERT_TRUE(second->get("/2"));
  EXPECT_TRUE(client().is_closed());
  EXPECT_TRUE(first.get("/3"));
  second.reset();
  context_.restart();
  context_.poll();  // the server sees that the second one left
  EXPECT_TRUE(client().get("/4"));
}

TEST_F(AServer, ClosesASlowClient) {
  Options options;
  options.request_time = 30ms;
  start(options);
  auto never = client();
  auto half = client();
  half.send("GET / HTTP/1.1\r\nHost: te");
  EXPECT_TRUE(never.is_closed());
  EXPECT_TRUE(half.is_closed());
  EXPECT_TRUE(asked_.empty());
}

TEST_F(AServer, StopsWhileConnectionsAreOpen) {
  auto first = client();
  auto second = client();
  ASSERT_TRUE(first.get("/1"));
  second.send("GET / HTTP/1.1\r\nHo");
  server_->stop();
  EXPECT_TRUE(first.is_closed());
  EXPECT_TRUE(second.is_closed());
  tcp::socket late(context_);
  beast::error_code error;
  late.connect({asio::ip::make_address("127.0.0.1"), port_}, error);
  EXPECT_TRUE(error);
  server_->stop();
}

TEST_F(AServer, MayBeStoppedByItsOwnHandler) {
  auto me = client();
  me.send("GET /stop HTTP/1.1\r\nHost: test\r\n\r\n");
  EXPECT_TRUE(me.is_closed());
}

TEST_F(AServer, RefusesAPortThatIsTaken) {
  Options options;
  options.port = port_;
  const auto second = Server::start(context_, options, [](const Request&) { return Response{}; });
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().what.find("127.0.0.1:" + std::to_string(port_)), std::string::npos) << second.error().what;
}

TEST(Server, RefusesAnAddressThatIsAName) {
  asio::io_context context;
  const auto server = Server::start(context, {"localhost", 0}, [](const Request&) { return Response{}; });
  ASSERT_FALSE(server);
  EXPECT_NE(server.error().what.find("not a numeric address"), std::string::npos);
}

TEST(Server, ListensOnIpv6WhereTheHostHasIt) {
  asio::io_context context;
  const auto server = Server::start(context, {"::1", 0}, [](const Request&) { return Response{}; });
  if (!server) GTEST_SKIP() << server.error().what;
  EXPECT_TRUE((*server)->endpoint().starts_with("[::1]:"));
}

}  // namespace
}  // namespace ikewatch::http
