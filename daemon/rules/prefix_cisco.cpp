#include "prefix_cisco.hpp"

#include <ikewatch/base/text.hpp>
#include <ikewatch/rules/values.hpp>

namespace ikewatch::rules {
namespace {

constexpr std::size_t longest_part = 128;

/// `[IKEv1]: `, `[IKEv1 DEBUG]: `, `[IKEv1]`.
bool take_asa_bracket(std::string_view& text) {
  if (!text.starts_with("[IKE")) return false;
  const auto close = text.substr(0, longest_part).find(']');
  if (close == std::string_view::npos) return false;
  text.remove_prefix(close + 1);
  consume(text, ":");
  text = trim_left(text);
  return true;
}

/// `(139): ` behind the name of an IKEv2 component.
void take_number_in_parentheses(std::string_view& text) {
  if (!text.starts_with('(')) return;
  const auto close = text.substr(0, longest_part).find(')');
  if (close == std::string_view::npos || close < 2) return;
  for (const char c : text.substr(1, close - 1)) {
    if (!is_digit(c)) return;
  }
  text.remove_prefix(close + 1);
  consume(text, ":");
  text = trim_left(text);
}

/// `IKEv2-PROTO-1: `, `IKEv2-PLAT-3: `.
bool take_asa_component(std::string_view& text) {
  if (!text.starts_with("IKEv2-P")) return false;
  const auto colon = text.substr(0, 20).find(':');
  if (colon == std::string_view::npos || !is_digit(text[colon - 1])) return false;
  text = trim_left(text.substr(colon + 1));
  take_number_in_parentheses(text);
  return true;
}

/// The key and its `=`, in any spacing.
bool take_key(std::string_view& text, std::string_view key) {
  std::string_view rest = text;
  if (!consume(rest, key)) return false;
  rest = trim_left(rest);
  if (!consume(rest, "=")) return false;
  text = trim_left(rest);
  return true;
}

bool is_key_at(std::string_view text, std::size_t at) {
  for (const std::string_view key : {"Group", "Username", "User", "IP"}) {
    std::string_view rest = text.substr(at);
    if (take_key(rest, key)) return true;
  }
  return false;
}

/// Up to the comma, or up to the next key where the comma is missing.
std::string_view take_value(std::string_view& text) {
  std::size_t end = 0;
  const std::size_t limit = text.size() < longest_part ? text.size() : longest_part;
  while (end < limit && text[end] != ',') {
    if (end > 0 && is_blank(text[end - 1]) && is_key_at(text, end)) break;
    ++end;
  }
  const auto value = trim(text.substr(0, end));
  text.remove_prefix(end);
  return value;
}

std::string_view take_address(std::string_view& text) {
  const auto length = address_length(text);
  if (length == 0) return take_value(text);
  const auto address = text.substr(0, length);
  text.remove_prefix(length);
  return address;
}

void end_part(std::string_view& text) {
  text = trim_left(text);
  consume(text, ",");
  text = trim_left(text);
}

bool take_asa_part(std::string_view& text, Prefix& out) {
  if (take_key(text, "Group")) {
    out.add(FieldId::group, take_value(text));
  } else if (take_key(text, "Username") || take_key(text, "User")) {
    out.add(FieldId::user, take_value(text));
  } else if (take_key(text, "IP")) {
    out.add(FieldId::peer, take_address(text));
  } else {
    return false;
  }
  end_part(text);
  return true;
}

/// What stands in the parentheses of an IOS debug line is a connection: `1001`, `0:1`, `0:0:N/A:0`, `SESSION ID = 31,SA ID = 1`.
bool is_connection(std::string_view inside) {
  return !inside.empty() && (is_digit(inside.front()) || inside.starts_with("SESSION ID") || inside.starts_with("SA ID"));
}

std::string_view number_behind(std::string_view text, std::string_view key) {
  const auto at = text.find(key);
  if (at == std::string_view::npos) return {};
  auto rest = text.substr(at + key.size());
  std::size_t skip = 0;
  while (skip < rest.size() && (is_blank(rest[skip]) || rest[skip] == '=')) ++skip;
  rest.remove_prefix(skip);
  std::size_t digits = 0;
  while (digits < rest.size() && is_digit(rest[digits])) ++digits;
  return rest.substr(0, digits);
}

/// The session's number tells it from all others of the device; the SA's number is used again and again.
std::string_view connection_of(std::string_view inside) {
  if (is_digit(inside.front())) return inside;
  const auto session = number_behind(inside, "SESSION ID");
  return session.empty() ? number_behind(inside, "SA ID") : session;
}

bool take_connection(std::string_view& text, Prefix& out) {
  if (!text.starts_with('(')) return false;
  const auto close = text.substr(0, longest_part).find(')');
  if (close == std::string_view::npos) return false;
  const auto inside = trim(text.substr(1, close - 1));
  if (!is_connection(inside)) return false;
  out.add(FieldId::conn, connection_of(inside));
  text.remove_prefix(close + 1);
  return true;
}

/// `-ERROR`, `-PAK`, `-INTERNAL` behind the word.
void take_ios_class(std::string_view& text) {
  if (!text.starts_with('-')) return;
  std::size_t end = 1;
  while (end < text.size() && is_upper(text[end])) ++end;
  text.remove_prefix(end);
}

void skip_colons(std::string_view& text) {
  while (!text.empty() && (text.front() == ':' || is_blank(text.front()))) text.remove_prefix(1);
}

}  // namespace

Prefix read_asa_prefix(std::string_view text) {
  Prefix out;
  text = trim_left(text);
  bool seen = take_asa_bracket(text) || take_asa_component(text);
  for (int i = 0; i < 4 && take_asa_part(text, out); ++i) seen = true;
  out.body = text;
  out.evidence = seen ? Evidence::strong : Evidence::none;
  return out;
}

Prefix read_ios_prefix(std::string_view text) {
  Prefix out;
  out.body = text = trim_left(text);
  if (!consume(text, "ISAKMP") && !consume(text, "IKEv2")) return out;
  take_ios_class(text);
  const auto behind = trim_left(text);
  if (!behind.starts_with(':') && !behind.starts_with('(')) return out;
  skip_colons(text);
  const bool connected = take_connection(text, out);
  if (!connected && !behind.starts_with(':')) return out;  // "ISAKMP (something else)"
  skip_colons(text);
  out.body = text;
  out.evidence = Evidence::strong;
  return out;
}

}  // namespace ikewatch::rules
