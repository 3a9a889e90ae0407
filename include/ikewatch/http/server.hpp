// A small HTTP/1.1 server for status and metrics. Role: requests -> the handler that app gives -> responses.
// Ownership: the caller owns the Server and destroys it before the io_context. Threads: everything, the handler included, runs on
// the thread that runs the io_context.
#pragma once

#include <ikewatch/base/result.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace boost::asio {
class io_context;
}

namespace ikewatch::http {

enum class Method : std::uint8_t { get, post, remove };  // HEAD is get

struct Request {
  std::string_view path;   // decoded, without query
  std::string_view query;  // as sent, without '?'
  Method method = Method::get;
  std::string_view body{};           // at most 16 KiB
  std::string_view authorization{};  // the field of that name, RFC 9110 section 11.6.2
};

struct Response {
  unsigned status = 200;
  std::string type = "text/plain; charset=utf-8";
  std::string body;
  std::vector<std::pair<std::string, std::string>> fields = {};  // more of the header
  bool stream = false;  // the body is only its begin; what publish() is given follows, until either end hangs up
};

using Handler = std::function<Response(const Request&)>;

struct Options {
  std::string address = "127.0.0.1";              // numeric
  std::uint16_t port = 10097;                     // 0: the kernel chooses
  std::size_t max_connections = 256;              // more are closed at once
  std::size_t max_streams = 64;                   // more are answered with 503
  std::size_t stream_backlog = 1024 * 1024;       // more bytes that wait for a slow reader are what it is hung up on for
  std::chrono::milliseconds request_time{10000};  // for a request, for its answer, and between two requests
};

/// GET, HEAD, POST and DELETE; headers up to 8 KiB, bodies up to 16 KiB, a limited time for each request. Listens as soon as it
/// is made.
class Server {
 public:
  static Result<std::unique_ptr<Server>> start(boost::asio::io_context& context, Options options, Handler handler);
  virtual ~Server() = default;
  /// Sends `text` to every stream. A reader that does not keep up is hung up on.
  virtual void publish(std::string_view text) = 0;
  /// Whether anybody would read that.
  [[nodiscard]] virtual bool has_streams() const = 0;
  /// Stops accepting and closes every connection.
  virtual void stop() = 0;
  /// `127.0.0.1:10097`, with the port that is really used.
  [[nodiscard]] virtual std::string endpoint() const = 0;
};

}  // namespace ikewatch::http
