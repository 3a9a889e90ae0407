// Headers of log lines: whatever stands there, the record is made of pieces of the line, and a stamp is a time or none.
#include "target.hpp"

#include <ikewatch/base/text.hpp>
#include <ikewatch/syslog/header.hpp>

#include <algorithm>

namespace ikewatch::fuzz {
namespace {

constexpr WallTime now{std::chrono::sys_days{std::chrono::year{2026} / 11 / 22}};

void check_stamp(const syslog::Stamp& stamp, std::string_view line) {
  must(is_within(stamp.text, line), "a stamp is a piece of the line");
  must((stamp.form == syslog::StampForm::none) == stamp.text.empty(), "a stamp has a form, and only a stamp has one");
  for (const auto offset : {std::chrono::hours(0), std::chrono::hours(14), std::chrono::hours(-12)}) {
    const auto time = syslog::decode_stamp(stamp, {now, offset});
    if (!time) continue;
    const auto length = to_iso8601(*time).size();
    must(length == 25 || length == 32, "a stamp gives a time that can be written");
  }
}

void check(const syslog::Record& record, std::string_view line) {
  must(is_within(record.raw, line), "raw is a piece of the line");
  for (const auto part : {record.host, record.program, record.pid, record.tag, record.text, record.sequence}) {
    must(is_within(part, record.raw), "every part is a piece of the line");
  }
  must(std::all_of(record.pid.begin(), record.pid.end(), is_digit), "a process number has digits only");
  must(std::all_of(record.sequence.begin(), record.sequence.end(), is_digit), "a sequence number has digits only");
  must(record.priority >= -1 && record.priority <= 191, "a priority is in the range of RFC 5424");
  check_stamp(record.stamp, line);
  check_stamp(record.relay_stamp, line);
}

}  // namespace

void take(std::string_view bytes) {
  check(syslog::read_header(bytes), bytes);
  const auto first = syslog::first_line(bytes);
  must(is_within(first, bytes), "the first line is a piece of the text");
  check(syslog::read_header(first), first);
  const std::string shown = to_printable(bytes);
  must(is_printable(shown), "what is shown is printable");
  must(is_printable(bytes) == (shown == bytes), "printable bytes are shown as they are");
}

}  // namespace ikewatch::fuzz
