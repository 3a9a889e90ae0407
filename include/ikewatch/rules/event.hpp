// What a matched line means. Role: rules -> tunnel. Ownership: the field texts are views into the line that was matched, or into
// static registry names; the rule belongs to the RuleSet. Threads: a plain value.
#pragma once

#include <ikewatch/rules/vocabulary.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace ikewatch::rules {

struct Rule;

/// Names of fields that the engine itself understands; every other name in a pack gets a number behind these.
enum class FieldId : std::uint16_t {
  peer,    // the far IKE endpoint, address or endpoint
  local,   // our own endpoint
  prefix,  // the address that racoon puts before the level: nearly always the peer
  src,
  dst,      // ends of an SA as printed, either may be the peer
  cookies,  // initiator:responder cookie pair of an IKE SA
  spi,      // an IPsec SPI whose direction is not said
  spi_in,
  spi_out,
  msgid,  // quick mode message id
  conn,   // Cisco's connection or session id
  group,
  user,
  interface,
  reason,
  notify,
  code,
  state,
  mine,
  theirs,
  seconds,
  attribute,  // what `mine` and `theirs` are about
  local_ts,
  remote_ts,  // traffic selectors: networks behind either end
  selectors,  // both in one text
  first_free,
};

struct Field {
  FieldId id{};
  std::string_view text;  // as captured; a registry's name where the pack asked for decoding
};

struct Event {
  static constexpr std::size_t max_fields = 16;

  const Rule* rule = nullptr;
  EventKind kind = EventKind::info;
  Cause cause = Cause::none;
  Side side = Side::unknown;
  Confidence confidence = Confidence::possible;
  std::uint8_t rank = 0;  // the rule's, or that of the value which named the cause
  std::uint8_t field_count = 0;
  std::array<Field, max_fields> fields;

  [[nodiscard]] std::span<const Field> all_fields() const { return {fields.data(), field_count}; }
  /// The text of a field, empty where the line has none.
  [[nodiscard]] std::string_view field(FieldId id) const;
};

}  // namespace ikewatch::rules
