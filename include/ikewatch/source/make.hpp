// Makes the sources from plain options. Role: configuration -> Source. Ownership: the caller owns what is returned.
// Threads: see source.hpp.
#pragma once

#include <ikewatch/source/source.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
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
  std::size_t receive_buffer = 8u << 20;  // bytes; the kernel's rmem_max bounds it where CAP_NET_ADMIN is missing
  std::size_t max_line = default_max_line;
  UdpShare share{};
};

/// Syslog over a unix datagram socket. A socket file that nobody listens on is replaced; one's own is removed by stop().
struct UnixOptions {
  std::string name{};
  std::string path{};
  unsigned mode = 0660;
  std::size_t receive_buffer = 1u << 20;
  std::size_t max_line = default_max_line;
};

/// Syslog over TCP (RFC 6587, both framings).
struct TcpOptions {
  std::string name{};
  std::string address = "0.0.0.0";
  std::uint16_t port = 0;
  std::size_t max_connections = 1024;
  std::chrono::milliseconds idle_timeout = std::chrono::hours(1);  // 0: never
  std::size_t max_line = default_max_line;
};

/// A text file that grows and is rotated (by renaming or by copying and truncating).
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

std::unique_ptr<Source> make_source(UdpOptions options, Sink sink);
std::unique_ptr<Source> make_source(UnixOptions options, Sink sink);
std::unique_ptr<Source> make_source(TcpOptions options, Sink sink);
std::unique_ptr<Source> make_source(FileOptions options, Sink sink);
std::unique_ptr<Source> make_source(JournalOptions options, Sink sink);

}  // namespace ikewatch::source
