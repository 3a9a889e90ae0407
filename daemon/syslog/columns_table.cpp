#include "columns.hpp"
#include "header_scan.hpp"
#include "stamp.hpp"
#include "words.hpp"

#include <algorithm>
#include <array>

namespace ikewatch::syslog {
namespace {

using namespace std::string_view_literals;

/// `racoon  2211  text`: the firewall's table has the process and its number in cells of their own.
bool read_process_cells(Cursor& cursor, Record& record) {
  Cursor ahead = cursor;
  if (!ahead.skip("racoon") || !is_blank(ahead.peek())) return false;
  ahead.skip_blanks();
  const auto pid = ahead.skip_digits();
  if (!pid.empty() && !is_blank(ahead.peek())) return false;
  ahead.skip_blanks();
  if (ahead.done() || (pid.empty() && !is_level_word(ahead.rest().substr(0, ahead.rest().find(':'))))) return false;
  record.program = cursor.rest().substr(0, 6);
  record.pid = pid;
  record.text = ahead.rest();
  return true;
}

bool in_topic(char c) { return is_lower(c) || is_digit(c) || c == '-'; }

std::string_view read_topic(Cursor& cursor) {
  const char* from = cursor.at;
  while (in_topic(cursor.peek())) ++cursor.at;
  return cursor.since(from);
}

bool is_topic_level(std::string_view word) {
  constexpr std::array levels{"info"sv, "error"sv, "debug"sv, "warning"sv, "critical"sv, "packet"sv};
  return std::find(levels.begin(), levels.end(), word) != levels.end();
}

/// `memory  `: the column of the buffer, which RouterOS's windows show before the topics.
void skip_buffer(Cursor& cursor) {
  for (const std::string_view buffer : {"memory"sv, "disk"sv, "echo:"sv, "echo"sv, "remote"sv}) {
    Cursor ahead = cursor;
    if (!ahead.skip(buffer) || !is_blank(ahead.peek())) continue;
    ahead.skip_blanks();
    cursor = ahead;
    return;
  }
}

/// `stdout F text`: behind it stands what the process itself wrote, often with a header of its own.
bool read_container_cells(Cursor& cursor, Record& record) {
  if (!cursor.skip("stdout ") && !cursor.skip("stderr ")) return false;
  if (!cursor.skip("F ") && !cursor.skip("P ")) return false;
  Record inner;
  inner.raw = record.raw;
  HeaderScan scan(cursor, inner);
  scan.run();
  inner = scan.record();
  if (inner.stamp.form == StampForm::none)
    inner.stamp = record.stamp;
  else
    inner.relay_stamp = record.stamp;
  record = inner;
  return true;
}

}  // namespace

/// `ipsec,error `, `ipsec, info `, `ipsec,debug,packet `.
bool read_topics(Cursor cursor, Record& record, bool alone) {
  Cursor ahead = cursor;
  skip_buffer(ahead);
  const auto first = read_topic(ahead);
  if (first.empty()) return false;
  int topics = 1;
  bool level = false;
  for (; ahead.peek() == ','; ++topics) {
    ++ahead.at;
    ahead.skip_blanks();
    const auto topic = read_topic(ahead);
    if (topic.empty()) return false;
    level = level || is_topic_level(topic);
  }
  ahead.skip(':');
  const bool sure = topics > 1 && (first == "ipsec" || level);
  if (!is_blank(ahead.peek()) || !(sure || (alone && first == "ipsec"))) return false;
  ahead.skip_blanks();
  if (!sure && read_word(ahead).end == Word::End::colon) return false;  // a host of that name
  record.text = ahead.rest();
  record.foreign = first != "ipsec" && first != "system";
  return true;
}

bool read_table(Cursor cursor, Record& record) {
  if (!is_lower(cursor.peek())) return false;
  if (read_process_cells(cursor, record) || read_container_cells(cursor, record)) return true;
  const auto form = record.stamp.form;
  const bool routers =
      form == StampForm::clock || form == StampForm::iso || record.stamp.text.find('/') != std::string_view::npos;
  return read_topics(cursor, record, routers);
}

}  // namespace ikewatch::syslog
