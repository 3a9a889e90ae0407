// Sockets that whoever started this process has opened for it (sd_listen_fds_with_names(3)). Role: under the fd source.
// Ownership: they belong to the process and stay open; users take duplicates. Threads: no shared state.
#pragma once

#include <ikewatch/base/result.hpp>

#include <string>
#include <vector>

#include "fd.hpp"

namespace ikewatch::source {

enum class SocketKind { datagram, listener };

struct InheritedSocket {
  int fd = -1;
  SocketKind kind = SocketKind::datagram;
  bool is_tcp = false;
};

/// All of this name, at least one. A Problem that names those that were passed, or that says what else than a syslog socket it
/// is.
Result<std::vector<InheritedSocket>> inherited_sockets(const std::string& name);

/// A listening one under a descriptor of our own, non-blocking.
Result<Fd> adopt_listener(int fd);

}  // namespace ikewatch::source
