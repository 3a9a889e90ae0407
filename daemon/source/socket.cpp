#include "socket.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <limits>

namespace ikewatch::source {
namespace {

void set_option(int fd, int level, int option, int value) {
  static_cast<void>(::setsockopt(fd, level, option, &value, sizeof value));
}

std::optional<int> option_of(int fd, int option) {
  int value = 0;
  socklen_t size = sizeof value;
  return ::getsockopt(fd, SOL_SOCKET, option, &value, &size) == 0 ? std::optional(value) : std::nullopt;
}

Problem refused(const std::string& what) { return {{}, with_errno(what, errno)}; }

const sockaddr* generic(const sockaddr_storage& address) { return reinterpret_cast<const sockaddr*>(&address); }

/// FORCE needs CAP_NET_ADMIN; without it rmem_max is the limit. Whoever passed us a socket may have had that capability, and
/// given it more (ReceiveBuffer= of systemd.socket(5)): that stays.
void set_receive_buffer(int fd, std::size_t bytes) {
  const int value = static_cast<int>(std::min<std::size_t>(bytes, std::numeric_limits<int>::max() / 2));
  if (receive_buffer_of(fd) / 2 >= static_cast<std::size_t>(value)) return;
  if (::setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &value, sizeof value) == 0) return;
  set_option(fd, SOL_SOCKET, SO_RCVBUF, value);
}

void prepare_datagrams(int fd, std::size_t receive_buffer) {
  set_receive_buffer(fd, receive_buffer);
  set_option(fd, SOL_SOCKET, SO_RXQ_OVFL, 1);
}

std::string url(std::string_view scheme, const std::string& address, std::uint16_t port) {
  const bool v6 = address.find(':') != std::string::npos;
  return std::string(scheme) + (v6 ? "[" + address + "]" : address) + ":" + std::to_string(port);
}

Result<Fd> open_ip(int type, const std::string& url, const std::string& address, std::uint16_t port, bool joins = false) {
  const auto where = read_address(address, port);
  if (!where) return Problem{{}, "'" + address + "' is no IP address; write one, or 0.0.0.0 or :: for all"};
  Fd fd(::socket(where->storage.ss_family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return refused("cannot open " + url);
  if (type == SOCK_STREAM) set_option(fd.get(), SOL_SOCKET, SO_REUSEADDR, 1);
  if (where->storage.ss_family == AF_INET6) set_option(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, 0);
  if (joins) let_others_join(fd.get());
  if (::bind(fd.get(), generic(where->storage), where->size) != 0) return refused("cannot bind " + url);
  return fd;
}

std::optional<SocketAddress> unix_address(const std::string& path) {
  sockaddr_un address{};
  if (path.empty() || path.size() >= sizeof address.sun_path) return std::nullopt;
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  SocketAddress result;
  std::memcpy(&result.storage, &address, sizeof address);
  result.size = sizeof address;
  return result;
}

/// True when nothing stands in the way at `path` any more.
bool clear_stale_socket(const std::string& path, const SocketAddress& address) {
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0) return errno == ENOENT;
  errno = EADDRINUSE;
  if (!S_ISSOCK(info.st_mode)) return false;
  const Fd probe(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (::connect(probe.get(), generic(address.storage), address.size) == 0) errno = EADDRINUSE;
  return errno == ECONNREFUSED && ::unlink(path.c_str()) == 0;
}

Result<Fd> bind_unix(int type, const std::string& path, unsigned mode) {
  const auto address = unix_address(path);
  if (!address) return Problem{{}, "'" + path + "' is no path for a unix socket: at most 107 bytes"};
  Fd fd(::socket(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return refused("cannot open unix://" + path);
  if (!clear_stale_socket(path, *address)) return refused("cannot replace " + path);
  // Narrow from the first moment, then as wide as asked, whatever the umask.
  static_cast<void>(::fchmod(fd.get(), mode));
  if (::bind(fd.get(), generic(address->storage), address->size) != 0) return refused("cannot bind unix://" + path);
  if (::chmod(path.c_str(), mode) != 0) return refused("cannot set the mode of " + path);
  return fd;
}

LocalEndpoint unix_endpoint(const sockaddr_storage& storage, socklen_t size) {
  sockaddr_un address{};
  std::memcpy(&address, &storage, std::min<std::size_t>(size, sizeof address));
  const auto room = sizeof address.sun_path;
  return {std::string(address.sun_path, ::strnlen(address.sun_path, room)), 0};
}

std::uint16_t port_of(const sockaddr_storage& storage) {
  std::uint16_t port = 0;  // at the same place in sockaddr_in and sockaddr_in6
  std::memcpy(&port, reinterpret_cast<const char*>(&storage) + offsetof(sockaddr_in, sin_port), sizeof port);
  return ntohs(port);
}

}  // namespace

std::optional<SocketAddress> read_address(const std::string& text, std::uint16_t port) {
  SocketAddress result;
  sockaddr_in v4{};
  sockaddr_in6 v6{};
  if (::inet_pton(AF_INET, text.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    std::memcpy(&result.storage, &v4, result.size = sizeof v4);
    return result;
  }
  if (::inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr) != 1) return std::nullopt;
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port);
  std::memcpy(&result.storage, &v6, result.size = sizeof v6);
  return result;
}

Result<Fd> open_udp(const std::string& address, std::uint16_t port, std::size_t receive_buffer, bool joins) {
  auto fd = open_ip(SOCK_DGRAM, url("udp://", address, port), address, port, joins);
  if (fd.has_value()) prepare_datagrams(fd->get(), receive_buffer);
  return fd;
}

Result<Fd> open_tcp(const std::string& address, std::uint16_t port) {
  const auto name = url("tcp://", address, port);
  auto fd = open_ip(SOCK_STREAM, name, address, port);
  if (fd.has_value() && ::listen(fd->get(), SOMAXCONN) != 0) return refused("cannot listen on " + name);
  return fd;
}

Result<Fd> open_unix(const std::string& path, unsigned mode, std::size_t receive_buffer) {
  auto fd = bind_unix(SOCK_DGRAM, path, mode);
  if (fd.has_value()) prepare_datagrams(fd->get(), receive_buffer);
  return fd;
}

std::size_t receive_buffer_of(int fd) { return static_cast<std::size_t>(std::max(0, option_of(fd, SO_RCVBUF).value_or(0))); }

bool is_ip(int fd) {
  const int domain = option_of(fd, SO_DOMAIN).value_or(AF_UNSPEC);
  return domain == AF_INET || domain == AF_INET6;
}

void let_others_join(int fd) { set_option(fd, SOL_SOCKET, SO_REUSEPORT, 1); }

void share_by_sender(int fd, unsigned count) {
  constexpr auto network = static_cast<std::uint32_t>(SKF_NET_OFF);
  // The version stands in the first four bits. IPv4 (RFC 791): the source is at 12; IPv6 (RFC 8200): at 8, four words, folded
  // into one. The product spreads neighbouring addresses (Fibonacci hashing); its upper half decides.
  std::array<sock_filter, 19> program{{
      BPF_STMT(BPF_LD | BPF_B | BPF_ABS, network),
      BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 4),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 4, 0, 2),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, network + 12),
      BPF_STMT(BPF_JMP | BPF_JA, 10),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, network + 8),
      BPF_STMT(BPF_MISC | BPF_TAX, 0),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, network + 12),
      BPF_STMT(BPF_ALU | BPF_XOR | BPF_X, 0),
      BPF_STMT(BPF_MISC | BPF_TAX, 0),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, network + 16),
      BPF_STMT(BPF_ALU | BPF_XOR | BPF_X, 0),
      BPF_STMT(BPF_MISC | BPF_TAX, 0),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, network + 20),
      BPF_STMT(BPF_ALU | BPF_XOR | BPF_X, 0),
      BPF_STMT(BPF_ALU | BPF_MUL | BPF_K, 0x9e3779b1),
      BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 16),
      BPF_STMT(BPF_ALU | BPF_MOD | BPF_K, count),
      BPF_STMT(BPF_RET | BPF_A, 0),
  }};
  const sock_fprog filter{static_cast<unsigned short>(program.size()), program.data()};
  static_cast<void>(::setsockopt(fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &filter, sizeof filter));
}

std::optional<std::uint32_t> drops_of(int fd) {
  std::array<std::uint32_t, SK_MEMINFO_VARS> numbers{};
  socklen_t size = sizeof numbers;
  if (::getsockopt(fd, SOL_SOCKET, SO_MEMINFO, numbers.data(), &size) != 0) return std::nullopt;
  if (size < (SK_MEMINFO_DROPS + 1) * sizeof numbers[0]) return std::nullopt;
  return numbers[SK_MEMINFO_DROPS];
}

bool same_address(const sockaddr_storage& a, const sockaddr_storage& b) {
  if (a.ss_family != b.ss_family) return false;
  const auto at = [](const sockaddr_storage& address, std::size_t offset) {
    return reinterpret_cast<const char*>(&address) + offset;
  };
  constexpr auto v4 = offsetof(sockaddr_in, sin_addr);
  constexpr auto v6 = offsetof(sockaddr_in6, sin6_addr);
  if (a.ss_family == AF_INET) return std::memcmp(at(a, v4), at(b, v4), sizeof(in_addr)) == 0;
  return a.ss_family == AF_INET6 && std::memcmp(at(a, v6), at(b, v6), sizeof(in6_addr)) == 0;
}

Result<Fd> open_unix_stream(const std::string& path, unsigned mode) {
  auto fd = bind_unix(SOCK_STREAM, path, mode);
  if (fd.has_value() && ::listen(fd->get(), SOMAXCONN) != 0) return refused("cannot listen on unix://" + path);
  return fd;
}

Result<Fd> adopt_datagrams(int fd, std::size_t receive_buffer) {
  Fd own(::fcntl(fd, F_DUPFD_CLOEXEC, 3));
  if (!own || ::fcntl(own.get(), F_SETFL, O_NONBLOCK) != 0) return refused("cannot use the socket that was passed");
  prepare_datagrams(own.get(), receive_buffer);
  return own;
}

std::string address_text(const sockaddr_storage& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    return ::inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size());
  }
  if (address.ss_family != AF_INET6) return {};
  sockaddr_in6 v6{};
  std::memcpy(&v6, &address, sizeof v6);
  if (!IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) return ::inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size());
  return ::inet_ntop(AF_INET, v6.sin6_addr.s6_addr + 12, text.data(), text.size());
}

LocalEndpoint local_endpoint_of(int fd) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return {};
  if (address.ss_family == AF_UNIX) return unix_endpoint(address, size);
  return {address_text(address), port_of(address)};
}

}  // namespace ikewatch::source
