// The token that allows changes over HTTP. Role: app. Ownership: holds a secret, which leaves it never. Threads: the loop's.
#pragma once

#include <ikewatch/base/result.hpp>

#include <string>
#include <string_view>

namespace ikewatch::app {

class Token {
 public:
  enum class Verdict { good, bad, none };  // none: no token is configured, so nobody may

  /// Reads it anew, at the start and at every reload, from `file` or else from the credential `http-token` (systemd.exec(5)). A
  /// Problem where it cannot be read or is too short to be one; nobody may then.
  Result<void> load(const std::string& file);
  /// `field`: `Bearer TOKEN` (RFC 6750 section 2.1). Takes the same time for every wrong token of the same length.
  [[nodiscard]] Verdict check(std::string_view field) const;

 private:
  std::string token_;
};

}  // namespace ikewatch::app
