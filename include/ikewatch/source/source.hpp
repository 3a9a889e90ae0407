// A live input of log lines. Role: sockets, files and the journal -> one Sink, line by line. Ownership: whoever made a Source
// owns it and destroys it before the io_context; the Sink is owned by the Source. Threads: everything, the Sink included, runs on
// the one thread that runs the io_context, and only name() and counters() may be called from another.
#pragma once

#include <ikewatch/base/result.hpp>
#include <ikewatch/base/time.hpp>
#include <ikewatch/syslog/record.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace boost::asio {
class io_context;
}

namespace ikewatch::source {

/// One line as it came in. All views are valid during the call of the Sink only.
struct Delivery {
  std::string_view line;                 // as it came, without its line end; empty where there is only a loss to tell
  std::optional<syslog::Record> record;  // where the source itself knows what the header says (journal); else it is not read yet
  std::string_view sender;               // IP address text of the far end; empty for local inputs
  WallTime received;                     // this host's clock when the line was read
  std::optional<WallTime> stamped;       // when the line was written, where the source itself vouches for it (journal)
  std::string_view host;                 // the host that the source vouches for (journal's _HOSTNAME); else empty
  std::uint64_t lost = 0;                // lines that are known to be missing right before this one, at least
};

/// Why something was not delivered, or not whole; the `reason` label of ikewatch_source_dropped_total.
enum class DropReason : std::uint8_t {
  kernel_buffer,     // datagrams that found the socket's receive buffer full (SO_RXQ_OVFL)
  too_long,          // lines of which only the beginning was delivered
  connection_limit,  // connections closed at once because there were too many; times when no file descriptor was left for more
  address_limit,     // connections closed at once because their address had too many
  idle_timeout,      // connections closed because nothing came for too long
  slow_sender,       // connections closed because a frame was not finished in time
  handshake_failed,  // connections that never came to speak TLS, or not in time
  unauthorised,      // connections refused for their certificate, or for having none
  gap,               // places where the stored reading position was gone, so that lines may be missing
  suppressed,        // lines that journald itself threw away (its rate limit)
  untrusted,         // journal entries under a watched name, written by a user other than root in no watched unit
};
std::string_view to_text(DropReason reason);

/// What the ikewatch_source_* metrics show. All numbers only grow until the Source is destroyed. Where there is a position(),
/// lines and bytes are of the same moment: neither counts the line that the Sink is just looking at.
struct Counters {
  std::uint64_t lines = 0;
  std::uint64_t bytes = 0;                      // as received, framing included
  std::uint64_t malformed = 0;                  // frames or entries that no line could be made of
  std::map<DropReason, std::uint64_t> dropped;  // every reason that this kind of source knows, from the start
  std::optional<WallTime> last_line;
  bool up = false;         // open and reading; false while a file does not exist
  bool caught_up = false;  // files and journals: all that was there has been read, once at least, or cannot be read now

  friend bool operator==(const Counters&, const Counters&) = default;
};

/// Where a source listens, as the kernel tells it. For unix sockets the path, without port. Empty while not open.
struct LocalEndpoint {
  std::string address;
  std::uint16_t port = 0;
};

class Source {
 public:
  Source() = default;
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;
  virtual ~Source() = default;

  /// Opens the input and reads until stop(). A Problem, and nothing started, where it cannot be opened. What goes wrong later
  /// makes `up` false and is tried again, after 250 ms at first and up to 30 s.
  virtual Result<void> start(boost::asio::io_context& loop) = 0;
  /// Where start() was refused because the input is not there (yet): goes on trying, like after a mistake.
  virtual void keep_trying(boost::asio::io_context& loop) = 0;
  /// Closes everything; the Sink is not called any more. The Sink may call this, but must not destroy the Source.
  virtual void stop() = 0;
  /// Reads nothing more until resume(): files and journals wait, a TCP sender finds its window full, the kernel drops datagrams
  /// and counts them. What was read before may still be delivered. Both may be called from the Sink.
  virtual void pause() = 0;
  virtual void resume() = 0;
  /// Reads anew what the options only name: certificates. Connections that are open go on as they began. On a Problem everything
  /// stays as it was.
  virtual Result<void> refresh() { return {}; }
  /// From now on at most so many connections are open at a time; those that are open stay. 0: any number. For listeners.
  virtual void limit_connections(std::size_t) {}

  [[nodiscard]] virtual const std::string& name() const = 0;
  [[nodiscard]] virtual Counters counters() const = 0;
  /// The mistake because of which `up` is false.
  [[nodiscard]] virtual const std::optional<Problem>& problem() const = 0;
  /// Where reading must go on after a restart, opaque; behind the last line for which the Sink has returned, also after stop().
  /// Empty for sockets, which cannot be read twice.
  [[nodiscard]] virtual std::string position() const = 0;
  [[nodiscard]] virtual LocalEndpoint local_endpoint() const = 0;
};

using Sink = std::function<void(const Source&, const Delivery&)>;

}  // namespace ikewatch::source
