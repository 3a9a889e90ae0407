// The TCP, TLS and unix stream sources: three ways to open one listener.
#include <ikewatch/source/make.hpp>

#include <memory>
#include <utility>

#include "socket.hpp"
#include "socket_file.hpp"
#include "stream_source.hpp"

namespace ikewatch::source {

std::unique_ptr<Source> make_source(TcpOptions options, Sink sink) {
  StreamSetup setup;
  setup.name = options.name;
  setup.max_line = options.max_line;
  setup.limits = std::move(options.limits);
  setup.tls = std::move(options.tls);
  setup.open = [address = options.address, port = options.port] { return open_tcp(address, port); };
  return make_stream_source(std::move(setup), std::move(sink));
}

std::unique_ptr<Source> make_source(UnixStreamOptions options, Sink sink) {
  StreamSetup setup;
  setup.name = options.name;
  setup.max_line = options.max_line;
  setup.limits = std::move(options.limits);
  const auto file = std::make_shared<SocketFile>();
  setup.open = [file, path = options.path, mode = options.mode] {
    auto fd = open_unix_stream(path, mode);
    if (fd.has_value()) file->note(path);
    return fd;
  };
  setup.closed = [file, path = options.path] { file->remove(path); };
  return make_stream_source(std::move(setup), std::move(sink));
}

}  // namespace ikewatch::source
