// Reads the header of one log line, whatever wrote or relayed it. Role: first step of every line. Ownership: the Record holds
// views into `line`. Threads: pure functions.
#pragma once

#include <ikewatch/base/time.hpp>
#include <ikewatch/syslog/record.hpp>

#include <chrono>
#include <optional>
#include <string_view>

namespace ikewatch::syslog {

/// Finds the header by scanning: RFC 3164, RFC 5424, Cisco IOS, IOS-XE, IOS-XR, ASA, FTD, relays in front of them, racoon's own
/// file form, or none at all. Never fails: what is not understood is left in `text`. Trailing CR, LF and NUL are not part of it.
Record read_header(std::string_view line);

/// Up to the first line feed, also as rsyslog escapes it (`#012`): what a matcher wants of a message in several lines.
std::string_view first_line(std::string_view text);

/// How a stamp without year or zone is completed.
struct StampContext {
  WallTime now;                        // the year that brings the stamp nearest to this is taken
  std::chrono::seconds utc_offset{0};  // of stamps that name no zone
};

/// The stamp as a point in time; nothing for uptimes, bare clocks and impossible dates.
std::optional<WallTime> decode_stamp(const Stamp& stamp, const StampContext& context);

}  // namespace ikewatch::syslog
