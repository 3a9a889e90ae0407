// One connection of a syslog sender: bytes in, frames out. Role: owned by the source that accepted it, which closes it when told
// so. Ownership: owns its socket and its buffer (bounded by one frame). Threads: the io_context's one.
#pragma once

#include <ikewatch/syslog/framing.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "loop.hpp"
#include "stream.hpp"

namespace ikewatch::source {

class StreamConnection;

enum class Ending : std::uint8_t {
  closed,   // by the far end
  broken,   // by the network
  idle,     // nothing came for too long
  slow,     // a frame was not finished in time
  late,     // the handshake was not
  refused,  // in the handshake; see refusal()
};

/// What a connection tells, and whom it asks.
class ConnectionOwner {
 public:
  /// One frame, possibly only its first max_line + 1 bytes. False: the source was stopped, and this connection abandoned.
  virtual bool take_frame(const StreamConnection& from, std::string_view frame) = 0;
  virtual void count_bytes(std::size_t bytes) = 0;
  virtual void count_malformed(std::uint64_t frames) = 0;
  /// The last call; the connection must be destroyed.
  virtual void has_ended(StreamConnection& connection, Ending why) = 0;
  /// Whether connections wait with reading; resume() is called afterwards.
  [[nodiscard]] virtual bool holds_back() const = 0;

 protected:
  ~ConnectionOwner() = default;
};

/// How long a sender may take; 0: for ever.
struct Patience {
  std::chrono::milliseconds handshake{0};
  std::chrono::milliseconds frame{0};
  std::chrono::milliseconds idle{0};
};

class StreamConnection {
 public:
  StreamConnection(boost::asio::io_context& loop, std::unique_ptr<Watch> watch, std::unique_ptr<Stream> stream,
                   std::string sender, std::size_t max_line, Patience patience, ConnectionOwner& owner);

  [[nodiscard]] const std::string& sender() const { return sender_; }
  [[nodiscard]] const Stream::Refusal& refusal() const { return stream_->refusal(); }
  /// Reads again after holds_back().
  void resume();
  /// Closes the socket without any further call to the owner; the object may then be destroyed later.
  void abandon();

 private:
  using Clock = std::chrono::steady_clock;
  using State = Stream::State;

  void wait(State state);
  void wait(State state, std::size_t came);
  void go_on();
  template <class Step>
  void guarded(Step step);
  void open();
  void read();
  State read_some(std::size_t& came);
  bool deliver(std::string_view bytes);
  void end(Ending why);

  [[nodiscard]] Clock::time_point deadline() const;
  void watch_time();
  void on_time();
  void on_slow_frame();

  std::unique_ptr<Watch> watch_;
  std::unique_ptr<Stream> stream_;
  Alarm alarm_;
  Pace pace_;
  Clock::time_point alarm_at_ = Clock::time_point::max();
  std::string sender_;
  Patience patience_;
  ConnectionOwner& owner_;
  syslog::FrameSplitter frames_;
  std::uint64_t bad_frames_ = 0;  // of the splitter, told to the owner
  bool open_ = false;             // the handshake is over
  bool held_back_ = false;
  Clock::time_point began_;
  Clock::time_point last_read_;
  Clock::time_point frame_began_;  // the one that stands there without its end
};

}  // namespace ikewatch::source
