// TLS for syslog (RFC 5425), as options, and a look at the files that they name. Role: configuration -> TLS listener. Ownership:
// plain values. Threads: no shared state.
#pragma once

#include <ikewatch/base/time.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace ikewatch::source {

enum class ClientAuth : std::uint8_t {
  optional,  // a client without certificate is let in; one that shows a bad one is not
  required,
};

enum class TlsVersion : std::uint8_t { tls12, tls13 };

/// Files are PEM, at most 1 MiB each. Ciphers are what the system's OpenSSL configuration allows.
struct TlsOptions {
  std::string certificate{};  // the server's own, then those between it and its authority
  std::string key{};          // without password
  std::string client_ca{};    // whose client certificates are let in; empty: clients are not asked for one
  ClientAuth client_auth = ClientAuth::required;
  /// Who may send, out of all whom client_ca vouches for: `host.example.net`, `*.example.net` (one label) or an IP address.
  /// Empty: everyone.
  std::vector<std::string> allowed_names{};
  TlsVersion minimum = TlsVersion::tls12;
  std::chrono::milliseconds handshake_timeout = std::chrono::seconds(10);
};

enum class TlsFile : std::uint8_t { certificate, key, client_ca };

/// What is to be said of one of the files: one sentence that names the file and the remedy.
struct TlsFinding {
  TlsFile file = TlsFile::certificate;
  bool is_warning = false;  // a listener starts all the same
  std::string what;
};

/// Reads the files as a listener would.
std::vector<TlsFinding> examine_tls(const TlsOptions& options);

}  // namespace ikewatch::source
