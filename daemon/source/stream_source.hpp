// A listener for connections of senders, whatever the socket is. Role: under the TCP, TLS and unix stream sources, which differ
// in how they open it. Ownership: owns the socket and the connections. Threads: the io_context's one.
#pragma once

#include <ikewatch/source/make.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "fd.hpp"

namespace ikewatch::source {

struct StreamSetup {
  std::string name{};
  std::size_t max_line = default_max_line;
  StreamLimits limits{};
  std::optional<TlsOptions> tls{};
  std::function<Result<Fd>()> open{};  // non-blocking and listening
  std::function<void()> closed{};      // after each close; may be empty
};

std::unique_ptr<Source> make_stream_source(StreamSetup setup, Sink sink);

}  // namespace ikewatch::source
