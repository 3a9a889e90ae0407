#include "words.hpp"

#include "stamp.hpp"

#include <algorithm>
#include <array>

namespace ikewatch::syslog {
namespace {

using namespace std::string_view_literals;

constexpr std::array facilities{"kern"sv, "user"sv, "mail"sv, "daemon"sv,   "auth"sv, "security"sv, "syslog"sv, "lpr"sv,
                                "news"sv, "uucp"sv, "cron"sv, "authpriv"sv, "ftp"sv,  "ntp"sv,      "console"sv};
constexpr std::array severities{"emerg"sv, "panic"sv, "alert"sv,   "crit"sv,   "critical"sv, "err"sv,
                                "error"sv, "warn"sv,  "warning"sv, "notice"sv, "info"sv,     "debug"sv};

char lower(char c) { return is_upper(c) ? static_cast<char>(c | 0x20) : c; }

bool same_word(std::string_view a, std::string_view lower_case) {
  return a.size() == lower_case.size() &&
         std::equal(a.begin(), a.end(), lower_case.begin(), [](char x, char y) { return lower(x) == y; });
}

template <class List>
bool one_of(std::string_view word, const List& list) {
  return std::any_of(list.begin(), list.end(), [&](std::string_view known) { return same_word(word, known); });
}

bool is_local_facility(std::string_view word) {
  return word.size() == 6 && same_word(word.substr(0, 5), "local") && word[5] >= '0' && word[5] <= '7';
}

}  // namespace

bool is_level_word(std::string_view word) {
  return word == "INFO" || word == "ERROR" || word == "WARNING" || word == "NOTIFY" || word == "DEBUG" || word == "DEBUG2";
}

bool is_facility_word(std::string_view word) {
  const auto dot = word.find('.');
  if (dot == std::string_view::npos || word.size() > 18) return false;
  const auto facility = word.substr(0, dot);
  return one_of(word.substr(dot + 1), severities) && (is_local_facility(facility) || one_of(facility, facilities));
}

bool is_module_word(std::string_view word) {
  Cursor cursor(word);
  while (is_upper(cursor.peek())) ++cursor.at;
  int numbers = 0;
  while (!cursor.skip_digits().empty()) {
    ++numbers;
    if (cursor.done()) return numbers > 1;
    if (!cursor.skip('/')) return false;
  }
  return false;
}

std::size_t node_prefix(std::string_view word) {
  const auto slash = word.find('/');
  if (slash == std::string_view::npos || slash == 0 || slash > 4) return 0;
  const auto colon = word.find(':', slash);
  if (colon == std::string_view::npos || colon + 1 == word.size()) return 0;
  return month_at(Cursor(word.substr(colon + 1))) != 0 || is_digit(word[colon + 1]) || word[colon + 1] == '*' ? colon + 1 : 0;
}

bool is_number(std::string_view word) { return !word.empty() && std::all_of(word.begin(), word.end(), is_digit); }

bool is_host(std::string_view word) {
  if (word.empty() || word.size() > 255) return false;
  const char first = word.front();
  const bool begins = is_alnum(first) || first == ':' || (first & '\x80') != 0;
  return begins && word.find_first_of("()#") == std::string_view::npos;
}

std::string_view plain_program(std::string_view name) {
  constexpr std::string_view unit = ".service";
  if (name.ends_with(unit)) {
    name.remove_suffix(unit.size());
    name = name.substr(0, name.find('@'));
  }
  return name.starts_with('/') ? name.substr(name.rfind('/') + 1) : name;
}

std::string_view without_port(std::string_view host) {
  const auto colon = host.find(':');
  if (colon == std::string_view::npos || host.find('.') > colon) return host;
  return is_number(host.substr(colon + 1)) ? host.substr(0, colon) : host;
}

}  // namespace ikewatch::syslog
