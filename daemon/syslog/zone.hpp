// Names of time zones in log stamps. Role: used by the stamp reader. Threads: pure.
#pragma once

#include <optional>
#include <string_view>

namespace ikewatch::syslog {

struct Zone {
  bool known = false;                 // the letters are a zone's name
  std::optional<int> offset_minutes;  // east of UTC; nothing where several countries use the name
};

/// Looks the abbreviation up, in any case (tz database abbreviations; RFC 2822 section 4.3 for the North American ones).
Zone find_zone(std::string_view name);

}  // namespace ikewatch::syslog
