#include <ikewatch/syslog/header.hpp>

#include "columns.hpp"
#include "header_scan.hpp"
#include "repeat.hpp"
#include "rfc5424.hpp"
#include "words.hpp"

namespace ikewatch::syslog {
namespace {

std::string_view without_line_end(std::string_view line) {
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r' || line.back() == '\0')) line.remove_suffix(1);
  return line;
}

/// Blanks, and the marks of a quoting mail: `> `.
void skip_margin(Cursor& cursor) {
  cursor.skip_blanks();
  while (cursor.peek() == '>' && is_blank(cursor.peek(1))) {
    ++cursor.at;
    cursor.skip_blanks();
  }
}

bool digits_or_blank(char c) { return is_digit(c) || c == ' '; }

/// `Nov 22 02:30:00 `: its 15 bytes, or 0.
std::size_t common_bsd_stamp(const Cursor& cursor) {
  const char* p = cursor.at;
  if (p[3] != ' ' || p[6] != ' ' || p[9] != ':' || p[12] != ':' || p[15] != ' ') return 0;
  const bool digits = digits_or_blank(p[4]) && is_digit(p[5]) && is_digit(p[7]) && is_digit(p[8]) && is_digit(p[10]) &&
                      is_digit(p[11]) && is_digit(p[13]) && is_digit(p[14]);
  return digits && month_at(cursor) != 0 ? 15 : 0;
}

bool read_common_stamp(Cursor& cursor, Stamp& stamp) {
  if (cursor.size() < 24) return false;
  const bool iso = is_digit(*cursor.at);
  const auto width = iso ? rfc3339_width(cursor) : common_bsd_stamp(cursor);
  if (width == 0 || cursor.peek(width) != ' ') return false;
  stamp = {{cursor.at, width}, iso ? StampForm::iso : StampForm::bsd};
  cursor.at += width + 1;
  return true;
}

bool read_common_host(Cursor& cursor, Record& record) {
  record.host = cursor.skip_class(in_host);
  const bool year = record.host.size() == 4 && is_number(record.host);
  return !record.host.empty() && record.host.back() != ':' && record.host.front() != '.' && !year && cursor.skip(' ');
}

/// `sshd[123]: ` or `sshd: `. Without a pid a capital may begin a level, a tag or a debug line, and a digit a sequence number.
bool read_common_program(Cursor& cursor, Record& record) {
  record.program = plain_program(cursor.skip_class(in_program));
  if (record.program.empty() || is_digit(record.program.front())) return false;
  if (cursor.skip('[')) {
    record.pid = cursor.skip_digits();
    if (record.pid.empty() || !cursor.skip(']')) return false;
  } else if (is_upper(record.program.front())) {
    return false;
  }
  return cursor.skip(": ");
}

/// A Cisco count or tag right behind the host: `1234: ` or `%`.
bool at_device_part(Cursor cursor, std::string_view host) {
  if (cursor.peek() != '%' && (cursor.skip_digits().empty() || cursor.peek() != ':' || !is_blank(cursor.peek(1)))) return false;
  return month_at(Cursor(host)) == 0 && !is_facility_word(host);
}

/// racoon's message without a stamp of its own, or another program's that cannot begin another header.
bool read_common_message(Cursor cursor, Record& record) {
  cursor.skip_blanks();
  record.text = cursor.rest();
  if (is_racoon(record.program)) return !is_digit(cursor.peek());
  record.foreign = true;
  return !may_open(cursor);
}

/// Behind stamp and host: a program whose message cannot be another header, or a Cisco device. False for all else.
bool read_common_rest(Cursor cursor, Record& record) {
  if (at_device_part(cursor, record.host)) {
    HeaderScan scan(cursor, record);
    scan.run();
    record = scan.record();
    return true;
  }
  return read_common_program(cursor, record) && read_common_message(cursor, record);
}

/// RFC 5424 with a program that has an ordinary message.
bool read_common_rfc5424(Cursor cursor, Record& record) {
  read_rfc5424(cursor, record);
  if (record.program.empty() || is_digit(record.program.front()) || record.program.front() == '%' ||
      record.program.starts_with("Kiwi_")) {
    return false;
  }
  return read_common_message(cursor, record);
}

/// The header that most lines of a log host have: stamp and host with one blank behind each, then a program or a Cisco device.
bool read_common(Cursor cursor, Record& record) {
  record.priority = read_priority(cursor);
  if (record.priority >= 0 && at_rfc5424(cursor)) return read_common_rfc5424(cursor, record);
  return read_common_stamp(cursor, record.stamp) && read_common_host(cursor, record) && read_common_rest(cursor, record);
}

/// Words alone are a message without a header, whatever they looked like.
bool is_header(const Record& record, Found found) {
  return found == Found::message || record.priority >= 0 || record.stamp.form != StampForm::none || !record.program.empty();
}

/// `record` has nothing but `raw`.
void read_uncommon(Cursor cursor, Record& record) {
  skip_margin(cursor);
  if (read_columns(cursor, record)) return;
  HeaderScan scan(cursor, record);
  const Found found = scan.run();
  if (is_header(scan.record(), found))
    record = scan.record();
  else
    record.text = cursor.rest();
}

}  // namespace

Record read_header(std::string_view line) {
  Record record;
  record.raw = without_line_end(line);
  if (!read_common(Cursor(record.raw), record)) {
    record = Record{};
    record.raw = without_line_end(line);
    read_uncommon(Cursor(record.raw), record);
  }
  if (may_repeat(record.text)) read_repeat(record);
  return record;
}

std::string_view first_line(std::string_view text) {
  const auto feed = text.find('\n');
  const auto escaped = text.substr(0, feed).find("#012");
  return text.substr(0, escaped != std::string_view::npos ? escaped : feed);
}

}  // namespace ikewatch::syslog
