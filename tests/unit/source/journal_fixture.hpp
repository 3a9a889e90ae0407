// Journals of a test's own, and a source that reads them.
#pragma once

#include "journal_file.hpp"
#include "live_fixture.hpp"

namespace ikewatch::source {

inline constexpr std::uint64_t begin_time = 1'763'000'000'000'000;
inline constexpr std::uint64_t second = 1'000'000;

inline TestEntry entry(std::uint64_t number, std::vector<std::string> fields) {
  return {number, begin_time + number * second, std::move(fields)};
}

inline TestEntry racoon(std::uint64_t number, const std::string& message) {
  return entry(number,
               {"MESSAGE=" + message, "_SYSTEMD_UNIT=racoon.service", "SYSLOG_IDENTIFIER=racoon", "_PID=71", "_HOSTNAME=edge-1"});
}

class Journal : public LiveFixture {
 protected:
  [[nodiscard]] JournalOptions options() const {
    return {.name = "journal",
            .units = {"racoon.service"},
            .identifiers = {"racoon"},
            .directory = folder.path(),
            .from_start = true};
  }
  void write(std::string_view name, const std::vector<TestEntry>& entries) const { JournalFile(entries).write(folder / name); }

  /// Lets the loop run until the source has read everything and waits.
  void settle() { run_what_is_ready(); }

  TemporaryFolder folder;
};

}  // namespace ikewatch::source
