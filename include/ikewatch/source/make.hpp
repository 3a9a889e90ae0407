// Makes the sources from plain options. Role: configuration -> Source. Ownership: the caller owns what is returned.
// Threads: see source.hpp.
#pragma once

#include <ikewatch/source/source.hpp>
#include <ikewatch/source/tls.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ikewatch::source {

/// Bytes of a line that are kept when nothing else is said; RFC 5424 section 6.1 asks receivers for 2048.
inline constexpr std::size_t default_max_line = 8192;

/// Several sockets at one port, each in a Source of its own, perhaps on different threads (SO_REUSEPORT). The kernel chooses by
/// the sender's address alone, so what one sender says stays in order. Start number 0 first and the last one last.
struct UdpShare {
  unsigned index = 0;  // below count
  unsigned count = 1;
};

/// Syslog over UDP (RFC 5426). `address` is numeric; "::" takes IPv4 too. Port 0: the kernel chooses, see local_endpoint().
struct UdpOptions {
  std::string name{};
  std::string address = "0.0.0.0";
  std::uint16_t port = 0;
  int opened = -1;                        // a bound datagram socket to use instead, which stays open; unix ones too
  std::size_t receive_buffer = 8u << 20;  // bytes; the kernel's rmem_max bounds it where CAP_NET_ADMIN is missing
  std::size_t max_line = default_max_line;
  UdpShare share{};
  /// Told in one sentence where the kernel grants less than `receive_buffer`. May be empty.
  std::function<void(const std::string&)> notice{};
};

/// Syslog over a unix datagram socket. A socket file that nobody listens on is replaced; one's own is removed by stop().
struct UnixOptions {
  std::string name{};
  std::string path{};
  unsigned mode = 0660;
  std::size_t receive_buffer = 1u << 20;
  std::size_t max_line = default_max_line;
};

/// Bounds on what the senders of one listener may do. 0 is no bound.
struct StreamLimits {
  std::size_t connections = 1024;
  std::size_t connections_per_address = 0;  // not for unix sockets
  /// Long, since most senders notice too late that they were hung up on, and lose what they sent meanwhile. Ends that died are
  /// found out within minutes (TCP keepalive).
  std::chrono::milliseconds idle_timeout = std::chrono::hours(24);
  std::chrono::milliseconds frame_timeout = std::chrono::minutes(1);  // from a frame's first byte to its last
  /// Told why a connection was refused, in one sentence, a few times a minute at most. May be empty.
  std::function<void(const std::string&)> notice{};
};

/// Syslog over TCP (RFC 6587, both framings), within TLS (RFC 5425) where `tls` is given.
struct TcpOptions {
  std::string name{};
  std::string address = "0.0.0.0";
  std::uint16_t port = 0;
  std::optional<TlsOptions> tls{};
  StreamLimits limits{};
  std::size_t max_line = default_max_line;
};

/// Syslog over a unix stream socket, framed as over TCP. For the socket file see UnixOptions.
struct UnixStreamOptions {
  std::string name{};
  std::string path{};
  unsigned mode = 0660;
  StreamLimits limits{};
  std::size_t max_line = default_max_line;
};

/// Syslog over sockets that whoever started us has opened (sd_listen_fds_with_names(3)): all that have this name, UDP, TCP or
/// unix, as each of them turns out to be. `tls` is for TCP; beside it there may be no other.
struct FdOptions {
  std::string name{};
  std::string descriptor{};  // FileDescriptorName= of the socket unit
  std::optional<TlsOptions> tls{};
  StreamLimits limits{};
  std::size_t receive_buffer = 8u << 20;
  std::size_t max_line = default_max_line;
};

/// A text file that grows and is rotated (by renaming or by copying and truncating); or all that a pattern of glob(7) names, at
/// most 256 at a time, compressed ones left out. Of those, what is there at the start is read as `from_start` says, what comes
/// later from its beginning.
struct FileOptions {
  std::string name{};
  std::string path{};
  std::string from_position{};  // what position() gave; empty: none was stored
  bool from_start = false;      // with no position: read what is already there, instead of what comes
  std::chrono::milliseconds poll = std::chrono::milliseconds(250);
  std::size_t max_line = default_max_line;
};

/// The systemd journal: entries of these units or these identifiers. `_SYSTEMD_UNIT` cannot be forged, SYSLOG_IDENTIFIER can, by
/// any local user.
struct JournalOptions {
  std::string name{};
  std::vector<std::string> units{};
  std::vector<std::string> identifiers{};
  std::string directory{};   // of *.journal files; empty: this host's journal
  std::string name_space{};  // a journal namespace; empty: the default one
  std::string cursor{};      // what position() gave; empty: none was stored
  bool from_start = false;
  std::string own_unit = "ikewatch.service";  // its entries are never input, lest what we log feeds us
  std::size_t max_line = default_max_line;
};

/// Names of all sockets that whoever started us has opened, each once.
std::vector<std::string> inherited_names();

std::unique_ptr<Source> make_source(UdpOptions options, Sink sink);
std::unique_ptr<Source> make_source(UnixOptions options, Sink sink);
std::unique_ptr<Source> make_source(TcpOptions options, Sink sink);
std::unique_ptr<Source> make_source(UnixStreamOptions options, Sink sink);
std::unique_ptr<Source> make_source(FdOptions options, Sink sink);
std::unique_ptr<Source> make_source(FileOptions options, Sink sink);
std::unique_ptr<Source> make_source(JournalOptions options, Sink sink);

}  // namespace ikewatch::source
