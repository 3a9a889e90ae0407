#include "lead.hpp"

#include "opening.hpp"

#include <ikewatch/base/text.hpp>
#include <ikewatch/syslog/header.hpp>

#include <algorithm>
#include <array>
#include <cstddef>

namespace ikewatch::reader {
namespace {

constexpr std::size_t longest_lead = 120;

bool in_name(char c) { return is_alnum(c) || std::string_view("-_./~@").find(c) != std::string_view::npos; }

std::size_t run_of(std::string_view text, bool (*accepts)(char)) {
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), accepts) - text.begin());
}

/// `22-Nov-2026 10:00:00`: the day is no number of the line.
bool begins_with_stamp(std::string_view line) { return syslog::read_header(line).stamp.text.data() == line.data(); }

/// `12:`, `12-`, `12|`, `    12  `: what `grep -n`, `cat -n` and editors number lines with. Not Cisco's `000012: `, nor the hour
/// of a clock.
std::string_view behind_number(std::string_view line) {
  auto rest = trim_left(line);
  const bool indented = rest.size() != line.size();
  const auto digits = run_of(rest, is_digit);
  if (digits == 0 || digits > 7 || digits + 1 >= rest.size()) return line;
  rest.remove_prefix(digits);
  if (rest.front() == '\t' || (rest.front() == ' ' && indented)) return rest.substr(1);
  if (rest.front() == '|') return trim_left(rest.substr(1));
  if (rest.front() != ':' && rest.front() != '-') return line;
  rest.remove_prefix(1);
  const bool year = run_of(rest, is_digit) == 4;
  return is_alpha(rest.front()) || rest.front() == '*' || rest.front() == '<' || rest.front() == '%' || year ? rest : line;
}

/// `/var/log/syslog.1:`, `racoon.log-`: a file that grep found the line in, perhaps with the number.
std::string_view behind_file(std::string_view line) {
  const auto length = run_of(line.substr(0, longest_lead), in_name);
  const auto name = line.substr(0, length);
  if (length == 0 || length >= line.size() || line[length] != ':') return line;
  const auto rest = behind_number(line.substr(length + 1));
  const bool file = name.find_first_of("./") != name.npos;
  return file || begins_with_stamp(rest) ? rest : line;
}

/// `vpn-racoon-1  | ` (compose), `[pod/vpn-6c9f7/racoon] ` (kubectl).
std::string_view behind_container(std::string_view line) {
  if (line.starts_with("[pod/")) {
    const auto close = line.substr(0, longest_lead).find("] ");
    return close == line.npos ? line : line.substr(close + 2);
  }
  auto rest = line.substr(std::min(run_of(line.substr(0, longest_lead), in_name), line.size()));
  if (rest.size() == line.size() || !rest.starts_with(' ')) return line;
  rest = trim_left(rest);
  return consume(rest, "| ") || consume(rest, "|\t") ? rest : line;
}

/// `router1#`, `gw(config)# `, `root@gw:~# `: a console prints its messages behind the prompt that stands there.
std::string_view behind_prompt(std::string_view line) {
  const auto end = line.substr(0, 64).find_first_of("#>$");
  if (end == line.npos || end == 0 || end + 1 >= line.size()) return line;
  const auto fits = [](char c) { return in_name(c) || c == '(' || c == ')' || c == ':' || c == '[' || c == ']' || c == ' '; };
  const auto prompt = line.substr(0, end);
  if (!is_alpha(prompt.front()) && prompt.front() != '[') return line;
  if (!std::all_of(prompt.begin(), prompt.end(), fits) || std::count(prompt.begin(), prompt.end(), ' ') > 1) return line;
  return trim_left(line.substr(end + 1));
}

}  // namespace

std::string_view without_lead(std::string_view line) {
  constexpr std::array<std::string_view (*)(std::string_view), 4> readers{behind_number, behind_file, behind_container,
                                                                          behind_prompt};
  for (const auto read : readers) {
    const auto rest = read(line);
    if (rest.size() != line.size() && !begins_with_stamp(line) && opening_of(rest) > Opening::named) return rest;
  }
  return line;
}

}  // namespace ikewatch::reader
