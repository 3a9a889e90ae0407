// A forward reader over bytes that strangers wrote. Role: the only way this room looks at a line; every look is bounded.
// Ownership: two pointers into the caller's line. Threads: a plain value.
#pragma once

#include <ikewatch/base/text.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ikewatch::syslog {

/// What a byte may be part of.
enum CharClass : std::uint8_t {
  in_word = 1,     // host and program names, IPv6 addresses, XR node ids
  in_program = 2,  // a program name alone
  in_tag = 4,      // a Cisco facility or mnemonic
  in_opening = 8,  // may begin a Cisco message, or a header in front of one
  in_host = 16,    // a host of the common kind
};

constexpr std::array<std::uint8_t, 256> make_char_classes() {
  std::array<std::uint8_t, 256> table{};
  const auto add = [&](std::string_view set, int bits) {
    for (const char c : set) {
      auto& entry = table[static_cast<unsigned char>(c)];
      entry = static_cast<std::uint8_t>(entry | bits);
    }
  };
  constexpr std::string_view upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  add(upper, in_word | in_program | in_tag | in_opening | in_host);
  add("abcdefghijklmnopqrstuvwxyz", in_word | in_program | in_tag | in_host);
  add("0123456789", in_word | in_program | in_tag | in_opening | in_host);
  add("_", in_word | in_program | in_tag | in_host);
  add("-./()+@#", in_word | in_program);
  add(":*~", in_word);
  add("-.:", in_host);
  add("%*.:<[", in_opening);
  for (std::size_t c = 0x80; c < table.size(); ++c) table[c] = in_word | in_program;
  return table;
}

inline constexpr auto char_classes = make_char_classes();

constexpr bool is(CharClass kind, char c) { return (char_classes[static_cast<unsigned char>(c)] & kind) != 0; }

struct Cursor {
  const char* at = nullptr;
  const char* end = nullptr;

  explicit Cursor(std::string_view text) : at(text.data()), end(text.data() + text.size()) {}

  [[nodiscard]] bool done() const { return at == end; }
  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(end - at); }
  /// The byte `ahead` of here; NUL behind the end, which no header has.
  [[nodiscard]] char peek(std::size_t ahead = 0) const { return ahead < size() ? at[ahead] : '\0'; }
  [[nodiscard]] std::string_view rest() const { return {at, size()}; }
  [[nodiscard]] std::string_view since(const char* from) const { return {from, static_cast<std::size_t>(at - from)}; }
  [[nodiscard]] bool starts_with(std::string_view text) const { return rest().starts_with(text); }
  [[nodiscard]] bool at_word_end() const { return done() || is_blank(*at); }

  void skip_blanks() {
    while (at != end && is_blank(*at)) ++at;
  }
  bool skip(char c) {
    if (at == end || *at != c) return false;
    ++at;
    return true;
  }
  bool skip(std::string_view text) {
    if (!starts_with(text)) return false;
    at += text.size();
    return true;
  }
  std::string_view skip_digits() {
    const char* from = at;
    while (at != end && is_digit(*at)) ++at;
    return since(from);
  }
  std::string_view skip_class(CharClass kind) {
    const char* from = at;
    while (at != end && is(kind, *at)) ++at;
    return since(from);
  }
};

}  // namespace ikewatch::syslog
