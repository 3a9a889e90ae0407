// The types of template fields and how each reads the bytes at one place. Role: template_parser and trie build with the types,
// the walk asks a type where a field may end. Ownership: none. Threads: pure functions.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "registry.hpp"

namespace ikewatch::rules {

/// In the order in which they are tried at one place of a line: the stricter ones first.
enum class FieldType : std::uint8_t {
  cookies,
  address,
  endpoint,
  number,
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
  spi,
  hex,
  word,
  text,
  rest,
};
inline constexpr std::size_t field_types = static_cast<std::size_t>(FieldType::rest) + 1;

std::span<const std::string_view> field_type_names();
std::optional<FieldType> field_type_named(std::string_view name);

constexpr bool is_lazy(FieldType type) { return type == FieldType::word || type == FieldType::text; }
constexpr bool may_be_empty(FieldType type) { return type == FieldType::text || type == FieldType::rest; }
/// The registry of a type that decodes numbers; nothing for the others.
std::optional<Registry> registry_of(FieldType type);

/// One way to read a field: how many bytes it takes, and the text to keep where that is not what stands there.
struct Reading {
  std::size_t length = 0;
  std::string_view decoded;
};

/// The ways to read a field at the front of `text`, best first. A field reads at most three ways.
struct Readings {
  std::array<Reading, 3> list;
  std::size_t count = 0;

  void add(std::size_t length, std::string_view decoded = {}) {
    if (length > 0 && count < list.size()) list[count++] = {length, decoded};
  }
};

/// End points and registry types read in several ways; the others, but for word, text and rest, in one at most.
constexpr bool reads_several_ways(FieldType type) {
  return type == FieldType::endpoint || (type >= FieldType::esp_transform && type <= FieldType::life_type);
}
Readings read_field(FieldType type, std::string_view text);

/// Bytes that a field of any other type takes at the front of `text`; 0 where it does not stand there.
std::size_t field_length(FieldType type, std::string_view text);

}  // namespace ikewatch::rules
