// Offsets of a time zone. Role: app; the C library knows one zone for the whole process, and setting it is not for a process with
// threads. Ownership: a plain value. Threads: const functions are safe from any number of threads.
#pragma once

#include <ikewatch/base/time.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ikewatch::app {

/// The rule of a zone without end: `CET-1CEST,M3.5.0,M10.5.0/3` (POSIX.1-2017 section 8.3, hours as RFC 8536 section 3.3.1
/// extends them).
class ZoneRule {
 public:
  /// Nothing for text of another form.
  static std::optional<ZoneRule> read(std::string_view text);
  /// Seconds east of UTC.
  [[nodiscard]] std::int64_t offset_at(std::int64_t unix_time) const;

 private:
  struct Day {
    enum class Form : std::uint8_t { month_week_day, julian, zero_based } form = Form::month_week_day;
    std::array<std::int64_t, 3> numbers{};
    std::int64_t time = 7200;  // seconds after midnight
  };
  static bool read_day(std::string_view& text, Day& day);
  [[nodiscard]] static std::int64_t moment(const Day& day, std::int64_t year);

  std::int64_t standard_ = 0;
  std::optional<std::int64_t> summer_;
  std::array<Day, 2> changes_{};  // to summer time, and back
};

class TimeZone {
 public:
  /// An IANA name, or what stands in the environment variable TZ. Empty: the zone of this host. UTC for a zone that is not known.
  static TimeZone named(std::string name);
  /// A compiled zone (TZif, RFC 8536); nothing where it is none.
  static std::optional<TimeZone> read(std::string_view file);

  /// Seconds east of UTC at a moment.
  [[nodiscard]] seconds offset_at(WallTime time) const;

 private:
  struct Change {
    std::int64_t at = 0;
    std::int32_t offset = 0;
  };
  std::int32_t first_ = 0;
  std::vector<Change> changes_;   // in the order of time
  std::optional<ZoneRule> rule_;  // behind the last of them
};

}  // namespace ikewatch::app
