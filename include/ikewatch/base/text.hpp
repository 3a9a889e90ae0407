// Small text helpers for bytes that strangers wrote. Role: used by every reader. All take and return views into the caller's
// buffer, allocate nothing unless they return a std::string, and never throw. Threads: no shared state.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace ikewatch {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool is_alpha(char c) { return is_upper(c) || is_lower(c); }
constexpr bool is_alnum(char c) { return is_alpha(c) || is_digit(c); }
constexpr bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }

std::string_view trim(std::string_view text);
std::string_view trim_left(std::string_view text);
std::string_view trim_right(std::string_view text);

/// Takes `prefix` off the front of `text`; false and untouched where it does not stand there.
bool consume(std::string_view& text, std::string_view prefix);

/// The whole of `text` as an unsigned number in the given base; nothing on any other character or on overflow.
template <class Number>
std::optional<Number> to_number(std::string_view text, int base = 10) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Valid UTF-8 without control characters (RFC 3629): other bytes become U+FFFD, tabs a blank. For whatever leaves the program.
std::string to_printable(std::string_view text);
/// True when to_printable() would return the same bytes.
bool is_printable(std::string_view text);

/// The candidate that is nearest to `word` by edit distance, for "did you mean"; empty where none is near.
template <class Range>
std::string_view nearest(std::string_view word, const Range& candidates);

/// Edit distance (Levenshtein), bounded: any value above `limit` means "more than limit".
std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit);

template <class Range>
std::string_view nearest(std::string_view word, const Range& candidates) {
  std::string_view best;
  std::size_t best_distance = word.size() / 3 + 2;
  for (std::string_view candidate : candidates) {
    const auto distance = edit_distance(word, candidate, best_distance);
    if (distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

/// Lets a map with std::string keys be searched with a view, without a copy.
struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
};
template <class Value>
using TextMap = boost::unordered_flat_map<std::string, Value, TextHash, std::equal_to<>>;

}  // namespace ikewatch
