#include "stamp.hpp"

#include "stamp_zone.hpp"

#include <utility>

namespace ikewatch::syslog {
namespace {

int digit(char c) { return c - '0'; }

int two_digits(const char* at) { return digit(at[0]) * 10 + digit(at[1]); }

/// At most nine digits, so that an int always holds them.
int number(std::string_view digits) {
  int value = 0;
  for (const char c : digits) value = value * 10 + digit(c);
  return value;
}

constexpr std::uint32_t letters(char a, char b, char c) {
  return (static_cast<std::uint32_t>(static_cast<unsigned char>(a)) << 16 |
          static_cast<std::uint32_t>(static_cast<unsigned char>(b)) << 8 |
          static_cast<std::uint32_t>(static_cast<unsigned char>(c))) |
         0x202020U;
}

bool weekday_at(const Cursor& cursor) {
  switch (letters(cursor.peek(0), cursor.peek(1), cursor.peek(2))) {
    case letters('m', 'o', 'n'):
    case letters('t', 'u', 'e'):
    case letters('w', 'e', 'd'):
    case letters('t', 'h', 'u'):
    case letters('f', 'r', 'i'):
    case letters('s', 'a', 't'):
    case letters('s', 'u', 'n'):
      return cursor.peek(3) == ' ' || cursor.peek(3) == ',';
    default:
      return false;
  }
}

/// `.123` or `,123456789`: microseconds, further digits are dropped.
void read_fraction(Cursor& cursor, StampFields& fields) {
  if ((cursor.peek() != '.' && cursor.peek() != ',') || !is_digit(cursor.peek(1))) return;
  ++cursor.at;
  const auto digits = cursor.skip_digits();
  int scale = 100'000;
  fields.micros = 0;
  for (std::size_t i = 0; i < digits.size() && i < 6; ++i, scale /= 10) fields.micros += digit(digits[i]) * scale;
  fields.fraction = true;
}

/// ` AM`, ` PM`, and CUCM's ` AM.484`.
void read_half(Cursor& cursor, StampFields& fields) {
  const std::size_t ahead = cursor.peek() == ' ' ? 1 : 0;
  const char half = static_cast<char>(cursor.peek(ahead) & ~0x20);
  if ((half != 'A' && half != 'P') || (cursor.peek(ahead + 1) & ~0x20) != 'M' || is_alnum(cursor.peek(ahead + 2))) return;
  cursor.at += ahead + 2;
  fields.half = half == 'A' ? HalfDay::am : HalfDay::pm;
  read_fraction(cursor, fields);
}

/// `h:mm:ss` or `hh:mm:ss`, with fraction and half of the day.
bool read_time(Cursor& cursor, StampFields& fields) {
  const std::size_t width = cursor.peek(1) == ':' ? 1 : 2;
  if (cursor.size() < width + 6) return false;
  const char* p = cursor.at;
  if (!is_digit(p[0]) || !is_digit(p[width - 1]) || p[width] != ':' || p[width + 3] != ':') return false;
  const char* m = p + width + 1;
  if (!is_digit(m[0]) || !is_digit(m[1]) || !is_digit(m[3]) || !is_digit(m[4]) || is_digit(cursor.peek(width + 6))) return false;
  fields.hour = width == 1 ? digit(p[0]) : two_digits(p);
  fields.minute = two_digits(m);
  fields.second = two_digits(m + 3);
  cursor.at += width + 6;
  read_fraction(cursor, fields);
  read_half(cursor, fields);
  return true;
}

bool read_day(Cursor& cursor, StampFields& fields) {
  cursor.skip_blanks();
  const auto day = cursor.skip_digits();
  if (day.empty() || day.size() > 2) return false;
  fields.day = number(day);
  return true;
}

bool is_year(const Cursor& cursor) {
  return is_digit(cursor.peek(0)) && is_digit(cursor.peek(1)) && is_digit(cursor.peek(2)) && is_digit(cursor.peek(3)) &&
         !is_digit(cursor.peek(4));
}

void take_year(Cursor& cursor, StampFields& fields) {
  fields.year = number({cursor.at, 4});
  cursor.at += 4;
}

/// ` 2013` behind the time, as ctime() writes it.
void read_late_year(Cursor& cursor, StampFields& fields) {
  Cursor ahead = cursor;
  ahead.skip_blanks();
  if (fields.year >= 0 || !is_year(ahead)) return;
  take_year(ahead, fields);
  cursor = ahead;
}

/// From the slash on: `jan/02 10:00:00`, `jan/02/2026 10:00:00` (RouterOS).
bool read_slashed_month(Cursor& cursor, StampFields& fields) {
  ++cursor.at;
  if (!is_digit(cursor.peek()) || !read_day(cursor, fields)) return false;
  if (cursor.skip('/')) {
    if (!is_year(cursor)) return false;
    take_year(cursor, fields);
  }
  if (!is_blank(cursor.peek())) return false;
  cursor.skip_blanks();
  fields.form = StampForm::bsd;
  return read_time(cursor, fields);
}

/// From the month on: `Nov 22 02:30:00`, `Jan  6 2022 20:52:12.861 UTC`, `Jul. 3 07:16:26.785`, `April  1 01:12:10`.
bool read_month_form(Cursor& cursor, StampFields& fields) {
  fields.month = month_at(cursor);
  if (fields.month == 0) return false;
  cursor.at += 3;
  for (int more = 0; more < 6 && is_alpha(cursor.peek()); ++more) ++cursor.at;
  cursor.skip('.');
  if (cursor.peek() == '/') return read_slashed_month(cursor, fields);
  if (!is_blank(cursor.peek()) || !read_day(cursor, fields) || !is_blank(cursor.peek())) return false;
  cursor.skip_blanks();
  if (is_year(cursor)) {
    take_year(cursor, fields);
    cursor.skip_blanks();
  }
  fields.form = StampForm::bsd;
  return read_time(cursor, fields);
}

/// `Fri Sep 06 14:32:18 2013`, and journalctl's `Sun 2026-11-22 10:00:00 UTC`.
bool read_weekday_form(Cursor& cursor, StampFields& fields) {
  cursor.at += 4;
  cursor.skip_blanks();
  if (is_digit(cursor.peek())) return read_stamp(cursor, fields) && fields.form == StampForm::iso;
  if (!read_month_form(cursor, fields)) return false;
  read_zone(cursor, fields);
  read_late_year(cursor, fields);
  return true;
}

/// Behind the year: `-11-22T02:30:00`, `-11-22 02:30:00`, the same with slashes.
bool read_iso_form(Cursor& cursor, StampFields& fields) {
  const char mark = cursor.peek(4);
  const char* p = cursor.at;
  if (cursor.size() < 17 || p[7] != mark || !is_digit(p[5]) || !is_digit(p[6]) || !is_digit(p[8]) || !is_digit(p[9]))
    return false;
  if (p[10] != 'T' && p[10] != ' ' && p[10] != 't' && p[10] != '\t') return false;
  take_year(cursor, fields);
  fields.month = two_digits(p + 5);
  fields.day = two_digits(p + 8);
  fields.form = StampForm::iso;
  cursor.at = p + 11;
  return read_time(cursor, fields);
}

/// `2024 Aug 27 21:40:50` (NX-OS).
bool read_year_first_form(Cursor& cursor, StampFields& fields) {
  take_year(cursor, fields);
  cursor.skip_blanks();
  return read_month_form(cursor, fields);
}

/// `3/2/17 10:08:54.494 AM`: month, day, year, unless the first can be no month; with dots (`22.11.26 10:00:00`) the day is
/// first.
bool read_short_date_form(Cursor& cursor, StampFields& fields) {
  fields.month = number(cursor.skip_digits());
  const char mark = cursor.peek();
  if (!cursor.skip(mark) || !is_digit(cursor.peek()) || !read_day(cursor, fields) || !cursor.skip(mark)) return false;
  if (mark == '.' || (fields.month > 12 && fields.day <= 12)) std::swap(fields.month, fields.day);
  const auto year = cursor.skip_digits();
  if (year.size() != 2 && year.size() != 4) return false;
  fields.year = number(year) + (year.size() == 2 ? 2000 : 0);
  if (cursor.peek() == ',') ++cursor.at;
  cursor.skip_blanks();
  fields.form = StampForm::bsd;
  return read_time(cursor, fields);
}

/// `11-22 10:00:00.000` (logcat).
bool read_month_day_form(Cursor& cursor, StampFields& fields) {
  fields.month = two_digits(cursor.at);
  cursor.at += 3;
  if (!read_day(cursor, fields) || !cursor.skip(' ')) return false;
  fields.form = StampForm::bsd;
  return read_time(cursor, fields);
}

/// `22 Nov 2026 10:00:00`, `22-Nov-2026 10:00:00`, `22 Nov 10:00:00`, `22/Nov/2026:10:00:00`.
bool read_day_first_form(Cursor& cursor, StampFields& fields) {
  if (!read_day(cursor, fields)) return false;
  const char mark = cursor.peek();
  ++cursor.at;
  fields.month = month_at(cursor);
  if (fields.month == 0) return false;
  cursor.at += 3;
  if (!cursor.skip(mark)) return false;
  if (is_year(cursor)) {
    take_year(cursor, fields);
    if (!cursor.skip(mark == '/' ? ':' : ' ')) return false;
  }
  cursor.skip_blanks();
  fields.form = StampForm::bsd;
  return read_time(cursor, fields);
}

bool read_epoch_form(Cursor& cursor, StampFields& fields) {
  for (const char c : cursor.skip_digits()) fields.epoch = fields.epoch * 10 + digit(c);
  read_fraction(cursor, fields);
  fields.form = StampForm::epoch;
  return fields.fraction;
}

/// `42w2d`, `1d00h`, `2y10w`: only with the colon that Cisco puts behind it.
bool read_uptime_form(Cursor& cursor, StampFields& fields) {
  for (int units = 0; units < 3 && is_digit(cursor.peek()); ++units) {
    if (cursor.skip_digits().size() > 4) return false;
    const char unit = cursor.peek();
    if (unit != 'y' && unit != 'w' && unit != 'd' && unit != 'h') return false;
    ++cursor.at;
  }
  fields.form = StampForm::uptime;
  return cursor.peek() == ':';
}

/// A time without a date: an uptime where Cisco's colon follows, else a clock.
bool read_bare_time(Cursor& cursor, StampFields& fields) {
  if (!read_time(cursor, fields)) return false;
  fields.form = cursor.peek() == ':' ? StampForm::uptime : StampForm::clock;
  return true;
}

bool read_digit_form(Cursor& cursor, StampFields& fields) {
  std::size_t width = 1;
  while (width < 11 && is_digit(cursor.peek(width))) ++width;
  const char next = cursor.peek(width);
  if (width == 4 && (next == '-' || next == '/')) return read_iso_form(cursor, fields);
  if (width == 4 && next == ' ') return read_year_first_form(cursor, fields);
  if (width <= 2 && next == ':') return read_bare_time(cursor, fields);
  if (width <= 2 && is_alpha(cursor.peek(width + 1))) return read_day_first_form(cursor, fields);
  if (width <= 2 && (next == '/' || next == '.')) return read_short_date_form(cursor, fields);
  if (width == 2 && next == '-') return read_month_day_form(cursor, fields);
  if ((width == 9 || width == 10) && next == '.') return read_epoch_form(cursor, fields);
  return is_alpha(next) && read_uptime_form(cursor, fields);
}

bool at_stamp_end(const Cursor& cursor) {
  const char next = cursor.peek();
  return cursor.at_word_end() || next == ':' || next == '%' || next == '[';
}

}  // namespace

int month_at(Cursor cursor) {
  switch (letters(cursor.peek(0), cursor.peek(1), cursor.peek(2))) {
    case letters('j', 'a', 'n'):
      return 1;
    case letters('f', 'e', 'b'):
      return 2;
    case letters('m', 'a', 'r'):
      return 3;
    case letters('a', 'p', 'r'):
      return 4;
    case letters('m', 'a', 'y'):
      return 5;
    case letters('j', 'u', 'n'):
      return 6;
    case letters('j', 'u', 'l'):
      return 7;
    case letters('a', 'u', 'g'):
      return 8;
    case letters('s', 'e', 'p'):
      return 9;
    case letters('o', 'c', 't'):
      return 10;
    case letters('n', 'o', 'v'):
      return 11;
    case letters('d', 'e', 'c'):
      return 12;
    default:
      return 0;
  }
}

std::size_t rfc3339_width(const Cursor& cursor) {
  constexpr std::string_view shape = "0000-00-00T00:00:00";
  if (cursor.size() < shape.size()) return 0;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] == '0' ? !is_digit(cursor.at[i]) : cursor.at[i] != shape[i]) return 0;
  }
  std::size_t width = shape.size();
  if (cursor.peek(width) == '.' && is_digit(cursor.peek(width + 1))) {
    do ++width;
    while (is_digit(cursor.peek(width)));
  }
  const char zone = cursor.peek(width);
  if (zone == 'Z') return width + 1;
  if (zone != '+' && zone != '-') return width;
  const std::size_t minutes = cursor.peek(width + 3) == ':' ? width + 4 : width + 3;
  const bool digits = is_digit(cursor.peek(width + 1)) && is_digit(cursor.peek(width + 2)) && is_digit(cursor.peek(minutes)) &&
                      is_digit(cursor.peek(minutes + 1));
  return digits ? minutes + 2 : 0;
}

bool read_stamp(Cursor& cursor, StampFields& fields) {
  Cursor ahead = cursor;
  StampFields read;
  bool found = false;
  if (is_digit(ahead.peek())) {
    found = read_digit_form(ahead, read);
  } else if (weekday_at(ahead)) {
    found = read_weekday_form(ahead, read);
  } else {
    found = read_month_form(ahead, read);
    if (found && (ahead.starts_with(" 20") || ahead.starts_with(" 19")) && (ahead.size() == 5 || is_blank(ahead.peek(5))))
      read_late_year(ahead, read);
  }
  if (!found) return false;
  if (read.form != StampForm::epoch && read.form != StampForm::uptime) read_zone(ahead, read);
  if (!at_stamp_end(ahead)) return false;
  fields = read;
  cursor = ahead;
  return true;
}

}  // namespace ikewatch::syslog
