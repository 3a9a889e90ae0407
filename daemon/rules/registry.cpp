#include "registry.hpp"

#include <ikewatch/base/text.hpp>

#include "registry_tables.hpp"

namespace ikewatch::rules {
namespace {

/// Letters in one case, the three joints of a name as one.
constexpr char folded(char c) {
  if (is_upper(c)) return static_cast<char>(c + 32);
  return c == '_' || c == ' ' ? '-' : c;
}

bool stands_at_front(std::string_view text, std::string_view name) {
  if (name.empty() || name.size() > text.size()) return false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (folded(name[i]) != folded(text[i])) return false;
  }
  if (name.size() == text.size()) return true;
  const char next = text[name.size()];
  return !is_alnum(next) && next != '_';
}

}  // namespace

std::span<const RegistryEntry> entries_of(Registry registry) {
  switch (registry) {
    case Registry::esp_transform:
      return esp_transforms();
    case Registry::ah_transform:
      return ah_transforms();
    case Registry::ike_cipher:
      return ike_ciphers();
    case Registry::ike_hash:
      return ike_hashes();
    case Registry::ike_auth:
      return ike_auth_methods();
    case Registry::auth_algorithm:
      return auth_algorithms();
    case Registry::dh_group:
      return dh_groups();
    case Registry::notify:
      return notify_types();
    case Registry::x509_error:
      return x509_errors();
    case Registry::encmode:
      return encapsulation_modes();
    case Registry::ipsec_protocol:
      return ipsec_protocols();
    case Registry::id_type:
      return id_types();
    case Registry::exchange:
      return exchange_types();
    case Registry::life_type:
      return life_types();
  }
  return {};
}

std::string_view name_of(Registry registry, std::uint32_t number) {
  for (const RegistryEntry& entry : entries_of(registry)) {
    if (entry.number == number) return entry.name;
  }
  return {};
}

FoundName find_name(Registry registry, std::string_view text) {
  FoundName found;
  for (const RegistryEntry& entry : entries_of(registry)) {
    for (const std::string_view name : {entry.name, entry.alias}) {
      if (name.size() > found.length && stands_at_front(text, name)) found = {name.size(), entry.name};
    }
  }
  return found;
}

}  // namespace ikewatch::rules
