#include <ikewatch/base/text.hpp>
#include <ikewatch/rules/values.hpp>

#include <algorithm>
#include <array>

namespace ikewatch::rules {
namespace {

std::size_t run_of(std::string_view text, bool (*accepts)(char)) {
  std::size_t length = 0;
  while (length < text.size() && accepts(text[length])) ++length;
  return length;
}

char lower(char c) { return is_upper(c) ? static_cast<char>(c + 32) : c; }

enum class Group : std::uint8_t { none, digits, mask };

bool is_mask_sign(char c) { return c == '*' || c == '#' || c == '?'; }

/// What may hide the rest of a group that begins with digits.
bool hides(char c) { return c == 'x' || c == 'X' || c == '*'; }

/// One part of a dotted quad: 0..255, or one repeated letter or sign ("x", "XXX", "B", "***"), also behind digits ("2xx"), at
/// most three bytes.
Group read_group(std::string_view text, std::size_t& at) {
  const std::size_t begin = at;
  unsigned value = 0;
  for (; at < text.size() && at - begin < 3 && is_digit(text[at]); ++at)
    value = value * 10 + static_cast<unsigned>(text[at] - '0');
  if (at > begin) {
    const bool whole = at >= text.size() || text[at] == '.' || at - begin == 3 || !hides(text[at]);
    if (whole) return value < 256 ? Group::digits : Group::none;
  }
  if (at >= text.size() || !(is_alpha(text[at]) || is_mask_sign(text[at]))) return Group::none;
  const char mask = lower(text[at]);
  while (at < text.size() && at - begin < 3 && lower(text[at]) == mask) ++at;
  return Group::mask;
}

bool ends_word(std::string_view text, std::size_t at, bool masked) {
  if (at >= text.size()) return true;
  return masked ? !is_alnum(text[at]) && !is_mask_sign(text[at]) : !is_digit(text[at]);
}

/// Four numbers, which is what nearly all lines have.
std::size_t quad_length(std::string_view text) {
  std::size_t at = 0;
  for (int part = 0; part < 4; ++part) {
    if (part > 0 && (at >= text.size() || text[at++] != '.')) return 0;
    const std::size_t begin = at;
    unsigned value = 0;
    for (; at < text.size() && at - begin < 3 && is_digit(text[at]); ++at)
      value = value * 10 + static_cast<unsigned>(text[at] - '0');
    if (at == begin || value > 255) return 0;
  }
  return at < text.size() && (is_digit(text[at]) || hides(text[at])) ? 0 : at;
}

std::size_t dotted_length(std::string_view text) {
  if (text.empty()) return 0;
  if (is_digit(text.front())) {
    if (const auto length = quad_length(text); length != 0) return length;
  }
  std::size_t at = 0;
  bool masked = false;
  for (int part = 0; part < 4; ++part) {
    if (part > 0 && (at >= text.size() || text[at++] != '.')) return 0;
    const Group group = read_group(text, at);
    if (group == Group::none) return 0;
    masked |= group == Group::mask;
  }
  return ends_word(text, at, masked) ? at : 0;
}

std::size_t scope_length(std::string_view text) {
  if (text.empty() || text.front() != '%') return 0;
  const auto is_scope = [](char c) { return is_alnum(c) || c == '-' || c == '_'; };
  const auto length = run_of(text.substr(1), is_scope);
  return length == 0 ? 0 : length + 1;
}

/// The longest IPv6 text (RFC 4291 section 2.2) at the front: groups of up to four hex digits, one `::` at most, a dotted tail.
std::size_t v6_length(std::string_view text) {
  std::size_t at = 0;
  std::size_t best = 0;
  int groups = 0;
  bool gap = false;
  if (text.starts_with("::")) {
    gap = true;
    at = best = 2;
  }
  while (groups < 8 && at < text.size()) {
    if (const auto tail = dotted_length(text.substr(at)); tail > 0 && is_digit(text[at]) && (gap ? groups <= 6 : groups == 6))
      return at + tail;
    const auto digits = run_of(text.substr(at, 5), is_hex);
    if (digits == 0 || digits > 4) break;
    at += digits;
    ++groups;
    if (gap || groups == 8) best = at;
    if (at >= text.size() || text[at] != ':') break;
    const bool doubled = text.substr(at).starts_with("::");
    if (doubled && gap) break;
    at += doubled ? 2 : 1;
    if (!doubled) continue;
    gap = true;
    best = at;
  }
  return gap || groups == 8 ? best : 0;
}

/// `<peer-ip>`, `<remote ip>`: what people put in place of an address; letters, digits, blanks, dots and hyphens only.
std::size_t placeholder_length(std::string_view text) {
  constexpr std::size_t longest = 40;
  const auto close = text.substr(0, longest).find('>');
  if (close == std::string_view::npos || close < 2) return 0;
  const auto inside = text.substr(1, close - 1);
  const auto fits = [](char c) { return is_alnum(c) || c == ' ' || c == '-' || c == '_' || c == '.' || c == '\'' || c == ':'; };
  return is_alnum(inside.front()) && std::all_of(inside.begin(), inside.end(), fits) ? close + 1 : 0;
}

bool same_letters(std::string_view text, std::string_view lower_case) {
  return text.size() == lower_case.size() &&
         std::equal(text.begin(), text.end(), lower_case.begin(), [](char a, char b) { return lower(a) == b; });
}

/// `[removed]`, `(redacted)`.
std::size_t removed_length(std::string_view text) {
  constexpr std::array<std::string_view, 13> words{"removed", "redacted", "hidden", "masked", "snip", "snipped", "censored",
                                                   "deleted", "omitted",  "local",  "remote", "peer", "public"};
  const auto close = text.substr(0, 12).find(text.front() == '[' ? ']' : ')');
  if (close == std::string_view::npos) return 0;
  const auto inside = text.substr(1, close - 1);
  return std::any_of(words.begin(), words.end(), [inside](auto word) { return same_letters(inside, word); }) ? close + 1 : 0;
}

bool is_capital_byte(char c) { return is_upper(c) || is_digit(c) || c == '-' || c == '_' || c == '.'; }

/// Words that stand in an address's place when they are written in capitals: `REMOTE`, `PEER-A`, `SITE_B_GW`.
bool names_an_end(std::string_view capitals) {
  constexpr std::array<std::string_view, 13> words{"REMOTE", "LOCAL", "PEER",   "CLIENT",   "SERVER",  "GATEWAY", "OFFICE",
                                                   "BRANCH", "SITE",  "PUBLIC", "REDACTED", "REMOVED", "HIDDEN"};
  if (std::string_view("RLPCSGOBH").find(capitals.front()) == std::string_view::npos) return false;
  const auto first = capitals.substr(0, capitals.find_first_of("-_."));
  return std::find(words.begin(), words.end(), first) != words.end();
}

/// `CLI.ENT.IP`.
bool has_two_dots(std::string_view word) {
  const auto first = word.find('.');
  return first != word.npos && word.find('.', first + 1) != word.npos && word.find("..") == word.npos;
}

/// `REMOTE_GW`, and `CLI.ENT.IP`: capitals alone, with two dots or with a word for one of the ends.
std::size_t capitals_length(std::string_view text) {
  constexpr std::size_t longest = 40;
  if (!is_upper(text.front()) || text.size() < 4 || !is_capital_byte(text[1]) || !is_capital_byte(text[2])) return 0;
  auto length = run_of(text.substr(0, longest + 1), is_capital_byte);
  if (length > longest || (length < text.size() && is_alnum(text[length]))) return 0;
  while (length > 0 && !is_alnum(text[length - 1])) --length;
  const auto word = text.substr(0, length);
  return length > 3 && (names_an_end(word) || has_two_dots(word)) ? length : 0;
}

bool is_word_byte(char c) { return is_alnum(c) || c == '-' || c == '_'; }

/// `my-ip-address`, `Office_IP`: several words joined, one of which is "ip".
std::size_t spoken_length(std::string_view text) {
  constexpr std::size_t longest = 40;
  if (!is_alpha(text.front())) return 0;
  auto length = run_of(text.substr(0, longest + 1), is_word_byte);
  if (length > longest) return 0;
  while (!is_alnum(text[length - 1])) --length;  // of an arrow: `MY_IP->PEER_IP`
  for (std::size_t at = 0; at + 1 < length; ++at) {
    const bool begins = at == 0 || !is_alnum(text[at - 1]);
    const bool ends = at + 2 == length || !is_alnum(text[at + 2]);
    if (begins && ends && length > 2 && lower(text[at]) == 'i' && lower(text[at + 1]) == 'p') return length;
  }
  return 0;
}

bool may_be_v6(std::string_view text) {
  if (text.starts_with("::")) return true;
  const auto digits = run_of(text.substr(0, 5), is_hex);
  return digits > 0 && digits < 5 && digits < text.size() && text[digits] == ':';
}

/// IKE's usual ports: 500 and 4500 (RFC 7296 section 2), 848 (RFC 6407 section 2).
bool ends_with_port(std::string_view address) {
  const char last = address.back();
  if (last != '0' && last != '8') return false;
  return address.ends_with(":500") || address.ends_with(":4500") || address.ends_with(":848");
}

/// An IPv6 address without the port that follows it behind a colon, as Cisco prints it.
std::size_t without_colon_port(std::string_view address) {
  const auto colon = address.rfind(':');
  return v6_length(address.substr(0, colon)) == colon ? colon : address.size();
}

bool is_prefixed(std::string_view text) { return text.starts_with("0x") || text.starts_with("0X"); }

std::optional<std::uint32_t> simple_spi(std::string_view text) {
  if (std::all_of(text.begin(), text.end(), is_digit)) return to_number<std::uint32_t>(text);
  if (is_prefixed(text)) text.remove_prefix(2);
  return to_number<std::uint32_t>(text, 16);
}

}  // namespace

std::size_t address_length(std::string_view text) {
  if (text.empty()) return 0;
  if (text.front() == '<') return placeholder_length(text);
  if (const auto length = dotted_length(text); length > 0) return length;
  if (!may_be_v6(text)) {
    if (text.front() == '[' || text.front() == '(') return removed_length(text);
    const auto spoken = spoken_length(text);
    return spoken != 0 ? spoken : capitals_length(text);
  }
  const auto length = v6_length(text);
  return length == 0 ? 0 : length + scope_length(text.substr(length));
}

std::size_t endpoint_address_length(std::string_view text) {
  const auto length = address_length(text);
  if (length < 5 || (text[length - 4] != ':' && text[length - 5] != ':')) return length;
  return ends_with_port(text.substr(0, length)) ? without_colon_port(text.substr(0, length)) : length;
}

std::size_t host_name_length(std::string_view text) {
  if (text.empty() || !is_alpha(text.front())) return 0;
  constexpr std::size_t longest = 253;  // RFC 1035 section 2.3.4, without the dots around
  const auto length = run_of(text.substr(0, longest + 1), [](char c) { return is_word_byte(c) || c == '.'; });
  if (length > longest) return 0;
  auto name = text.substr(0, length);
  while (name.ends_with('.')) name.remove_suffix(1);
  const auto dot = name.rfind('.');
  if (dot == std::string_view::npos || name.size() - dot < 3 || name.find("..") != name.npos) return 0;
  const auto top = name.substr(dot + 1);
  return std::all_of(top.begin(), top.end(), is_alpha) ? name.size() : 0;
}

std::string_view address_part(std::string_view endpoint) {
  endpoint = trim(endpoint);
  auto length = address_length(endpoint);
  if (length > 4 && (endpoint[length - 4] == ':' || endpoint[length - 5] == ':')) [[unlikely]]
    length = endpoint_address_length(endpoint);
  if (length != 0) return endpoint.substr(0, length);
  const auto port = endpoint.rfind('[');
  const bool named = port != endpoint.npos && port > 0 && endpoint.ends_with(']') && is_alnum(endpoint.front()) &&
                     to_number<std::uint16_t>(endpoint.substr(port + 1, endpoint.size() - port - 2)).has_value();
  return named ? trim(endpoint.substr(0, port)) : endpoint;
}

std::optional<std::uint32_t> parse_spi(std::string_view text) {
  text = trim(text);
  const auto open = text.find('(');
  if (open != std::string_view::npos) {
    if (!text.ends_with(')')) return std::nullopt;
    const auto outside = text.substr(0, open);
    const auto inside = text.substr(open + 1, text.size() - open - 2);
    text = is_prefixed(inside) && !is_prefixed(outside) ? inside : outside;
  }
  return simple_spi(text);
}

bool Cookies::answered() const { return !responder.empty() && responder.find_first_not_of('0') != std::string_view::npos; }

Cookies parse_cookies(std::string_view text) {
  text = trim(text);
  const auto first = text.find(':');
  if (first == std::string_view::npos || first == 0) return {};
  const auto rest = text.substr(first + 1);
  const auto responder = rest.substr(0, rest.find(':'));
  return responder.empty() ? Cookies{} : Cookies{text.substr(0, first), responder};
}

}  // namespace ikewatch::rules
