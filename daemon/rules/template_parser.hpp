// Reads one template of a pack: literal text and typed fields. Role: pack_compiler -> here -> trie. Ownership: the segments own
// their texts. Threads: pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "field_type.hpp"

namespace ikewatch::rules {

/// Literal text (one blank for any run of blanks), or a field.
struct Segment {
  bool literal = true;
  std::string text;  // of a literal; of a field its name, empty where it is only checked
  FieldType type = FieldType::rest;
};

struct Template {
  std::vector<Segment> segments;
  std::size_t literal_bytes = 0;
  std::string error;         // empty where the template is right
  std::size_t error_at = 0;  // byte of the template, from 0

  [[nodiscard]] std::size_t field_count() const;
};

inline constexpr std::size_t longest_template = 1024;
inline constexpr std::size_t most_template_fields = 24;
inline constexpr std::size_t most_kept_fields = 12;  // the prefix may add up to three more, Event holds 16

Template parse_template(std::string_view text);

/// What a template and a line leave out at their ends: blanks, and one dot behind the last word.
std::string_view without_ends(std::string_view text);

}  // namespace ikewatch::rules
