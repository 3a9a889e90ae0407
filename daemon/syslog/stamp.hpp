// Reads one time stamp in any of the forms that log lines have. Role: shared by the header reader, which wants to know where the
// stamp ends, and by decode_stamp(), which wants its numbers. Threads: pure.
#pragma once

#include "cursor.hpp"

#include <ikewatch/syslog/record.hpp>

#include <cstdint>
#include <optional>

namespace ikewatch::syslog {

enum class HalfDay : std::uint8_t { none, am, pm };

/// The numbers as they stand there, unchecked: month 0 or hour 99 are possible.
struct StampFields {
  StampForm form = StampForm::none;
  int year = -1;  // -1: the stamp has none
  int month = 0;
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int micros = 0;
  HalfDay half = HalfDay::none;
  bool fraction = false;
  std::optional<int> offset_minutes;  // east of UTC, where a zone is named that tells it
  std::int64_t epoch = 0;             // seconds since 1970, with StampForm::epoch
};

/// Reads a stamp with its zone off the front; false and untouched where none stands there. A stamp ends at a blank, a colon, `%`,
/// `[` or the end of the line. A clock mark (`*`, `.`) in front is not part of it.
bool read_stamp(Cursor& cursor, StampFields& fields);

/// The bytes of an RFC 3339 stamp with `T` and, perhaps, fraction and offset that stands here; 0 where none does. Quicker than
/// read_stamp(), for those who do not want the numbers.
std::size_t rfc3339_width(const Cursor& cursor);

/// The number 1..12 of the English month whose first three letters stand here, in any case; 0 for none.
int month_at(Cursor cursor);

}  // namespace ikewatch::syslog
