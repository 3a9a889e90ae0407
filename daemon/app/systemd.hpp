// The one place of this room that talks to systemd: the service manager and the journal. Role: a thin layer over libsystemd,
// without decisions. Ownership: none. Threads: any.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace ikewatch::app::systemd {

/// Lines of sd_notify(3). Nothing happens where nobody asked for them.
void notify(const std::string& lines);

/// CLOCK_MONOTONIC in microseconds, as MONOTONIC_USEC= wants it.
std::string monotonic_now();

/// The service manager restarts us when WATCHDOG=1 is not sent this often (sd_watchdog_enabled(3)).
std::optional<std::chrono::microseconds> watchdog();

/// Standard error is a stream of the journal: JOURNAL_STREAM names the very file that it is (systemd.exec(5)).
bool stderr_is_journal();

/// One entry of fields, each `NAME=value`. False where the journal does not take it.
bool to_journal(const std::vector<std::string>& fields);

}  // namespace ikewatch::app::systemd
