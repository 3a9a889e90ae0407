#include "glue.hpp"

#include "opening.hpp"

#include <ikewatch/base/text.hpp>
#include <ikewatch/syslog/header.hpp>

#include <algorithm>

namespace ikewatch::reader {
namespace {

constexpr std::size_t suspicious_length = 200;
constexpr std::size_t least_message = 8;  // bytes of text that a message in front of a seam has
constexpr std::size_t looked_at = 512;    // bytes that are enough to read a header; bounds the work on hostile lines

/// Compares with a picture: A capital, a small letter, 9 digit, _ blank or digit, others as they are.
bool looks_like(std::string_view text, std::string_view picture) {
  if (text.size() < picture.size()) return false;
  const auto fits = [](char wanted, char c) {
    switch (wanted) {
      case 'A':
        return is_upper(c);
      case 'a':
        return is_lower(c);
      case '9':
        return is_digit(c);
      case '_':
        return is_digit(c) || c == ' ';
      default:
        return wanted == c;
    }
  };
  return std::equal(picture.begin(), picture.end(), text.begin(), fits);
}

bool begins_with_stamp(std::string_view text) {
  return looks_like(text, "Aaa _9 99:99:99") || looks_like(text, "Aaa 9 99:99:99") || looks_like(text, "Aaa _9 9999 99:99:99") ||
         looks_like(text, "Aaa 9 9999 99:99:99") || looks_like(text, "9999-99-99 99:99:99") ||
         looks_like(text, "9999-99-99T99:99:99");
}

bool has_second_tag(std::string_view line) {
  int tags = 0;
  for (auto at = line.find('%'); at != line.npos && tags < 2; at = line.find('%', at + 1)) {
    if (begins_with_tag(line.substr(at))) ++tags;
  }
  return tags == 2;
}

/// A header that names who speaks, and enough words behind it.
bool is_message(std::string_view text) {
  const auto record = syslog::read_header(text.substr(0, looked_at));
  const auto said = trim(record.text);
  const bool named = !record.tag.empty() || !record.program.empty() || opening_of(said) == Opening::spoken;
  return named && said.size() >= least_message && std::any_of(said.begin(), said.end(), is_alpha);
}

/// Cisco puts its clock mark right in front of the stamp: it goes with what follows.
std::size_t with_clock_mark(std::string_view line, std::size_t at) {
  const bool marked = at > 1 && (line[at - 1] == '*' || line[at - 1] == '.') && is_blank(line[at - 2]);
  return marked ? at - 1 : at;
}

bool is_seam(std::string_view line, std::size_t at) {
  const auto start = with_clock_mark(line, at);
  if (start < least_message || is_alnum(line[at - 1])) return false;
  if (!begins_with_stamp(line.substr(at))) return false;
  return is_message(line.substr(0, start)) && is_message(line.substr(start));
}

}  // namespace

std::size_t find_seam(std::string_view line) {
  if (line.size() <= suspicious_length && (line.size() < 2 * least_message || !has_second_tag(line))) return 0;
  // Each stamp holds "99:99:99", and its colons stand at one of four places behind its beginning.
  for (auto colon = line.find(':'); colon != line.npos; colon = line.find(':', colon + 1)) {
    for (const std::size_t back : {std::size_t{9}, std::size_t{8}, std::size_t{14}, std::size_t{13}}) {
      if (colon >= back && is_seam(line, colon - back)) return with_clock_mark(line, colon - back);
    }
  }
  return 0;
}

}  // namespace ikewatch::reader
