#include "certificate_names.hpp"

#include <ikewatch/base/address.hpp>
#include <ikewatch/base/text.hpp>

#include <algorithm>

namespace ikewatch::source {
namespace {

char lower(char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_same_text(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

bool fits_host(std::string_view name, std::string_view allowed) {
  if (!consume(allowed, "*")) return is_same_text(name, allowed);
  const auto dot = name.find('.');
  return dot != std::string_view::npos && dot > 0 && is_same_text(name.substr(dot), allowed);
}

bool fits_address(std::string_view name, std::string_view allowed) {
  const auto wanted = Address::parse(allowed);
  return wanted && Address::parse(name) == wanted;
}

}  // namespace

bool has_allowed_name(const CertificateNames& names, const std::vector<std::string>& allowed) {
  return std::any_of(allowed.begin(), allowed.end(), [&](const std::string& one) {
    const auto host = [&](const std::string& name) { return fits_host(name, one); };
    const auto address = [&](const std::string& name) { return fits_address(name, one); };
    if (!names.has_alternative) return fits_host(names.common, one) || fits_address(names.common, one);
    return std::any_of(names.hosts.begin(), names.hosts.end(), host) ||
           std::any_of(names.addresses.begin(), names.addresses.end(), address);
  });
}

}  // namespace ikewatch::source
