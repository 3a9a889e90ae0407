#include "tag.hpp"

namespace ikewatch::syslog {
namespace {

constexpr std::size_t longest_tag = 96;

bool is_mnemonic(std::string_view text) {
  for (const char c : text) {
    if (!is_upper(c) && !is_digit(c) && c != '_') return false;
  }
  return !text.empty();
}

bool is_severity(std::string_view part) { return part.size() == 1 && part[0] >= '0' && part[0] <= '7'; }

/// Facility, sub-facilities, severity and mnemonic; nothing is said about what follows.
std::string_view read_tag_body(Cursor& cursor) {
  if (!is_upper(cursor.peek())) return {};
  const char* from = cursor.at;
  bool severity = false;
  for (std::size_t parts = 0; cursor.since(from).size() < longest_tag; ++parts) {
    const auto part = cursor.skip_class(in_tag);
    if (part.empty()) return {};
    if (cursor.peek() != '-') return severity && parts > 1 && is_mnemonic(part) ? cursor.since(from) : std::string_view{};
    severity = parts > 0 && is_severity(part);
    ++cursor.at;
  }
  return {};
}

/// `:` or ` :`, then blanks.
bool skip_colon(Cursor& cursor) {
  const std::size_t colon = cursor.peek() == ' ' ? 1 : 0;
  if (cursor.peek(colon) != ':') return false;
  cursor.at += colon + 1;
  cursor.skip_blanks();
  return true;
}

bool is_open(char c) { return c == ':' || c == '('; }

/// Letters, digits and `marks` behind the word, then `:`, `(` or ` (`.
bool punctuated(Cursor cursor, std::string_view word, char mark) {
  if (!cursor.skip(word)) return false;
  while (is_alnum(cursor.peek()) || (cursor.peek() == mark && mark != '\0')) ++cursor.at;
  return is_open(cursor.peek()) || (cursor.peek() == ' ' && cursor.peek(1) == '(');
}

}  // namespace

std::string_view read_tag(Cursor& cursor) {
  Cursor ahead = cursor;
  if (!ahead.skip('%')) return {};
  ahead.skip('>');
  const auto tag = read_tag_body(ahead);
  if (tag.empty()) return {};
  if (!skip_colon(ahead)) {
    if (!ahead.at_word_end()) return {};
    ahead.skip_blanks();
  }
  cursor = ahead;
  return tag;
}

std::string_view read_bare_tag(Cursor& cursor) {
  Cursor ahead = cursor;
  const auto tag = read_tag_body(ahead);
  if (tag.empty() || !skip_colon(ahead)) return {};
  cursor = ahead;
  return tag;
}

bool is_whole_tag(std::string_view text) {
  Cursor cursor(text);
  return cursor.skip('%') && !read_tag_body(cursor).empty() && cursor.done();
}

bool at_debug_line(const Cursor& cursor) {
  switch (cursor.peek()) {
    case '[':
      return cursor.starts_with("[IKEv1");
    case 'G':
      return cursor.starts_with("Group = ");
    case 'C':
      return punctuated(cursor, "CRYPTO", '_');
    case 'I':
      return punctuated(cursor, "ISAKMP", '-') || punctuated(cursor, "IKEv2", '-') || cursor.starts_with("IPSEC(") ||
             cursor.starts_with("IPSEC: ");
    default:
      return false;
  }
}

bool at_debug_word(const Cursor& cursor) {
  switch (cursor.peek()) {
    case '[':
      return cursor.starts_with("[IKEv1");
    case 'G':
      return cursor.starts_with("Group = ");
    case 'C':
      return cursor.starts_with("CRYPTO");
    case 'I':
      return cursor.starts_with("ISAKMP") || cursor.starts_with("IKEv2") || cursor.starts_with("IPSEC(");
    default:
      return false;
  }
}

}  // namespace ikewatch::syslog
