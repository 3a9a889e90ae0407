#include "columns.hpp"
#include "stamp.hpp"
#include "words.hpp"

#include <algorithm>
#include <array>

namespace ikewatch::syslog {
namespace {

bool skip_type_column(Cursor& cursor) {
  for (const std::string_view type : {"default\t", "info\t", "debug\t", "error\t", "fault\t"}) {
    if (cursor.skip(type)) return true;
  }
  return false;
}

bool skip_hex(Cursor& cursor) {
  if (!cursor.skip("0x")) return false;
  const char* from = cursor.at;
  while (is_hex(cursor.peek())) ++cursor.at;
  const bool any = cursor.at != from;
  cursor.skip_blanks();
  return any;
}

/// `0x1f2e  Default  0x0  2211  0  racoon: `: thread, type, activity, process, time to live, name.
bool read_default_columns(Cursor& cursor, Record& record) {
  if (!skip_hex(cursor)) return false;
  while (is_alpha(cursor.peek())) ++cursor.at;
  cursor.skip_blanks();
  if (!skip_hex(cursor)) return false;
  record.pid = cursor.skip_digits();
  cursor.skip_blanks();
  cursor.skip_digits();
  cursor.skip_blanks();
  record.program = cursor.skip_class(in_program);
  return !record.pid.empty() && !record.program.empty() && cursor.skip(':');
}

/// `Df racoon[2211:1f2e] `: type, name, process and thread.
bool read_compact_columns(Cursor& cursor, Record& record) {
  constexpr std::array<std::string_view, 6> types{"Df ", "I  ", "Db ", "E  ", "F  ", "A  "};
  if (!std::any_of(types.begin(), types.end(), [&cursor](auto type) { return cursor.skip(type); })) return false;
  cursor.skip_blanks();
  record.program = cursor.skip_class(in_program);
  if (record.program.empty() || !cursor.skip('[')) return false;
  record.pid = cursor.skip_digits();
  if (!cursor.skip(':')) return false;
  while (is_hex(cursor.peek())) ++cursor.at;
  return cursor.skip(']');
}

bool in_library_name(char c) { return is_alnum(c) || c == '.' || c == '_' || c == '-' || c == '+'; }

bool skip_library(Cursor& cursor) {
  Cursor ahead = cursor;
  if (!ahead.skip('(')) return false;
  const char* from = ahead.at;
  while (in_library_name(ahead.peek())) ++ahead.at;
  if (ahead.at == from || !ahead.skip(") ")) return false;
  cursor = ahead;
  cursor.skip_blanks();
  return true;
}

/// A name in reverse domain order, a colon, a category: no address looks like that.
bool skip_category(Cursor& cursor) {
  Cursor ahead = cursor;
  if (!ahead.skip('[')) return false;
  const char* from = ahead.at;
  while (in_library_name(ahead.peek())) ++ahead.at;
  const auto name = ahead.since(from);
  const auto dot = name.find('.');
  if (dot == std::string_view::npos || !std::all_of(name.begin(), name.begin() + static_cast<std::ptrdiff_t>(dot), is_alpha))
    return false;
  if (!ahead.skip(':')) return false;
  while (in_library_name(ahead.peek()) || ahead.peek() == ' ') ++ahead.at;
  if (!ahead.skip(']')) return false;
  cursor = ahead;
  cursor.skip_blanks();
  return true;
}

}  // namespace

void skip_subsystem(Cursor& cursor) {
  if (cursor.peek() == '(') skip_library(cursor);
  if (cursor.peek() == '[') skip_category(cursor);
}

bool read_apple_console(Cursor cursor, Record& record) {
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
  skip_subsystem(cursor);
  record.text = cursor.rest();
  record.foreign = !is_racoon(program);
  return true;
}

bool read_apple_columns(Cursor cursor, Record& record) {
  Record read = record;
  Cursor compact = cursor;
  if (!read_default_columns(cursor, read)) {
    read = record;
    if (!read_compact_columns(compact, read)) return false;
    cursor = compact;
  }
  cursor.skip_blanks();
  skip_subsystem(cursor);
  read.text = cursor.rest();
  read.foreign = !is_racoon(read.program);
  record = read;
  return true;
}

}  // namespace ikewatch::syslog
