#include "stamp_zone.hpp"

#include "zone.hpp"

namespace ikewatch::syslog {
namespace {

bool is_sign(char c) { return c == '+' || c == '-'; }

int two_digits(const Cursor& cursor, std::size_t from) { return (cursor.peek(from) - '0') * 10 + (cursor.peek(from + 1) - '0'); }

bool digits_at(const Cursor& cursor, std::size_t from, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    if (!is_digit(cursor.peek(from + i))) return false;
  }
  return true;
}

/// `+1`, `+01`, `+0100`, `+01:00`: minutes east of UTC.
std::optional<int> read_offset(Cursor& cursor) {
  if (!is_sign(cursor.peek()) || !is_digit(cursor.peek(1))) return std::nullopt;
  const int sign = *cursor.at++ == '-' ? -1 : 1;
  int minutes = 0;
  if (!is_digit(cursor.peek(1))) {
    minutes = (*cursor.at++ - '0') * 60;
  } else {
    minutes = two_digits(cursor, 0) * 60;
    cursor.at += 2;
  }
  const std::size_t colon = cursor.peek() == ':' ? 1 : 0;
  if (digits_at(cursor, colon, 2) && !is_digit(cursor.peek(colon + 2))) {
    minutes += two_digits(cursor, colon);
    cursor.at += colon + 2;
  }
  return sign * minutes;
}

/// A colon, perhaps with a blank before it.
bool colon_follows(const Cursor& cursor) { return cursor.peek() == ':' || (cursor.peek() == ' ' && cursor.peek(1) == ':'); }

bool tag_follows_colon(Cursor cursor) {
  cursor.skip_blanks();
  if (!cursor.skip(':')) return false;
  cursor.skip_blanks();
  return cursor.peek() == '%';
}

bool is_upper_word(std::string_view word) {
  for (const char c : word) {
    if (!is_upper(c)) return false;
  }
  return true;
}

struct ZoneWord {
  std::string_view name;
  bool glued = false;  // no blank between the time and it
  std::optional<int> offset;
};

/// Whether the letters are a zone and not a host, a device-id or a program.
bool is_zone(const ZoneWord& word, const Zone& zone, const Cursor& behind, const StampFields& fields) {
  const bool exact = fields.fraction || fields.year >= 0;
  const bool by_name = zone.known && (exact || is_upper_word(word.name));
  if (colon_follows(behind) || behind.done()) {
    if (by_name || word.offset || (word.glued && word.name.size() > 1)) return true;
    return fields.fraction && behind.peek() == ':' && tag_follows_colon(behind);
  }
  return by_name && fields.year >= 0 && is_upper_word(word.name) && is_blank(behind.peek());
}

}  // namespace

void read_zone(Cursor& cursor, StampFields& fields) {
  if (cursor.done() || *cursor.at == ':') return;
  if (is_sign(cursor.peek())) {
    fields.offset_minutes = read_offset(cursor);
    return;
  }
  Cursor ahead = cursor;
  if ((ahead.peek() == 'Z' || ahead.peek() == 'z') && !is_alnum(ahead.peek(1))) {
    fields.offset_minutes = 0;
    ++cursor.at;
    return;
  }
  ZoneWord word;
  word.glued = !ahead.skip(' ');
  const char* from = ahead.at;
  while (is_alpha(ahead.peek()) && ahead.at - from < 6) ++ahead.at;
  word.name = ahead.since(from);
  if (word.name.empty() || word.name.size() > 5) return;
  word.offset = read_offset(ahead);
  const Zone zone = find_zone(word.name);
  if (!is_zone(word, zone, ahead, fields)) return;
  fields.offset_minutes = word.offset ? word.offset : zone.offset_minutes;
  cursor = ahead;
}

}  // namespace ikewatch::syslog
