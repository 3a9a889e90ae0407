// Carries requests to receivers over HTTP and HTTPS. Role: outbox -> network; what became of each delivery comes back. Ownership:
// owns its connections; the caller destroys it before the io_context. Threads: everything, `done` included, runs on the thread
// that runs the io_context; names are looked up by a thread of Asio's own.
#pragma once

#include <ikewatch/notify/receiver.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace boost::asio {
class io_context;
}

namespace ikewatch::notify {

/// `detail` says in words why there was no answer; it holds no secret and no URL.
using Done = std::function<void(std::uint64_t ticket, const alert::Outcome& outcome, std::string_view detail)>;

class Sender {
 public:
  static std::unique_ptr<Sender> make(boost::asio::io_context& context, Done done);
  virtual ~Sender() = default;

  /// Takes new receivers and their secrets, in the same order. Problems where a certificate or key file is not usable: they name
  /// the file; the former receivers stay then. Requests that are under way go on.
  virtual Problems configure(std::vector<Receiver> receivers, std::vector<Secrets> secrets) = 0;
  /// Exactly one `done` follows, never before this returns. Certificates are verified, redirects are not followed, the
  /// environment's proxies are not used.
  virtual void send(const alert::Delivery& delivery, WallTime now) = 0;
  /// Ends every request; no `done` follows for those.
  virtual void stop() = 0;
};

/// The value of Retry-After: seconds or a date (RFC 9110 section 10.2.3). Nothing where it is neither, or in the past.
std::optional<alert::Duration> read_retry_after(std::string_view text, WallTime now);

}  // namespace ikewatch::notify
