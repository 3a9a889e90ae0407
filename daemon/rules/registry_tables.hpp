// The tables behind registry.hpp, one function for each. Private to registry*.cpp.
#pragma once

#include "registry.hpp"

namespace ikewatch::rules {

std::span<const RegistryEntry> esp_transforms();
std::span<const RegistryEntry> ah_transforms();
std::span<const RegistryEntry> ike_ciphers();
std::span<const RegistryEntry> ike_hashes();
std::span<const RegistryEntry> ike_auth_methods();
std::span<const RegistryEntry> auth_algorithms();
std::span<const RegistryEntry> dh_groups();
std::span<const RegistryEntry> notify_types();
std::span<const RegistryEntry> x509_errors();
std::span<const RegistryEntry> encapsulation_modes();
std::span<const RegistryEntry> ipsec_protocols();
std::span<const RegistryEntry> id_types();
std::span<const RegistryEntry> exchange_types();
std::span<const RegistryEntry> life_types();

}  // namespace ikewatch::rules
