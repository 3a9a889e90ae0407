// Addresses, ports and listen endpoints.
#include "values.hpp"

#include <ikewatch/yaml/report.hpp>

#include <algorithm>
#include <array>

namespace ikewatch::config {
namespace {

using yaml::quote;

constexpr std::size_t longest_socket_path = 107;  // sun_path of unix(7) has 108 bytes with the final zero
constexpr std::size_t longest_fd_name = 255;      // sd_listen_fds_with_names(3)

struct Prefix {
  std::string_view text;
  Scheme scheme;
};
constexpr std::array prefixes = {Prefix{"udp://", Scheme::udp}, Prefix{"tcp://", Scheme::tcp}, Prefix{"tls://", Scheme::tls},
                                 Prefix{"unix://", Scheme::unix_socket}, Prefix{"fd:", Scheme::fd}};

struct Parts {
  std::string_view host;
  std::string_view port;
  bool has_port = false;
};

Parts split_host(std::string_view text) {
  const bool bracket = text.starts_with('[');
  const auto end = bracket ? text.find(']') : text.rfind(':');
  if (end == std::string_view::npos) return {text, {}, false};
  if (!bracket) return {text.substr(0, end), text.substr(end + 1), true};
  const auto rest = text.substr(end + 1);
  return {text.substr(1, end - 1), rest.substr(rest.empty() ? 0 : 1), rest.starts_with(':')};
}

std::string complain_of_host(std::string_view host) {
  if (host.empty() || host == "*")
    return "the address is missing; write 127.0.0.1 for this host only, 0.0.0.0 or [::] for every interface";
  return quote(host) + " is not an address; write an IPv4 address or an IPv6 address in brackets (names are not looked up)";
}

std::string complain_of_port(std::string_view port) { return quote(port) + " is no port; write 1 to 65535"; }

Reading<Endpoint> read_local(Scheme scheme, std::string_view rest) {
  Endpoint endpoint;
  endpoint.scheme = scheme;
  if (scheme == Scheme::unix_socket) {
    if (!rest.starts_with('/'))
      return "the path of a unix socket must be absolute; write for example unix:///run/ikewatch/syslog.sock";
    if (rest.size() > longest_socket_path) return "the path of a unix socket has at most 107 bytes; choose a shorter one";
    endpoint.path = rest;
    return endpoint;
  }
  const bool plain = std::ranges::all_of(rest, [](char c) { return c > ' ' && c < 0x7F && c != ':' && c != '/'; });
  if (rest.empty() || !plain || rest.size() > longest_fd_name) {
    return quote(rest) + " is no descriptor name; write fd: and the FileDescriptorName= of the socket unit";
  }
  endpoint.name = rest;
  return endpoint;
}

}  // namespace

Reading<Address> read_address(std::string_view text) {
  if (const auto address = Address::parse(text)) return *address;
  const auto parts = split_host(text);
  if (parts.has_port && Address::parse(parts.host))
    return quote(text) + " has a port; write the address alone: " + std::string(parts.host);
  const auto slash = text.find('/');
  if (slash != std::string_view::npos && Address::parse(text.substr(0, slash))) {
    return quote(text) + " has a prefix length; write the address alone: " + std::string(text.substr(0, slash));
  }
  return quote(text) + " is not an address; write an IPv4 or IPv6 address (names are not looked up)";
}

Reading<SocketAddress> read_socket_address(std::string_view text) {
  if (const auto scheme = text.find("://"); scheme != std::string_view::npos) {
    return quote(text) + " begins with a scheme; write address:port alone: " + to_printable(text.substr(scheme + 3));
  }
  const auto parts = split_host(text);
  if (!parts.has_port) return quote(text) + " has no port; write address:port";
  if (!text.starts_with('[') && parts.host.find(':') != std::string_view::npos) {
    return quote(text) + " is an IPv6 address without brackets; write [address]:port";
  }
  const auto address = Address::parse(parts.host);
  if (!address) return complain_of_host(parts.host);
  const auto port = to_number<std::uint16_t>(parts.port);
  if (!port || *port == 0 || parts.port.starts_with('0')) return complain_of_port(parts.port);
  return SocketAddress{*address, *port};
}

Reading<Endpoint> read_endpoint(std::string_view text) {
  auto rest = text;
  const auto prefix = std::ranges::find_if(prefixes, [&](const Prefix& p) { return consume(rest, p.text); });
  if (prefix == prefixes.end()) {
    return quote(text) + " does not say how to listen; begin it with udp://, tcp://, tls://, unix:// or fd:";
  }
  if (prefix->scheme == Scheme::unix_socket || prefix->scheme == Scheme::fd) return read_local(prefix->scheme, rest);
  auto where = read_socket_address(rest);
  if (!where.value) return std::move(where.complaint);
  Endpoint endpoint;
  endpoint.scheme = prefix->scheme;
  endpoint.address = where.value->address;
  endpoint.port = where.value->port;
  return endpoint;
}

std::string to_string(const Endpoint& endpoint) {
  const auto prefix = std::ranges::find(prefixes, endpoint.scheme, &Prefix::scheme);
  std::string text(prefix->text);
  if (endpoint.scheme == Scheme::unix_socket) return text + endpoint.path;
  if (endpoint.scheme == Scheme::fd) return text + endpoint.name;
  const auto address = endpoint.address.to_string();
  return text + (endpoint.address.is_v4() ? address : "[" + address + "]") + ":" + std::to_string(endpoint.port);
}

}  // namespace ikewatch::config
