#include "inherited.hpp"

#include <ikewatch/source/make.hpp>

#include <fcntl.h>
#include <sys/socket.h>
#include <systemd/sd-daemon.h>

#include <cerrno>
#include <cstdlib>
#include <optional>
#include <set>
#include <utility>

namespace ikewatch::source {
namespace {

struct Named {
  std::string name;
  int fd = -1;
};

std::vector<Named> all_inherited() {
  char** names = nullptr;
  const int count = ::sd_listen_fds_with_names(0, &names);
  std::vector<Named> all;
  for (int i = 0; i < count; ++i) all.push_back({names[i], SD_LISTEN_FDS_START + i});
  for (int i = 0; i < count; ++i) std::free(names[i]);
  std::free(names);
  return all;
}

std::optional<int> option_of(int fd, int option) {
  int value = 0;
  socklen_t size = sizeof value;
  if (::getsockopt(fd, SOL_SOCKET, option, &value, &size) != 0) return std::nullopt;
  return value;
}

std::string names_in(const std::vector<Named>& all) {
  std::set<std::string> names;
  for (const auto& one : all) names.insert(one.name);
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

Problem unknown(const std::string& name, const std::vector<Named>& all) {
  const auto begin = "fd:" + name + ": no socket of this name was passed; ";
  if (all.empty()) return {{}, begin + "none was: start ikewatch by its socket unit, or listen on an address"};
  return {{}, begin + "passed were: " + names_in(all) + " (FileDescriptorName= of the socket unit)"};
}

Result<InheritedSocket> classify(const Named& one) {
  const auto refuse = [&](const std::string& why) { return Problem{{}, "fd:" + one.name + ": " + why}; };
  const auto type = option_of(one.fd, SO_TYPE);
  const auto domain = option_of(one.fd, SO_DOMAIN);
  if (!type || !domain) return refuse("what was passed is no socket; use ListenDatagram= or ListenStream=");
  const bool ip = *domain == AF_INET || *domain == AF_INET6;
  if (!ip && *domain != AF_UNIX) return refuse("the socket is neither IP nor unix; use ListenDatagram= or ListenStream=");
  if (*type == SOCK_DGRAM) return InheritedSocket{one.fd, SocketKind::datagram, false};
  if (*type != SOCK_STREAM) return refuse("the socket has neither datagrams nor a stream; use ListenDatagram= or ListenStream=");
  if (option_of(one.fd, SO_ACCEPTCONN).value_or(0) == 0)
    return refuse("the socket is one connection, not a listener; set Accept=no in the socket unit");
  return InheritedSocket{one.fd, SocketKind::listener, ip};
}

}  // namespace

std::vector<std::string> inherited_names() {
  std::set<std::string> names;
  for (const auto& one : all_inherited()) names.insert(one.name);
  return {names.begin(), names.end()};
}

Result<std::vector<InheritedSocket>> inherited_sockets(const std::string& name) {
  const auto all = all_inherited();
  std::vector<InheritedSocket> found;
  for (const auto& one : all) {
    if (one.name != name) continue;
    auto socket = classify(one);
    if (socket.has_error()) return socket.error();
    found.push_back(*socket);
  }
  if (found.empty()) return unknown(name, all);
  return found;
}

Result<Fd> adopt_listener(int fd) {
  Fd own(::fcntl(fd, F_DUPFD_CLOEXEC, 3));
  if (own && ::fcntl(own.get(), F_SETFL, O_NONBLOCK) == 0) return own;
  return Problem{{}, with_errno("cannot use the socket that was passed", errno)};
}

}  // namespace ikewatch::source
