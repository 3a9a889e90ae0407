// The server over real loopback sockets. Client and server share one io_context, so that nothing runs at the same time and nobody
// waits.
#pragma once

#include <ikewatch/http/server.hpp>

#include <gtest/gtest.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <algorithm>
#include <optional>

namespace ikewatch::http {

namespace asio = boost::asio;
namespace beast = boost::beast;
using tcp = asio::ip::tcp;
using Wire = beast::http::response<beast::http::string_body>;
using namespace std::chrono_literals;

/// Runs the loop until something is done; a loop that hangs fails the test.
template <class Done>
bool run_until(asio::io_context& context, const Done& done) {
  while (!done()) {
    context.restart();
    if (context.run_one_for(10s) == 0) return false;
  }
  return true;
}

class Client {
 public:
  Client(asio::io_context& context, std::uint16_t port) : context_(context), socket_(context) {
    socket_.connect({asio::ip::make_address("127.0.0.1"), port});
  }

  void send(std::string text) {
    std::optional<beast::error_code> sent;
    asio::async_write(socket_, asio::buffer(text), [&](beast::error_code error, std::size_t) { sent = error; });
    EXPECT_TRUE(run_until(context_, [&] { return sent.has_value(); }));
  }

  /// The next response; nothing when the server closed the connection instead.
  std::optional<Wire> receive(bool head = false) {
    beast::http::response_parser<beast::http::string_body> parser;
    parser.skip(head);
    std::optional<beast::error_code> got;
    beast::http::async_read(socket_, buffer_, parser, [&](beast::error_code error, std::size_t) { got = error; });
    EXPECT_TRUE(run_until(context_, [&] { return got.has_value(); }));
    if (!got || *got) return std::nullopt;
    return parser.release();
  }

  std::optional<Wire> get(const std::string& target) {
    send("GET " + target + " HTTP/1.1\r\nHost: test\r\n\r\n");
    return receive();
  }

  bool is_closed() { return !receive(); }

  /// Reads until `end` was seen; what was read, or nothing when the server closed the connection before.
  std::optional<std::string> read_until(const std::string& end) {
    std::optional<beast::error_code> got;
    std::string text;
    asio::async_read_until(socket_, asio::dynamic_buffer(text), end, [&](beast::error_code error, std::size_t) { got = error; });
    EXPECT_TRUE(run_until(context_, [&] { return got.has_value(); }));
    if (!got || *got) return std::nullopt;
    return text;
  }

 private:
  asio::io_context& context_;
  tcp::socket socket_;
  beast::flat_buffer buffer_;
};

class AServer : public ::testing::Test {
 protected:
  void SetUp() override { start({}); }
  void TearDown() override {
    server_.reset();
    context_.restart();
    context_.run_for(10s);
    EXPECT_TRUE(context_.stopped()) << "something is left in the loop";
  }

  void start(Options options) {
    server_.reset();
    options.port = 0;
    auto started = Server::start(context_, options, [this](const Request& request) { return answer(request); });
    ASSERT_TRUE(started) << started.error().what;
    server_ = std::move(*started);
    const auto endpoint = server_->endpoint();
    port_ = static_cast<std::uint16_t>(std::strtoul(endpoint.c_str() + endpoint.rfind(':') + 1, nullptr, 10));
  }

  Response answer(const Request& request) {
    last_ = {request.method, std::string(request.body), std::string(request.authorization)};
    asked_.push_back(std::string(request.path) + '?' + std::string(request.query));
    if (request.path == "/big") return {200, "text/plain", std::string(3'000'000, 'x')};
    if (request.path == "/stop") server_->stop();
    if (request.path == "/stream") return {200, "text/event-stream", "begin\n", {}, true};
    if (request.path.starts_with("/missing")) return {404, "text/plain; charset=utf-8", "no such page\n"};
    return {200, "application/json", "{}"};
  }

  Client client() { return {context_, port_}; }

  asio::io_context context_;
  std::unique_ptr<Server> server_;
  std::uint16_t port_ = 0;
  std::vector<std::string> asked_;
  struct {
    Method method = Method::get;
    std::string body;
    std::string authorization;
  } last_;
};

}  // namespace ikewatch::http
