#include "columns.hpp"

#include "stamp.hpp"
#include "words.hpp"

namespace ikewatch::syslog {
namespace {

bool is_logcat_level(char c) { return c == 'V' || c == 'D' || c == 'I' || c == 'W' || c == 'E' || c == 'F'; }

/// `  123  456 `, `  vpn  123  456 `: user, process and thread.
std::string_view read_ids(Cursor& cursor) {
  cursor.skip_blanks();
  Cursor ahead = cursor;
  if (is_lower(ahead.peek())) {
    ahead.skip_class(in_word);
    ahead.skip_blanks();
    if (is_digit(ahead.peek())) cursor = ahead;
  }
  std::string_view process;
  for (int ids = 0; ids < 2 && is_digit(cursor.peek()); ++ids) {
    const auto number = cursor.skip_digits();
    if (process.empty()) process = number;
    cursor.skip_blanks();
  }
  return process;
}

std::string_view read_pid_in_parentheses(Cursor& cursor) {
  Cursor ahead = cursor;
  if (!ahead.skip('(')) return {};
  ahead.skip_blanks();
  const auto pid = ahead.skip_digits();
  if (!pid.empty() && ahead.skip(')')) cursor = ahead;
  return pid;
}

/// From the level letter on. A bare `I word: ` is taken only for racoon: a sentence may begin so.
bool read_logcat_tag(Cursor& cursor, Record& record, bool dated) {
  if (!is_logcat_level(cursor.peek()) || (cursor.peek(1) != ' ' && cursor.peek(1) != '/')) return false;
  cursor.at += 2;
  record.program = cursor.skip_class(in_program);
  if (const auto paren = record.program.find('('); paren != std::string_view::npos) {
    cursor.at -= record.program.size() - paren;
    record.program = record.program.substr(0, paren);
  }
  cursor.skip_blanks();
  if (const auto pid = read_pid_in_parentheses(cursor); !pid.empty()) record.pid = pid;
  if (!cursor.skip(':') || record.program.empty()) return false;
  return dated || is_racoon(record.program);
}

/// Without a stamp, or behind it.
bool read_logcat(Cursor cursor, Record& record, bool dated) {
  Record read = record;
  if (dated) read.pid = read_ids(cursor);
  if (!read_logcat_tag(cursor, read, dated)) return false;
  cursor.skip_blanks();
  read.text = cursor.rest();
  read.foreign = dated && !is_racoon(read.program);
  record = read;
  return true;
}

bool read_undated(const Cursor& line, Record& record) {
  switch (line.peek()) {
    case 'd':
    case 'f':
      return read_apple_console(line, record);
    case 'i':
      return read_apple_console(line, record) || (line.starts_with("ipsec,") && read_topics(line, record, false));
    case 'e':
      return read_apple_console(line, record) || (line.starts_with("echo: ipsec") && read_topics(line, record, false));
    default:
      return is_logcat_level(line.peek()) && read_logcat(line, record, false);
  }
}

/// Most lines with a stamp have a host behind it, or a colon: only what may be a cell is looked at further.
bool may_have_cells(const Cursor& line) {
  if (is_digit(line.peek())) return line.peek(19) != ':';
  std::size_t at = 15;
  while (is_blank(line.peek(at))) ++at;
  return at > 15 ? std::string_view("rimdes").find(line.peek(at)) != std::string_view::npos : line.peek(3) == '/';
}

}  // namespace

bool read_columns(const Cursor& line, Record& record) {
  if (!is_digit(line.peek()) && month_at(line) == 0) return read_undated(line, record);
  if (!may_have_cells(line)) return false;
  Cursor cursor = line;
  StampFields fields;
  if (!read_stamp(cursor, fields) || !is_blank(cursor.peek())) return false;
  Record read = record;
  read.stamp = {cursor.since(line.at), fields.form};
  cursor.skip_blanks();
  const bool numeric = read.stamp.text.substr(0, 5).find('-') != std::string_view::npos;
  if (!(numeric && (read_logcat(cursor, read, true) || read_apple_columns(cursor, read))) && !read_table(cursor, read))
    return false;
  record = read;
  return true;
}

}  // namespace ikewatch::syslog
