#include "glue.hpp"

#include "opening.hpp"

#include <ikewatch/base/text.hpp>
#include <ikewatch/rules/values.hpp>
#include <ikewatch/syslog/header.hpp>

#include <algorithm>
#include <array>

namespace ikewatch::reader {
namespace {

constexpr std::size_t suspicious_length = 200;
constexpr std::size_t least_message = 8;       // bytes of text that a message in front of a seam has
constexpr std::size_t longest_message = 2048;  // a seam further behind is none: bounds the work on lines that are all seams
constexpr std::size_t looked_at = 512;         // bytes that are enough to read a header; bounds the work on hostile lines

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

/// At least so many.
bool has_tags(std::string_view text, int tags) {
  for (auto at = text.find('%'); at != text.npos && tags > 0; at = text.find('%', at + 1)) {
    if (begins_with_tag(text.substr(at))) --tags;
  }
  return tags == 0;
}

/// A header that names who speaks, and enough words behind it.
bool is_message(std::string_view text) {
  const auto record = syslog::read_header(text.substr(0, looked_at));
  const auto said = trim(record.text);
  const bool named = !record.tag.empty() || !record.program.empty() || opening_of(said) == Opening::spoken;
  const bool bracket = said.starts_with('[') && said.ends_with(']') && said.find(' ') == said.npos;
  return named && !bracket && said.size() >= least_message && std::any_of(said.begin(), said.end(), is_alpha);
}

/// What a program says before its first message with a stamp: `Foreground mode.`
bool is_sentence(std::string_view text) {
  text = trim(text);
  const auto record = syslog::read_header(text.substr(0, looked_at));
  return text.ends_with('.') && text.find(' ') != text.npos && record.stamp.form == syslog::StampForm::none &&
         record.priority < 0;
}

/// Cisco puts its clock mark right in front of the stamp: it goes with what follows.
std::size_t with_clock_mark(std::string_view line, std::size_t at) {
  const bool marked = at > 1 && (line[at - 1] == '*' || line[at - 1] == '.') && is_blank(line[at - 2]);
  return marked ? at - 1 : at;
}

bool is_seam(std::string_view line, std::size_t at) {
  const auto start = with_clock_mark(line, at);
  if (start < least_message || (is_digit(line[at - 1]) && is_digit(line[at])) || !begins_with_stamp(line.substr(at)))
    return false;
  const auto before = line.substr(0, start);
  return is_message(line.substr(start)) && (is_message(before) || is_sentence(before));
}

std::size_t seam_at_stamp(std::string_view line) {
  // Each stamp holds "99:99:99", and its colons stand at one of four places behind its beginning.
  for (auto colon = line.find(':'); colon < longest_message; colon = line.find(':', colon + 1)) {
    for (const std::size_t back : {std::size_t{9}, std::size_t{8}, std::size_t{14}, std::size_t{13}}) {
      if (colon >= back && is_seam(line, colon - back)) return with_clock_mark(line, colon - back);
    }
  }
  return 0;
}

/// How messages without a stamp begin. In front of racoon's level words its `[192.0.2.1] ` may stand.
constexpr std::array<std::string_view, 15> signs{"racoon: ",  "racoon[",  "INFO: ",       "ERROR: ",     "WARNING: ",
                                                 "NOTIFY: ",  "DEBUG: ",  "DEBUG2: ",     "%",           "ISAKMP:(",
                                                 "ISAKMP: (", "ISAKMP (", "ISAKMP-ERROR", "ISAKMP-PAK:", "[IKEv1"};

std::size_t with_bracket(std::string_view line, std::size_t at) {
  if (at < 4 || line[at - 1] != ' ' || line[at - 2] != ']') return at;
  const auto open = line.rfind('[', at - 2);
  if (open != line.npos && open > 0 && !is_blank(line[open - 1])) return at;  // an endpoint's port
  const bool address = open != line.npos && line.substr(open, at - open).find(' ') == at - open - 1;
  return address ? open : at;
}

bool is_level_word(std::string_view text) {
  return std::string_view("IEWND").find(text.front()) != std::string_view::npos && !text.starts_with("ISAKMP");
}

/// Cisco's devices say `aborted due to ERROR: ` within a message; racoon, whose level words these are, knows no IKEv2.
bool is_of_cisco(std::string_view text) {
  return has_tags(text, 1) || text.find("IKEv2") != text.npos || text.ends_with("due to ");
}

/// A tag opens a message only where the line has no header: devices quote each other's tags behind theirs.
bool may_part(std::string_view line, std::size_t at) {
  if (is_level_word(line.substr(at))) return !is_of_cisco(line.substr(0, at));
  if (line[at] == '%')
    return begins_with_tag(trim_left(line)) && begins_with_tag(line.substr(at)) &&
           line.substr(0, longest_message).find("-PLATFORM:") == line.npos;
  if (line.substr(at).starts_with("racoon[")) return line.substr(at, 20).find("]: ") != line.npos;
  return true;
}

bool is_sign_at(std::string_view line, std::size_t at) {
  const auto rest = line.substr(at);
  return std::any_of(signs.begin(), signs.end(), [rest](auto sign) { return rest.starts_with(sign); });
}

std::size_t seam_at_sign(std::string_view line) {
  for (std::size_t at = least_message; at < std::min(line.size(), longest_message); ++at) {
    if (std::string_view("rIEWND%[").find(line[at]) == std::string_view::npos) continue;
    if (is_alnum(line[at - 1]) || line[at - 1] == '-' || line[at - 1] == '/') continue;
    if (!is_sign_at(line, at) || !may_part(line, at)) continue;
    const auto start = with_bracket(line, at);
    if (start < least_message) continue;
    const auto before = line.substr(0, start);
    if (is_message(before) && opening_of(before) > Opening::named && is_message(line.substr(start))) return start;
  }
  return 0;
}

/// Sentences that stand at the front of racoon's messages and nowhere else.
constexpr std::array<std::string_view, 17> sentences{
    "ISAKMP-SA established ", "IPsec-SA established: ", "ISAKMP-SA expired ",      "IPsec-SA expired: ",
    "ISAKMP-SA deleted ",     "initiate new phase ",    "respond new phase ",      "begin Identity Prot",
    "begin Aggressive ",      "received Vendor ID: ",   "couldn't find the pskey", "failed to get valid proposal",
    "failed to pre-proce",    "failed to process ",     "no suitable proposal f",  "no suitable policy fou",
    "failed to get sainfo"};

/// The address in front of a sentence goes with it: some makers write it there instead of racoon's bracket.
std::size_t with_address(std::string_view line, std::size_t at) {
  if (at < 2 || line[at - 1] != ' ') return at;
  auto from = line.find_last_of(" ,)", at - 2);
  for (from = from == line.npos ? 0 : from + 1; from + 1 < at; ++from) {
    if (rules::address_length(line.substr(from)) == at - 1 - from) return from;
  }
  return at;
}

bool is_sentence_at(std::string_view line, std::size_t at) {
  const auto rest = line.substr(at);
  return std::any_of(sentences.begin(), sentences.end(), [rest](auto sentence) { return rest.starts_with(sentence); });
}

/// Where the second sentence begins.
std::size_t seam_at_sentence(std::string_view line) {
  bool first = true;
  for (std::size_t at = 0; at + least_message < std::min(line.size(), longest_message); ++at) {
    if (std::string_view("Iirbcfn").find(line[at]) == std::string_view::npos || !is_sentence_at(line, at)) continue;
    if (!first) return with_address(line, at);
    first = false;
  }
  return 0;
}

}  // namespace

std::size_t find_seam(std::string_view line) {
  if (line.size() < 2 * least_message) return 0;
  const auto sign = seam_at_sign(line);
  const bool suspicious = sign != 0 || line.size() > suspicious_length || has_tags(line.substr(0, longest_message), 2);
  const auto stamp = suspicious ? seam_at_stamp(line) : 0;
  if (stamp != 0 && (sign == 0 || stamp < sign)) return stamp;
  if (sign != 0) return sign;
  const bool headed = opening_of(line) > Opening::named;
  return headed ? 0 : seam_at_sentence(line);
}

}  // namespace ikewatch::reader
