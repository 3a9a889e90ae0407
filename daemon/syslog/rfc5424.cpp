#include "rfc5424.hpp"

#include "stamp.hpp"
#include "words.hpp"

#include <cstring>

namespace ikewatch::syslog {
namespace {

std::string_view read_field(Cursor& cursor) {
  const auto* stop = cursor.done() ? nullptr : static_cast<const char*>(std::memchr(cursor.at, ' ', cursor.size()));
  const char* from = cursor.at;
  cursor.at = stop != nullptr ? stop : cursor.end;
  const auto field = cursor.since(from);
  cursor.skip(' ');
  return field == "-" ? std::string_view{} : field;
}

/// One `[id name="value" ...]`, with `\"`, `\\` and `\]` inside values (section 6.3.3).
bool skip_element(Cursor& cursor) {
  bool quoted = false;
  for (Cursor ahead = cursor; !ahead.done(); ++ahead.at) {
    const char c = *ahead.at;
    if (quoted && c == '\\' && ahead.size() > 1) {
      ++ahead.at;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == ']' && !quoted) {
      cursor.at = ahead.at + 1;
      return true;
    }
  }
  return false;
}

void skip_structured_data(Cursor& cursor) {
  if (cursor.peek() == '-' && (cursor.size() == 1 || cursor.peek(1) == ' ')) {
    ++cursor.at;
  } else {
    while (cursor.peek() == '[' && skip_element(cursor)) {
    }
  }
  cursor.skip(' ');
}

StampForm form_of(Cursor stamp) {
  if (const auto width = rfc3339_width(stamp); width != 0 && width == stamp.size()) return StampForm::iso;
  StampFields fields;
  return read_stamp(stamp, fields) && stamp.done() ? fields.form : StampForm::none;
}

}  // namespace

bool at_rfc5424(const Cursor& cursor) {
  if (cursor.peek() != '1' || cursor.peek(1) != ' ') return false;
  if (cursor.peek(2) == '-') return cursor.peek(3) == ' ';
  return is_digit(cursor.peek(2)) && is_digit(cursor.peek(5)) && cursor.peek(6) == '-' && cursor.peek(9) == '-';
}

void read_rfc5424(Cursor& cursor, Record& record) {
  cursor.at += 2;
  const Cursor stamp(read_field(cursor));
  if (const auto form = form_of(stamp); form != StampForm::none) {
    if (record.stamp.form != StampForm::none) record.relay_stamp = record.stamp;
    record.stamp = {stamp.rest(), form};
  }
  record.host = read_field(cursor);
  record.program = plain_program(read_field(cursor));
  const auto pid = read_field(cursor);
  record.pid = is_number(pid) ? pid : std::string_view{};
  read_field(cursor);
  skip_structured_data(cursor);
  cursor.skip("\xEF\xBB\xBF");
}

}  // namespace ikewatch::syslog
