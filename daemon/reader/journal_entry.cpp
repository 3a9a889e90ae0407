#include "journal_entry.hpp"

#include <ikewatch/base/text.hpp>
#include <ikewatch/syslog/header.hpp>

#include <chrono>
#include <utility>

namespace ikewatch::reader {
namespace {

constexpr std::array<std::pair<std::string_view, Field>, 10> names{{
    {"MESSAGE", Field::message},
    {"SYSLOG_IDENTIFIER", Field::identifier},
    {"_COMM", Field::comm},
    {"SYSLOG_PID", Field::syslog_pid},
    {"_PID", Field::pid},
    {"_HOSTNAME", Field::hostname},
    {"PRIORITY", Field::priority},
    {"SYSLOG_FACILITY", Field::facility},
    {"__REALTIME_TIMESTAMP", Field::realtime},
    {"_SOURCE_REALTIME_TIMESTAMP", Field::source_realtime},
}};

constexpr std::int64_t last_microsecond = 253'402'300'799'999'999;  // the end of the year 9999

std::optional<WallTime> wall_time(std::string_view digits) {
  const auto count = to_number<std::int64_t>(digits);
  if (!count || *count < 0 || *count > last_microsecond) return std::nullopt;
  return WallTime{std::chrono::microseconds{*count}};
}

}  // namespace

Field field_of(std::string_view name) {
  for (const auto& [known, field] : names) {
    if (known == name) return field;
  }
  return Field::other;
}

std::string* JournalEntry::slot(Field field) {
  return field == Field::other ? nullptr : &values_[static_cast<std::size_t>(field)];
}

void JournalEntry::clear() {
  for (auto& value : values_) value.clear();
  has_message_ = false;
}

std::string_view JournalEntry::value(Field field, Field otherwise) const {
  return value(field).empty() ? value(otherwise) : value(field);
}

int JournalEntry::priority() const {
  const auto severity = to_number<unsigned>(value(Field::priority));
  const auto facility = to_number<unsigned>(value(Field::facility));
  const bool known = severity && facility && *severity <= 7 && *facility <= 23;  // RFC 5424 section 6.2.1
  return known ? static_cast<int>(*facility * 8 + *severity) : -1;
}

std::optional<WallTime> JournalEntry::stamp() const {
  const auto source = wall_time(value(Field::source_realtime));
  return source ? source : wall_time(value(Field::realtime));
}

Line JournalEntry::line(std::uint64_t number) const {
  const auto message = value(Field::message);
  syslog::Record record;
  if (message.find('%') != message.npos) record = syslog::read_header(message);
  if (record.tag.empty()) {
    record = {};
    record.text = message;
  }
  record.raw = message;
  if (record.host.empty()) record.host = value(Field::hostname);
  record.program = value(Field::identifier, Field::comm);
  record.pid = value(Field::syslog_pid, Field::pid);
  record.priority = priority();
  return {message, number, record, stamp()};
}

}  // namespace ikewatch::reader
