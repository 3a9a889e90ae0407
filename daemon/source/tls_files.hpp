// Reads the PEM files of a TLS listener into an SSL_CTX. Role: under tls_context.cpp; says everything that is to be said of the
// files. Ownership: the caller owns what is returned. Threads: one at a time.
#pragma once

#include <ikewatch/source/tls.hpp>

#include <vector>

#include "openssl.hpp"

namespace ikewatch::source {

struct TlsFiles {
  SslContext context;  // null where a finding is no mere warning
  std::vector<TlsFinding> findings;
};

TlsFiles read_tls_files(const TlsOptions& options);

}  // namespace ikewatch::source
