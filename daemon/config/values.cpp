#include "values.hpp"

#include <ikewatch/yaml/report.hpp>

#include <algorithm>
#include <array>
#include <limits>

namespace ikewatch::config {
namespace {

using namespace std::string_view_literals;
using yaml::quote;

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

constexpr std::array duration_units = {Unit{"ms", 1}, Unit{"s", 1000}, Unit{"m", 60'000}, Unit{"h", 3'600'000},
                                       Unit{"d", 86'400'000}};
constexpr std::array size_units = {Unit{"B", 1}, Unit{"KiB", 1ULL << 10U}, Unit{"MiB", 1ULL << 20U}, Unit{"GiB", 1ULL << 30U}};

/// How people also write a unit.
struct Spelling {
  std::string_view written;
  std::string_view meant;
};
constexpr std::array other_spellings = {
    Spelling{"sec", "s"},   Spelling{"secs", "s"},  Spelling{"second", "s"}, Spelling{"seconds", "s"}, Spelling{"S", "s"},
    Spelling{"min", "m"},   Spelling{"mins", "m"},  Spelling{"minute", "m"}, Spelling{"minutes", "m"}, Spelling{"hr", "h"},
    Spelling{"hour", "h"},  Spelling{"hours", "h"}, Spelling{"H", "h"},      Spelling{"day", "d"},     Spelling{"days", "d"},
    Spelling{"D", "d"},     Spelling{"msec", "ms"}, Spelling{"b", "B"},      Spelling{"byte", "B"},    Spelling{"bytes", "B"},
    Spelling{"k", "KiB"},   Spelling{"K", "KiB"},   Spelling{"kb", "KiB"},   Spelling{"kB", "KiB"},    Spelling{"KB", "KiB"},
    Spelling{"kib", "KiB"}, Spelling{"M", "MiB"},   Spelling{"mb", "MiB"},   Spelling{"MB", "MiB"},    Spelling{"mib", "MiB"},
    Spelling{"G", "GiB"},   Spelling{"GB", "GiB"},  Spelling{"gib", "GiB"},
};

std::string_view leading_digits(std::string_view text) {
  return text.substr(0, static_cast<std::size_t>(std::ranges::find_if_not(text, is_digit) - text.begin()));
}

bool is_plain_decimal(std::string_view digits) {
  return !digits.empty() && std::ranges::all_of(digits, is_digit) && (digits.size() == 1 || digits[0] != '0');
}

std::string without_zeros(std::string_view digits) {
  const auto first = digits.find_first_not_of('0');
  return first == std::string_view::npos ? "0" : std::string(digits.substr(first));
}

template <std::size_t N>
const Unit* unit_named(const std::array<Unit, N>& units, std::string_view name) {
  const auto found = std::ranges::find(units, name, &Unit::name);
  return found == units.end() ? nullptr : &*found;
}

template <std::size_t N>
std::string list_of(const std::array<Unit, N>& units) {
  std::string list;
  for (const auto& unit : units) list += (list.empty() ? "" : ", ") + std::string(unit.name);
  return list;
}

/// The complaint for a text that is digits with something else than a unit behind them.
template <std::size_t N>
std::string complain_of_unit_word(const std::array<Unit, N>& units, std::string_view usual, std::string_view text,
                                  std::string_view digits) {
  const auto word = trim(text.substr(digits.size()));
  const auto number = without_zeros(digits);
  if (word.empty()) {
    return quote(text) + " has no unit; write for example " + number + std::string(usual) + " (units: " + list_of(units) + ")";
  }
  if (unit_named(units, word)) return quote(text) + " has a blank before its unit; write " + number + std::string(word);
  const auto other = std::ranges::find(other_spellings, word, &Spelling::written);
  if (other != other_spellings.end() && unit_named(units, other->meant)) {
    return quote(text) + " has an unknown unit; write " + number + std::string(other->meant);
  }
  return quote(text) + " is not one whole number with one unit; write for example 90" + std::string(usual) +
         " (units: " + list_of(units) + ")";
}

/// A number with a unit, in the smallest unit. `usual` is the unit that a number without one most likely has.
template <std::size_t N>
Reading<std::uint64_t> read_quantity(const std::array<Unit, N>& units, std::string_view usual, std::string_view text) {
  if (text == "0") return std::uint64_t{0};
  const auto digits = leading_digits(text);
  if (digits.empty())
    return quote(text) + " is not a number with a unit; write for example 30" + std::string(usual) +
           " (units: " + list_of(units) + ")";
  const auto* unit = unit_named(units, text.substr(digits.size()));
  if (unit == nullptr) return complain_of_unit_word(units, usual, text, digits);
  if (!is_plain_decimal(digits))
    return quote(text) + " has leading zeros; write " + without_zeros(digits) + std::string(unit->name);
  const auto number = to_number<std::uint64_t>(digits);
  constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (!number || *number > most / unit->factor) return quote(text) + " is far too large; write a smaller number";
  return *number * unit->factor;
}

bool all_of_set(std::string_view text, std::string_view others) {
  return std::ranges::all_of(text, [&](char c) { return is_alnum(c) || others.find(c) != std::string_view::npos; });
}

}  // namespace

Reading<std::uint64_t> read_number(std::string_view text) {
  const auto digits = leading_digits(text);
  if (digits.size() == text.size() && !text.empty()) {
    if (!is_plain_decimal(text)) return quote(text) + " has leading zeros; write " + without_zeros(text);
    const auto number = to_number<std::uint64_t>(text);
    if (number) return *number;
    return quote(text) + " is far too large; write a smaller number";
  }
  return quote(text) + " is not a whole decimal number; write digits only, without sign, point, prefix or separators";
}

Reading<Duration> read_duration(std::string_view text) {
  auto reading = read_quantity(duration_units, "s", text);
  if (!reading.value) return std::move(reading.complaint);
  return Duration(static_cast<Duration::rep>(*reading.value));
}

Reading<std::uint64_t> read_size(std::string_view text) { return read_quantity(size_units, "B", text); }

Reading<bool> read_boolean(std::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  constexpr std::array yes = {"yes"sv, "Yes"sv, "YES"sv, "on"sv, "On"sv, "ON"sv, "True"sv, "TRUE"sv, "y"sv, "Y"sv, "1"sv};
  constexpr std::array no = {"no"sv, "No"sv, "NO"sv, "off"sv, "Off"sv, "OFF"sv, "False"sv, "FALSE"sv, "n"sv, "N"sv, "0"sv};
  if (std::ranges::find(yes, text) != yes.end()) return quote(text) + " is not a truth value; write true";
  if (std::ranges::find(no, text) != no.end()) return quote(text) + " is not a truth value; write false";
  return quote(text) + " is not a truth value; write true or false";
}

std::string complain_of_name(std::string_view text) {
  if (text.size() > 128) return quote(text) + " is longer than 128 bytes; shorten it";
  if (!is_alnum(text[0]) || !all_of_set(text, "._-:@")) {
    return quote(text) + " is no name; write letters, digits and . _ - : @ only, beginning with a letter or digit";
  }
  return {};
}

std::string complain_of_path(std::string_view text) {
  if (!text.starts_with('/')) return quote(text) + " is not an absolute path; begin it with /";
  if (text.find('\n') != std::string_view::npos) return quote(text) + " has a line break in it; write the path on one line";
  return {};
}

std::string complain_of_url(std::string_view text) {
  auto rest = text;
  if (!consume(rest, "http://") && !consume(rest, "https://"))
    return quote(text) + " is no URL; begin it with http:// or https://";
  const auto authority = rest.substr(0, rest.find_first_of("/?#"));
  if (authority.find('@') != std::string_view::npos)
    return "a user or password must not stand in a URL; put the secret into a file and name it as secret_file";
  if (authority.empty() || authority.starts_with(':'))
    return quote(text) + " names no host; write for example http://127.0.0.1:9093";
  const bool blank = std::ranges::any_of(text, [](char c) { return is_blank(c) || c == '\n'; });
  if (blank) return quote(text) + " has a blank in it; write %20 or remove it";
  const auto after_brackets = authority.substr(authority.find(']') + 1);  // the whole when there is no IPv6 address
  const auto colon = after_brackets.find(':');
  if (colon == std::string_view::npos) return {};
  const auto port = to_number<std::uint16_t>(after_brackets.substr(colon + 1));
  if (!port || *port == 0) return quote(after_brackets.substr(colon + 1)) + " is no port; write 1 to 65535";
  return {};
}

std::string complain_of_unit(std::string_view text) {
  constexpr std::array suffixes = {"service"sv, "scope"sv, "socket"sv, "slice"sv,  "mount"sv,
                                   "timer"sv,   "path"sv,  "target"sv, "device"sv, "swap"sv};
  if (text.size() > 255 || !all_of_set(text, ":-_.\\@"))
    return quote(text) + " is no systemd unit; write for example racoon.service";
  const auto dot = text.rfind('.');
  const auto suffix = dot == std::string_view::npos ? std::string_view{} : text.substr(dot + 1);
  if (dot != 0 && std::ranges::find(suffixes, suffix) != suffixes.end()) return {};
  return quote(text) + " has no unit type; write " + to_printable(text) + ".service";
}

std::string complain_of_pattern(std::string_view text) {
  if (text.size() <= 128 && all_of_set(text, "._-:@*")) return {};
  return quote(text) + " is no name; write a name, or a part of one with * for the rest";
}

std::string complain_of_dialect(std::string_view text) {
  constexpr std::array known = {"racoon"sv, "cisco-ios"sv, "cisco-asa"sv};
  if (std::ranges::find(known, text) != known.end()) return {};
  for (const auto name : known) {
    if (edit_distance(text, name, 2) <= 1) return quote(text) + " is no dialect; did you mean " + std::string(name) + "?";
  }
  const bool kebab = std::ranges::all_of(text, [](char c) { return is_lower(c) || is_digit(c) || c == '-'; });
  if (kebab && is_lower(text[0]) && text.size() <= 64) return {};
  return quote(text) + " is no dialect; write racoon, cisco-ios, cisco-asa or the dialect of a rule pack of your own";
}

std::string complain_of_timezone(std::string_view text) {
  // The name becomes a path below /usr/share/zoneinfo: it must not lead out of it.
  const bool allowed =
      all_of_set(text, "/_+-") && is_alpha(text[0]) && text.find("//") == std::string_view::npos && !text.ends_with('/');
  if (allowed && text.size() <= 64) return {};
  return quote(text) + " is no time zone; write a name as Europe/Paris or UTC";
}

Reading<std::chrono::minutes> read_clock(std::string_view text) {
  const auto hours = text.size() == 5 && text[2] == ':' ? to_number<unsigned>(text.substr(0, 2)) : std::nullopt;
  const auto minutes = hours ? to_number<unsigned>(text.substr(3)) : std::nullopt;
  if (!minutes || *hours > 23 || *minutes > 59) return quote(text) + " is no time of day; write it as 02:30, in quotes";
  return std::chrono::minutes(*hours * 60 + *minutes);
}

std::string complain_of_header(std::string_view text) {
  // RFC 9110 section 5.1: a token; the fields that the sender itself writes are its own.
  const auto colon = text.find(':');
  const auto name = text.substr(0, colon);
  const bool token = colon != std::string_view::npos && !name.empty() && all_of_set(name, "-_");
  if (!token) return quote(text) + " is no header; write `Name: value`";
  std::string lower(name);
  std::ranges::transform(lower, lower.begin(), [](char c) { return is_upper(c) ? static_cast<char>(c + 32) : c; });
  for (const std::string_view own : {"host", "content-length", "transfer-encoding", "connection", "expect"}) {
    if (lower == own) return quote(name) + " is set by ikewatch itself; delete it";
  }
  return {};
}

/// RFC 5425 section 5.2: `*` is the whole first label or nothing. RFC 1035 section 2.3.4: at most 255 octets.
std::string complain_of_certificate_name(std::string_view text) {
  if (Address::parse(text)) return {};
  auto labels = text;
  static_cast<void>(consume(labels, "*."));
  const bool plain = !labels.empty() && all_of_set(labels, ".-_") && !labels.starts_with('.') && !labels.ends_with('.');
  if (plain && labels.find("..") == std::string_view::npos && text.size() <= 253) return {};
  return quote(text) + " is no name of a certificate; write host.example.net, *.example.net or an IP address";
}

std::string complain_of_label(std::string_view text) {
  const bool allowed = !text.empty() && !is_digit(text[0]) && all_of_set(text, "_");
  if (allowed && !text.starts_with("__") && text.size() <= 128) return {};
  return quote(text) + " is no label name; write letters, digits and _, beginning with a letter";
}

}  // namespace ikewatch::config
