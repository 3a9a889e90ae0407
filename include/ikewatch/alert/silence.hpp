// Times in which nobody is told: silences that people set, and windows that come again. Role: config, HTTP, D-Bus -> board.
// Ownership: values. Threads: plain values, pure functions.
#pragma once

#include <ikewatch/alert/fact.hpp>
#include <ikewatch/base/result.hpp>

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ikewatch::alert {

/// What is not told; an empty list fits everything.
struct Scope {
  std::vector<std::string> tunnel = {};  // patterns over names and peers
  std::vector<std::string> gateway = {};
  std::vector<std::string> alert = {};
  bool operator==(const Scope&) const = default;
};

struct Silence {
  std::string id = {};  // given by the board
  Scope scope = {};
  WallTime starts_at = {};
  WallTime ends_at = {};
  std::string why = {};
  std::string who = {};
  bool operator==(const Silence&) const = default;
};

/// The rules of a time zone as POSIX writes them (`CET-1CEST,M3.5.0,M10.5.0/3`, POSIX.1 section 8.3, with the extensions of
/// RFC 8536 section 3.3.1): the last line of every file below /usr/share/zoneinfo.
class Zone {
 public:
  Zone() = default;  // UTC
  static std::optional<Zone> parse(std::string_view posix);
  /// From the bytes of a TZif file (RFC 8536): its footer. Nothing for version 1 files and for footers that say nothing.
  static std::optional<Zone> from_file(std::string_view bytes);

  /// East of UTC, at that moment.
  [[nodiscard]] std::chrono::seconds offset(WallTime time) const;
  /// The moment of a local time. One that does not exist (clocks go forward) is read with the offset before the change; of one
  /// that comes twice, the first is meant.
  [[nodiscard]] WallTime moment(std::chrono::local_seconds local) const;

 private:
  enum class DayRule : std::uint8_t { month_week, julian, zero_based };
  struct Change {
    DayRule rule = DayRule::month_week;
    int month = 0, week = 0, day = 0;
    std::chrono::seconds at{7200};
  };
  static std::optional<Change> parse_change(std::string_view& text);
  [[nodiscard]] static std::chrono::local_seconds local_of(const Change& change, std::chrono::year year);
  [[nodiscard]] bool is_summer(WallTime time) const;

  std::chrono::seconds standard_{0};
  std::chrono::seconds summer_{0};
  std::optional<std::array<Change, 2>> changes_;  // to summer time, and back
};

/// A maintenance window that comes again: every day of `days`, from one local time to another.
struct Window {
  std::string name = {};
  Scope scope = {};
  std::array<bool, 7> days{true, true, true, true, true, true, true};  // Sunday first, as std::chrono::weekday::c_encoding()
  std::chrono::minutes from{0};                                        // after local midnight
  std::chrono::minutes to{0};                                          // not after `from`: of the next day
  Zone zone = {};

  [[nodiscard]] bool covers(WallTime time) const;
  /// When it next begins or ends, after `time`.
  [[nodiscard]] WallTime next_change(WallTime time) const;
};

}  // namespace ikewatch::alert
