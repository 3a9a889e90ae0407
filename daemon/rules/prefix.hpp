// Reads what a message itself puts before its text: racoon's level, Cisco's group and connection. Role: matcher -> here -> tries.
// Ownership: views into the message. Threads: pure functions.
#pragma once

#include <ikewatch/rules/event.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace ikewatch::rules {

enum class PrefixKind : std::uint8_t { none, racoon, cisco_asa, cisco_ios };
std::optional<PrefixKind> prefix_named(std::string_view name);
std::span<const std::string_view> prefix_names();

/// racoon's level words; none where the line has no level (Android, Apple).
enum class Level : std::uint8_t { none, error, warning, notify, info, debug, debug2 };
std::optional<Level> level_named(std::string_view word);
std::span<const std::string_view> level_names();  // in the order of Level, the first is empty
using LevelMask = std::uint8_t;
inline constexpr LevelMask any_level = 0xFF;
constexpr LevelMask mask_of(Level level) { return static_cast<LevelMask>(1u << static_cast<unsigned>(level)); }

/// How surely the prefix shows the dialect by itself, where no header does.
enum class Evidence : std::uint8_t {
  none,
  weak,    // only a word that others write as well ("ERROR: ")
  strong,  // a form that nobody else has
};

struct Prefix {
  std::string_view body;
  Level level = Level::none;
  Evidence evidence = Evidence::none;
  std::uint8_t field_count = 0;
  std::array<Field, 3> fields;

  void add(FieldId id, std::string_view text) {
    if (field_count < fields.size() && !text.empty()) fields[field_count++] = {id, text};
  }
  [[nodiscard]] std::span<const Field> all_fields() const { return {fields.data(), field_count}; }
};

Prefix read_prefix(PrefixKind kind, std::string_view text);

/// Of a line whose Cisco tag was in the header: the ASA still names group, user and peer before the text, IOS has nothing there.
Prefix read_tagged_prefix(PrefixKind kind, std::string_view text);

}  // namespace ikewatch::rules
