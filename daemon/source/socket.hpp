// Opens listening sockets and reads addresses. Role: plain system calls under the network sources. Ownership: returns Fd.
// Threads: no shared state.
#pragma once

#include <ikewatch/base/result.hpp>
#include <ikewatch/source/source.hpp>

#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "fd.hpp"

namespace ikewatch::source {

/// A socket address of the family that the text shows; nothing where it is no numeric address.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
};
std::optional<SocketAddress> read_address(const std::string& text, std::uint16_t port);

/// Non-blocking and bound; "::" also takes IPv4. `receive_buffer` is as much as the kernel grants. `joins`: other sockets of this
/// process are bound there, and let others join.
Result<Fd> open_udp(const std::string& address, std::uint16_t port, std::size_t receive_buffer, bool joins = false);
/// What the kernel counts as room for what was not read yet: twice what was asked for (socket(7)), or what it grants. 0 where it
/// does not tell.
std::size_t receive_buffer_of(int fd);
/// IPv4 or IPv6.
bool is_ip(int fd);
/// Behind the bind(), so that the port was nobody else's.
void let_others_join(int fd);
/// Chooses among the `count` sockets of this one's port by the sender's IP address alone. Where the kernel refuses, it chooses by
/// address and port.
void share_by_sender(int fd, unsigned count);
/// Datagrams that the socket had no room for, modulo 2^32; nothing where the kernel does not tell.
std::optional<std::uint32_t> drops_of(int fd);
/// Non-blocking, bound and listening.
Result<Fd> open_tcp(const std::string& address, std::uint16_t port);
/// Replaces a socket file that nobody listens on; anything else that stands at `path` is a Problem.
Result<Fd> open_unix(const std::string& path, unsigned mode, std::size_t receive_buffer);
/// The same for streams, listening.
Result<Fd> open_unix_stream(const std::string& path, unsigned mode);
/// A bound datagram socket of somebody else under a descriptor of our own; set up as those of open_udp().
Result<Fd> adopt_datagrams(int fd, std::size_t receive_buffer);

/// The same IP address, whatever the port; false for other families.
bool same_address(const sockaddr_storage& a, const sockaddr_storage& b);
/// IPv4-mapped IPv6 addresses as IPv4; empty for other families.
std::string address_text(const sockaddr_storage& address);
/// Where the socket is bound.
LocalEndpoint local_endpoint_of(int fd);

}  // namespace ikewatch::source
