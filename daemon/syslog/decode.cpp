#include "stamp.hpp"

#include <ikewatch/syslog/header.hpp>

#include <algorithm>
#include <limits>

namespace ikewatch::syslog {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::sys_days;
using std::chrono::year_month_day;

/// Years outside of this are no log's, and calendar arithmetic inside of it cannot overflow.
constexpr int first_year = 1970;
constexpr int last_year = 9998;

std::optional<int> hour_of_day(const StampFields& fields) {
  if (fields.half == HalfDay::none) return fields.hour <= 23 ? std::optional(fields.hour) : std::nullopt;
  if (fields.hour < 1 || fields.hour > 12) return std::nullopt;
  return fields.hour % 12 + (fields.half == HalfDay::pm ? 12 : 0);
}

std::optional<microseconds> time_of_day(const StampFields& fields) {
  const auto hour = hour_of_day(fields);
  // Second 60 is a leap second: the first second of the next minute, as POSIX counts.
  if (!hour || fields.minute > 59 || fields.second > 60) return std::nullopt;
  return hours(*hour) + minutes(fields.minute) + std::chrono::seconds(fields.second) + microseconds(fields.micros);
}

std::optional<sys_days> date_in(int year, const StampFields& fields) {
  const year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(fields.month)),
                            std::chrono::day(static_cast<unsigned>(fields.day))};
  if (year < first_year || year > last_year || !date.ok()) return std::nullopt;
  return sys_days(date);
}

microseconds utc_offset(const StampFields& fields, const StampContext& context) {
  if (fields.offset_minutes) return minutes(*fields.offset_minutes);
  constexpr std::chrono::seconds day = days(1);
  return std::clamp(context.utc_offset, -day, day);
}

WallTime bounded(WallTime now) {
  constexpr WallTime lowest = sys_days(std::chrono::year(first_year) / 1 / 1);
  constexpr WallTime highest = sys_days(std::chrono::year(last_year) / 1 / 1);
  return std::clamp(now, lowest, highest);
}

/// The instant without year in the year that brings it nearest to now. 29 February may be eight years away (2096 to 2104).
std::optional<WallTime> nearest_year(const StampFields& fields, microseconds since_midnight, WallTime now) {
  const bool leap_day = fields.month == 2 && fields.day == 29;
  const int reach = leap_day ? 8 : 1;
  const int year = static_cast<int>(year_month_day(std::chrono::floor<days>(now)).year());
  std::optional<WallTime> best;
  for (int candidate = year - reach; candidate <= year + reach; ++candidate) {
    const auto date = date_in(candidate, fields);
    if (!date) continue;
    const WallTime time = *date + since_midnight;
    if (!best || std::chrono::abs(time - now) < std::chrono::abs(*best - now)) best = time;
  }
  return best;
}

}  // namespace

std::optional<WallTime> decode_stamp(const Stamp& stamp, const StampContext& context) {
  if (stamp.form != StampForm::bsd && stamp.form != StampForm::iso && stamp.form != StampForm::epoch) return std::nullopt;
  Cursor cursor(stamp.text);
  StampFields fields;
  if (!read_stamp(cursor, fields) || !cursor.done()) return std::nullopt;
  if (fields.form == StampForm::epoch) return WallTime(std::chrono::seconds(fields.epoch)) + microseconds(fields.micros);
  const auto time = time_of_day(fields);
  if (!time || fields.form == StampForm::clock || fields.form == StampForm::uptime) return std::nullopt;
  const microseconds since_midnight = *time - utc_offset(fields, context);
  if (fields.year < 0) return nearest_year(fields, since_midnight, bounded(context.now));
  const auto date = date_in(fields.year, fields);
  if (!date) return std::nullopt;
  return *date + since_midnight;
}

}  // namespace ikewatch::syslog
