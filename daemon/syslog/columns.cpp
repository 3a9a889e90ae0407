#include "columns.hpp"

#include "stamp.hpp"
#include "words.hpp"

namespace ikewatch::syslog {
namespace {

bool is_logcat_level(char c) { return c == 'V' || c == 'D' || c == 'I' || c == 'W' || c == 'E' || c == 'F'; }

/// `  123  456 `: process and thread.
std::string_view read_ids(Cursor& cursor) {
  cursor.skip_blanks();
  const auto process = cursor.skip_digits();
  cursor.skip_blanks();
  cursor.skip_digits();
  cursor.skip_blanks();
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

bool read_logcat(Cursor cursor, Record& record) {
  Record read = record;
  const char* from = cursor.at;
  StampFields fields;
  const bool dated = cursor.peek(2) == '-' && read_stamp(cursor, fields);
  if (dated) {
    read.stamp = {cursor.since(from), fields.form};
    read.pid = read_ids(cursor);
  }
  if (!read_logcat_tag(cursor, read, dated)) return false;
  cursor.skip_blanks();
  read.text = cursor.rest();
  read.foreign = dated && !is_racoon(read.program);
  record = read;
  return true;
}

bool skip_type_column(Cursor& cursor) {
  for (const std::string_view type : {"default\t", "info\t", "debug\t", "error\t", "fault\t"}) {
    if (cursor.skip(type)) return true;
  }
  return false;
}

bool read_unified(Cursor cursor, Record& record) {
  if (!skip_type_column(cursor)) return false;
  const char* from = cursor.at;
  StampFields fields;
  if (!read_stamp(cursor, fields)) return false;
  const auto stamp = cursor.since(from);
  if (!cursor.skip('\t')) return false;
  const auto program = cursor.skip_class(in_program);
  if (program.empty() || !cursor.skip('\t')) return false;
  record.stamp = {stamp, fields.form};
  record.program = program;
  record.text = cursor.rest();
  record.foreign = !is_racoon(program);
  return true;
}

}  // namespace

bool read_columns(const Cursor& line, Record& record) {
  const char c = line.peek();
  if (c == 'd' || c == 'i' || c == 'e' || c == 'f') return read_unified(line, record);
  return (is_digit(c) || is_logcat_level(c)) && read_logcat(line, record);
}

}  // namespace ikewatch::syslog
