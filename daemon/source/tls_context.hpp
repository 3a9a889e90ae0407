// Certificate, key and rules of a TLS listener, ready for connections. Role: the files of TlsOptions -> streams. The only part of
// the room that knows OpenSSL. Ownership: each stream keeps the context that it began with, so a new one changes nothing for
// connections that are open. Threads: one at a time.
#pragma once

#include <ikewatch/base/result.hpp>
#include <ikewatch/source/tls.hpp>

#include <memory>

#include "stream.hpp"

namespace ikewatch::source {

class TlsContext {
 public:
  /// Reads the files. A Problem for the first that cannot be used.
  static Result<std::shared_ptr<const TlsContext>> load(const TlsOptions& options);

  TlsContext() = default;
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;
  virtual ~TlsContext() = default;

  /// The server's side of a connection. Null where memory is short.
  [[nodiscard]] virtual std::unique_ptr<Stream> make_stream(int fd) const = 0;
};

}  // namespace ikewatch::source
