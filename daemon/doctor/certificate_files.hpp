// Certificates as files below `path certificate`. Role: shared by the two checks of certificates. Ownership: values. Threads:
// one.
#pragma once

#include "checks.hpp"
#include "x509.hpp"

namespace ikewatch::doctor {

inline constexpr std::chrono::days soon{30};  // a certificate that ends within it is worth a warning

/// The whole path of a name in racoon.conf.
std::string certificate_path(const Context& context, const Word& name);

/// The certificate in a file that racoon.conf names; where there is none, the finding is added. `what` for people: "own
/// certificate".
std::optional<Certificate> load_certificate(Context& context, const Word& name, std::string_view what);

/// A finding where the certificate is not valid now, or not for much longer.
void check_dates(Context& context, const Certificate& certificate, const Place& place, const std::string& what);

/// Racoon.conf's remotes name some files several times; each is looked at once.
class Once {
 public:
  bool first(const std::string& key);

 private:
  std::vector<std::string> seen_;
};

}  // namespace ikewatch::doctor
