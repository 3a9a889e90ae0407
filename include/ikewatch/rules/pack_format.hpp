// Every key of a rule pack, every type of a field and every name of a field that means something, once. Role: drives the JSON
// Schema and the manual; the readers are compared with it at compile time. Ownership: constants. Threads: pure functions.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace ikewatch::rules {

enum class PackKind : std::uint8_t {
  section,     // a map with the keys that the table lists below it
  list,        // of what is at `PATH[]`
  texts,       // a text, or a list of texts
  text,        // any scalar, taken as a text
  word,        // one word of `words`
  words,       // a word of `words`, or a list of them
  number,      // from 0 to `most`
  boolean,     // true or false
  version,     // 1
  dialect,     // small letters, digits and single hyphens
  identifier,  // dialect, dot, small words with hyphens
  cause,       // a cause, or a map of values
  outcome,     // of one value: a cause, none, or a map
  fields,      // texts under names of fields
};

using Words = std::span<const std::string_view>;

struct PackKey {
  std::string_view path;  // `rules[].examples[].line`: keys joined by dots, [] for the items of a list, * for a free key
  PackKind kind = PackKind::text;
  bool required = false;
  std::string_view fallback = {};  // what holds where the key is not there; empty: nothing
  Words (*words)() = nullptr;
  unsigned most = 0;  // of a number, of the items of a list, of the bytes of a text; 0: no limit of its own
  std::string_view help;

  /// The last part of the path.
  [[nodiscard]] constexpr std::string_view key() const {
    const auto dot = path.rfind('.');
    return dot == std::string_view::npos ? path : path.substr(dot + 1);
  }
  /// The path of the section that holds it, with the [] of a list; empty for the keys of the pack itself.
  [[nodiscard]] constexpr std::string_view parent() const {
    const auto dot = path.rfind('.');
    return dot == std::string_view::npos ? std::string_view{} : path.substr(0, dot);
  }
};

/// In the order of documentation: a section stands before its keys.
std::span<const PackKey> pack_format();

struct Described {
  std::string_view name;
  std::string_view help;
};
/// The types of template fields, in the order of documentation.
std::span<const Described> described_field_types();
/// The names of fields that the engine acts on, and those that packs agree on.
std::span<const Described> acted_field_names();
std::span<const Described> agreed_field_names();

// Closed lists of packs.
Words prefix_words();
Words level_words();
Words attribution_words();
Words side_words();
Words confidence_words();

}  // namespace ikewatch::rules
