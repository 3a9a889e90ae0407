// Points in time as values. Role: the core is given time, it never asks for it. Threads: no shared state.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace ikewatch {

/// UTC, microseconds since 1970 (no leap seconds).
using WallTime = std::chrono::sys_time<std::chrono::microseconds>;
using std::chrono::seconds;

/// `2026-11-22T10:00:00+00:00`; a fraction is printed (6 digits) only when it is not zero.
std::string to_iso8601(WallTime time);

/// Appends what to_iso8601() returns: for output loops that reuse one buffer.
void append_iso8601(std::string& out, WallTime time);

/// `2h 05m`, `3m 20s`, `12s`, `0s`: for people. Negative durations are printed as `0s`.
std::string to_human(seconds duration);

/// What people write for a length of time: `90s`, `45m`, `2h`, `1d`, also `1h30m`. Nothing for anything else, and above 10 years.
std::optional<seconds> parse_duration(std::string_view text);

}  // namespace ikewatch
