#include <ikewatch/base/text.hpp>
#include <ikewatch/syslog/journal.hpp>

#include "header_scan.hpp"
#include "tag.hpp"
#include "words.hpp"

#include <utility>

namespace ikewatch::syslog {
namespace {

constexpr std::array<std::string_view, JournalEntry::field_count> names{
    "MESSAGE",         "SYSLOG_IDENTIFIER",          "_SYSTEMD_UNIT",       "_HOSTNAME", "_PID", "PRIORITY",
    "SYSLOG_FACILITY", "_SOURCE_REALTIME_TIMESTAMP", "__REALTIME_TIMESTAMP"};

std::string_view unit_name(std::string_view unit) {
  constexpr std::string_view suffix = ".service";
  return unit.ends_with(suffix) ? unit.substr(0, unit.size() - suffix.size()) : std::string_view{};
}

/// Facility times eight plus severity (RFC 5424 section 6.2.1); without a facility that of user programs.
int priority_of(const JournalFields& fields) {
  const auto severity = to_number<unsigned>(fields.priority);
  const auto facility = to_number<unsigned>(fields.facility).value_or(1);
  if (!severity || *severity > 7 || facility > 23) return -1;
  return static_cast<int>(facility * 8 + *severity);
}

std::uint64_t microseconds_of(std::string_view digits) { return to_number<std::uint64_t>(digits).value_or(0); }

std::string_view without_line_end(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == '\0')) text.remove_suffix(1);
  return text;
}

}  // namespace

Record record_from_journal(const JournalFields& fields) {
  Record record;
  record.raw = without_line_end(fields.message);
  record.host = fields.hostname;
  record.program = fields.identifier.empty() ? unit_name(fields.unit) : plain_program(fields.identifier);
  record.pid = is_number(fields.pid) ? fields.pid : std::string_view{};
  record.priority = priority_of(fields);
  if (is_whole_tag(record.program)) {
    record.tag = std::exchange(record.program, {}).substr(1);
    record.text = record.raw;
    return record;
  }
  HeaderScan scan(Cursor(record.raw), record);
  if (record.program.empty()) {
    scan.run();
    return scan.record();
  }
  scan.run_behind_program();
  return scan.record();
}

std::optional<WallTime> journal_time(const JournalFields& fields) {
  constexpr std::uint64_t year_10000 = 253'402'300'800'000'000;
  const auto time = fields.source_realtime != 0 ? fields.source_realtime : fields.realtime;
  if (time == 0 || time >= year_10000) return std::nullopt;
  return WallTime(std::chrono::microseconds(static_cast<std::int64_t>(time)));
}

JournalEntry::Field JournalEntry::find(std::string_view name) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return static_cast<Field>(i);
  }
  return field_count;
}

void JournalEntry::clear() {
  for (auto& value : values_) value.clear();
  present_.fill(false);
}

bool JournalEntry::begin(Field field) {
  if (field == field_count || present_[field]) return false;
  present_[field] = true;
  return true;
}

void JournalEntry::append(Field field, std::string_view bytes) { values_[field].append(bytes); }

JournalFields JournalEntry::fields() const {
  JournalFields fields;
  fields.message = values_[message];
  fields.identifier = values_[identifier];
  fields.unit = values_[unit];
  fields.hostname = values_[hostname];
  fields.pid = values_[pid];
  fields.priority = values_[priority];
  fields.facility = values_[facility];
  fields.source_realtime = microseconds_of(values_[source_realtime]);
  fields.realtime = microseconds_of(values_[realtime]);
  return fields;
}

}  // namespace ikewatch::syslog
