#include "prefix.hpp"

#include <ikewatch/base/text.hpp>
#include <ikewatch/rules/values.hpp>

#include "prefix_cisco.hpp"

namespace ikewatch::rules {
namespace {

constexpr std::array<std::string_view, 4> kinds{"none", "racoon", "cisco-asa", "cisco-ios"};
constexpr std::array<std::string_view, 7> levels{"", "ERROR", "WARNING", "NOTIFY", "INFO", "DEBUG", "DEBUG2"};
constexpr std::size_t longest_bracket = 64;

template <class Enum>
std::optional<Enum> find(std::span<const std::string_view> list, std::string_view name, std::size_t first) {
  for (std::size_t i = first; i < list.size(); ++i) {
    if (list[i] == name) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

/// `2026-11-22 10:00:00: `, which racoon writes when it logs to a file or runs in the foreground.
bool take_stamp(std::string_view& text) {
  constexpr std::string_view form = "dddd-dd-dd dd:dd:dd:";
  if (text.size() < form.size()) return false;
  for (std::size_t i = 0; i < form.size(); ++i) {
    if (form[i] == 'd' ? !is_digit(text[i]) : form[i] != text[i]) return false;
  }
  text = trim_left(text.substr(form.size()));
  return true;
}

/// `ERROR: ` and its like; the blank is missing where a line with an empty message was trimmed.
std::optional<Level> take_level(std::string_view& text) {
  if (text.empty() || !is_upper(text.front())) return std::nullopt;
  const auto colon = text.substr(0, 8).find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto behind = text.substr(colon + 1);
  if (!behind.empty() && !is_blank(behind.front())) return std::nullopt;
  const auto level = level_named(text.substr(0, colon));
  if (level) text = trim_left(behind);
  return level;
}

/// What stands in brackets at the front, with the text moved behind it; empty and untouched where there is none.
std::string_view take_bracket(std::string_view& text) {
  if (!text.starts_with('[')) return {};
  auto close = text.substr(0, longest_bracket).find(']');
  if (close == std::string_view::npos || close < 2) return {};
  if (text[1] == '[' && close + 1 < text.size() && text[close + 1] == ']') ++close;  // "[[removed]] ERROR: "
  const auto inside = text.substr(1, close - 1);
  text.remove_prefix(close + 1);
  consume(text, ":");
  text = trim_left(text);
  return inside;
}

bool is_source_name(std::string_view name) {
  return name.ends_with(".c") || name.ends_with(".l") || name.ends_with(".y") || name.ends_with(".h");
}

/// `oakley.c:2054:oakley_skeyid(): `: racoon's -L, and always there in KAME's.
bool take_location(std::string_view& text) {
  const auto colon = text.substr(0, longest_bracket).find(':');
  if (colon == std::string_view::npos || !is_source_name(text.substr(0, colon))) return false;
  auto rest = text.substr(colon + 1);
  std::size_t digits = 0;
  while (digits < rest.size() && is_digit(rest[digits])) ++digits;
  if (digits == 0 || digits >= rest.size() || rest[digits] != ':') return false;
  rest.remove_prefix(digits + 1);
  if (const auto call = rest.substr(0, longest_bracket).find("():"); call != std::string_view::npos) {
    if (rest.substr(0, call).find(' ') == std::string_view::npos) rest.remove_prefix(call + 3);
  }
  text = trim_left(rest);
  return true;
}

bool is_address(std::string_view text) {
  const auto length = address_length(text);
  return length > 0 && length == text.size();
}

Prefix read_racoon(std::string_view text) {
  Prefix out;
  out.body = text = trim_left(text);
  bool sure = take_stamp(text);
  if (sure) out.body = text;
  std::string_view inner;
  for (int i = 0; i < 2; ++i) {  // some web pages put the tunnel's description in brackets before the address
    const auto inside = take_bracket(text);
    if (!inside.empty()) inner = inside;
  }
  bool addressed = is_address(inner);
  const auto level = take_level(text);
  const bool located = take_location(text);
  if (!addressed && level && !inner.empty() && host_name_length(inner) == inner.size()) addressed = true;
  if (!level && !located && !addressed) return out;
  sure |= located || addressed;
  out.level = level.value_or(Level::none);
  out.evidence = sure ? Evidence::strong : Evidence::weak;
  out.body = text;
  if (addressed) out.add(FieldId::prefix, inner);
  return out;
}

}  // namespace

std::optional<PrefixKind> prefix_named(std::string_view name) { return find<PrefixKind>(kinds, name, 0); }
std::span<const std::string_view> prefix_names() { return kinds; }
std::optional<Level> level_named(std::string_view word) { return find<Level>(levels, word, 1); }
std::span<const std::string_view> level_names() { return levels; }

Prefix read_prefix(PrefixKind kind, std::string_view text) {
  switch (kind) {
    case PrefixKind::racoon:
      return read_racoon(text);
    case PrefixKind::cisco_asa:
      return read_asa_prefix(text);
    case PrefixKind::cisco_ios:
      return read_ios_prefix(text);
    case PrefixKind::none:
      break;
  }
  Prefix out;
  out.body = text;
  return out;
}

Prefix read_tagged_prefix(PrefixKind kind, std::string_view text) {
  return read_prefix(kind == PrefixKind::cisco_ios ? PrefixKind::none : kind, trim_left(text));
}

}  // namespace ikewatch::rules
