// Whether the names of a certificate are among those that may send. Role: the part of TLS that is only words. Ownership: plain
// values. Threads: pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ikewatch::source {

struct CertificateNames {
  std::vector<std::string> hosts{};      // subjectAltName, dNSName
  std::vector<std::string> addresses{};  // subjectAltName, iPAddress, in the form of inet_ntop
  bool has_alternative = false;          // there is a subjectAltName
  std::string common{};                  // CN of the subject, the last one; empty: none
};

/// RFC 5425 section 5.2: an exact name (letters of either case), or one that begins with `*.`, which stands for one label. The CN
/// counts only where there is no subjectAltName (RFC 6125 section 6.4.4).
bool has_allowed_name(const CertificateNames& names, const std::vector<std::string>& allowed);

}  // namespace ikewatch::source
