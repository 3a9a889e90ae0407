// Numbers and names of the registries that IKEv1 messages speak of. Role: a log line may hold either; packs and outputs get the
// name. Ownership: static tables. Threads: constants.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace ikewatch::rules {

struct RegistryEntry {
  std::uint32_t number;
  std::string_view name;        // the canonical one: as racoon prints it where it prints names; static
  std::string_view alias = {};  // how other programs or older versions write the same
};

enum class Registry : std::uint8_t {
  esp_transform,
  ah_transform,
  ike_cipher,
  ike_hash,
  ike_auth,
  auth_algorithm,
  dh_group,
  notify,
  x509_error,
  encmode,
  ipsec_protocol,
  id_type,
  exchange,
  life_type,
};
inline constexpr std::size_t registries = static_cast<std::size_t>(Registry::life_type) + 1;

std::span<const RegistryEntry> entries_of(Registry registry);

/// The name of a number; empty where the registry does not know it.
std::string_view name_of(Registry registry, std::uint32_t number);

/// A name found at the front of a text: how long it is there, and its canonical form.
struct FoundName {
  std::size_t length = 0;
  std::string_view name;
};

/// The longest name or alias at the front of `text` that ends at the end of a word. Case counts nothing; blank, `-` and `_` are
/// the same, so that NO_PROPOSAL_CHOSEN and NO-PROPOSAL-CHOSEN are one. Length 0 where there is none.
FoundName find_name(Registry registry, std::string_view text);

}  // namespace ikewatch::rules
