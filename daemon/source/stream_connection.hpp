// One TCP connection of a syslog sender: bytes in, frames out. Role: owned by the TCP source, which closes it when told so.
// Ownership: owns its socket and its buffer (bounded by one frame). Threads: the io_context's one.
#pragma once

#include <ikewatch/syslog/framing.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "loop.hpp"

namespace ikewatch::source {

class TcpConnection {
 public:
  struct Events {
    /// One frame, possibly only its first max_line + 1 bytes. False: the source was stopped, and this connection abandoned.
    std::function<bool(const TcpConnection&, std::string_view frame)> frame;
    std::function<void(std::size_t bytes)> received;
    std::function<void()> malformed;  // a frame that the connection's end cut off
    /// The last call: the far end closed, was idle for too long, or the connection broke. The connection must be destroyed.
    std::function<void(TcpConnection&)> closed;
  };

  TcpConnection(boost::asio::io_context& loop, std::unique_ptr<Watch> watch, std::string sender, std::size_t max_line,
                std::chrono::milliseconds idle_timeout, const Events& events);

  [[nodiscard]] const std::string& sender() const { return sender_; }
  /// Closes the socket without any further event; the object may then be destroyed later.
  void abandon();

 private:
  enum class Reading { goes_on, drained, ended, broken, stopped };

  void wait();
  void read();
  Reading read_some();
  bool deliver(std::string_view bytes);
  void end(bool cleanly);
  void watch_idleness(std::chrono::steady_clock::duration wait);

  std::unique_ptr<Watch> watch_;
  Alarm idle_;
  std::string sender_;
  std::chrono::milliseconds idle_timeout_;
  const Events& events_;
  syslog::FrameSplitter frames_;
  std::chrono::steady_clock::time_point last_read_;
};

}  // namespace ikewatch::source
