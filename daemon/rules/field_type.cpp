#include "field_type.hpp"

#include <ikewatch/base/text.hpp>
#include <ikewatch/rules/values.hpp>

namespace ikewatch::rules {
namespace {

constexpr std::array<std::string_view, field_types> names{
    "cookies",  "address",        "endpoint", "number", "esp_transform", "ah_transform", "ike_cipher",     "ike_hash",
    "ike_auth", "auth_algorithm", "dh_group", "notify", "x509_error",    "encmode",      "ipsec_protocol", "id_type",
    "exchange", "life_type",      "spi",      "hex",    "word",          "text",         "rest",
};

std::size_t digits_at(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && is_digit(text[end])) ++end;
  return end - at;
}

/// Cookies are long: one look-up for each byte instead of six comparisons.
constexpr auto hex_bytes = [] {
  std::array<bool, 256> table{};
  for (std::size_t byte = 0; byte < table.size(); ++byte) table[byte] = is_hex(static_cast<char>(byte));
  return table;
}();

std::size_t hex_at(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && hex_bytes[static_cast<unsigned char>(text[end])]) ++end;
  return end - at;
}

std::size_t number_length(std::string_view text) {
  const std::size_t sign = text.starts_with('-') ? 1 : 0;  // IOS prints message ids as signed numbers
  const auto digits = digits_at(text, sign);
  return digits == 0 ? 0 : sign + digits;
}

std::size_t hex_length(std::string_view text) {
  if (text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
    if (const auto digits = hex_at(text, 2); digits > 0) return digits + 2;
  }
  return hex_at(text, 0);
}

std::size_t spi_length(std::string_view text) {
  const auto outside = hex_length(text);
  if (outside == 0 || outside >= text.size() || text[outside] != '(') return outside;
  const auto inside = hex_length(text.substr(outside + 1));
  const auto close = outside + 1 + inside;
  return inside > 0 && close < text.size() && text[close] == ')' ? close + 1 : outside;
}

/// One cookie: 16 hex digits, or what people put in its place: `<cookie>`, `xxxxxxxxxxxxxxxx`.
std::size_t cookie_length(std::string_view text) {
  constexpr std::size_t cookie_digits = 16;
  if (hex_at(text, 0) == cookie_digits) return cookie_digits;
  if (text.starts_with('<')) {
    const auto close = text.substr(0, 40).find('>');
    return close == std::string_view::npos || close < 2 ? 0 : close + 1;
  }
  std::size_t masked = 0;
  while (masked < text.size() && (text[masked] == 'x' || text[masked] == 'X' || text[masked] == '*')) ++masked;
  return masked <= cookie_digits ? masked : 0;
}

std::size_t cookies_length(std::string_view text) {
  const auto first = cookie_length(text);
  if (first == 0 || first >= text.size() || text[first] != ':') return 0;
  const auto second = cookie_length(text.substr(first + 1));
  if (second == 0) return 0;
  const auto end = first + 1 + second;
  const bool message = end < text.size() && text[end] == ':' && hex_at(text, end + 1) == 8;
  return message ? end + 9 : end;
}

/// Length with the port behind an address of `bare` bytes; 0 where there is none.
std::size_t with_port(std::string_view text, std::size_t bare) {
  std::size_t at = bare;
  while (at < text.size() && is_blank(text[at])) ++at;
  if (at >= text.size()) return 0;
  const bool bracket = text[at] == '[';
  if (!bracket && (at != bare || (text[at] != ':' && text[at] != '/'))) return 0;
  const auto digits = digits_at(text, ++at);
  if (digits == 0 || digits > 5) return 0;
  at += digits;
  if (!bracket) return at;
  return at < text.size() && text[at] == ']' ? at + 1 : 0;
}

/// `OFFICE[500]`, `vpn.example.net[500]`: any name is an end point where racoon's port in brackets follows.
std::size_t named_endpoint_length(std::string_view text) {
  constexpr std::size_t longest = 64;
  std::size_t at = 0;
  while (at < text.size() && at < longest && (is_alnum(text[at]) || text[at] == '.' || text[at] == '-' || text[at] == '_')) ++at;
  const bool name = at > 1 && at < text.size() && text[at] == '[' && is_alpha(text.front()) && text.substr(0, at) != "anonymous";
  if (!name) return 0;
  const auto digits = digits_at(text, at + 1);
  const auto close = at + 1 + digits;
  return digits > 0 && digits < 6 && close < text.size() && text[close] == ']' ? close + 1 : 0;
}

Readings read_endpoint(std::string_view text) {
  Readings out;
  auto bare = address_length(text);
  if (bare > 4 && (text[bare - 4] == ':' || text[bare - 5] == ':')) [[unlikely]]
    bare = endpoint_address_length(text);
  if (bare == 0) {
    out.add(named_endpoint_length(text));
    return out;
  }
  out.add(with_port(text, bare));
  out.add(bare);
  return out;
}

bool is_name_byte(char c) { return is_alnum(c) || c == '-' || c == '_' || c == '+'; }

/// A known name, else a number, else any one word: what the registry does not know is kept as it stands.
Readings read_registry(Registry registry, std::string_view text) {
  Readings out;
  const auto known = find_name(registry, text);
  out.add(known.length, known.name);
  const auto digits = digits_at(text, 0);
  std::size_t word = digits;
  while (word < text.size() && is_name_byte(text[word])) ++word;
  if (digits > 0 && digits == word) {
    const auto number = to_number<std::uint32_t>(text.substr(0, digits));
    out.add(digits, number ? name_of(registry, *number) : std::string_view{});
    return out;
  }
  if (word > 0 && is_alnum(text[0]) && word != known.length) out.add(word);
  return out;
}

}  // namespace

std::span<const std::string_view> field_type_names() { return names; }

std::optional<FieldType> field_type_named(std::string_view name) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return static_cast<FieldType>(i);
  }
  return std::nullopt;
}

std::optional<Registry> registry_of(FieldType type) {
  if (type < FieldType::esp_transform || type > FieldType::life_type) return std::nullopt;
  return static_cast<Registry>(static_cast<unsigned>(type) - static_cast<unsigned>(FieldType::esp_transform));
}

std::size_t field_length(FieldType type, std::string_view text) {
  switch (type) {
    case FieldType::cookies:
      return cookies_length(text);
    case FieldType::address:
      return address_length(text);
    case FieldType::number:
      return number_length(text);
    case FieldType::spi:
      return spi_length(text);
    case FieldType::hex:
      return hex_length(text);
    default:
      return 0;
  }
}

Readings read_field(FieldType type, std::string_view text) {
  if (type == FieldType::endpoint) return read_endpoint(text);
  if (const auto registry = registry_of(type)) return read_registry(*registry, text);
  Readings out;
  out.add(field_length(type, text));
  return out;
}

}  // namespace ikewatch::rules
