// The offline input of `explain`: a file or standard input becomes logical lines. Role: before the syslog room; finds out by
// itself whether it reads text, gzip, `journalctl -o export` or `-o json`. Ownership: holds one bounded buffer during the call,
// whatever the size of the input; and the lines of a log that runs backwards, up to a limit. Threads: no shared state; a call
// blocks until the input ends.
#pragma once

#include <ikewatch/base/result.hpp>
#include <ikewatch/base/time.hpp>
#include <ikewatch/syslog/record.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace ikewatch::reader {

/// One logical line. Every view is valid during the callback only.
struct Line {
  std::string_view text;                 // without its line end; of a journal entry, the MESSAGE field
  std::uint64_t number = 0;              // of the first physical line it stands on
  std::optional<syslog::Record> record;  // preset for journal entries: their fields say more than a scan of the text could
  std::optional<WallTime> stamped;       // of journal entries: when the sender wrote it
};

using Callback = std::function<void(const Line&)>;

/// What is read and how. The sizes are there for tests; their defaults are meant for use.
struct Source {
  std::string path;              // "-" is standard input
  std::uint64_t first_line = 1;  // number of the first line; over several files, the sum of Totals::lines goes on
  /// Bytes; what a longer line has beyond it is skipped. A whole JSON line may have 16 times that; in journal export it is never
  /// below 1 KiB.
  std::size_t line_limit = 64 * 1024;
  std::size_t chunk = 256 * 1024;  // bytes asked for at once
  bool mend = true;                // undo what was done to the lines, and read a log that runs backwards in its real order
  std::size_t backlog = 256 * 1024 * 1024;                              // bytes held of a log that runs backwards
  std::function<void(std::uint64_t done, std::uint64_t size)> advance;  // input bytes so far; size 0: not known
};

enum class Format : std::uint8_t { text, journal_export, journal_json };

struct Totals {
  std::uint64_t lines = 0;       // physical lines
  std::uint64_t delivered = 0;   // calls of the callback
  std::uint64_t bytes = 0;       // of input, as it is stored (compressed where it is)
  std::uint64_t cut = 0;         // lines longer than the limit
  std::uint64_t joined = 0;      // physical lines that were added to the one before
  std::uint64_t parted = 0;      // lines that were made out of glued ones and at CRs within a line, beyond the first
  std::uint64_t unreadable = 0;  // of journal formats: entries handed on as plain text, or without MESSAGE
  Format format = Format::text;
  bool compressed = false;
  bool newest_first = false;      // the log runs backwards: it was delivered from its end to its begin
  std::optional<Problem> damage;  // the input broke off (damaged gzip, read error): what stood before was delivered
};

/// Calls back for each logical line in the order of events. A Problem means that nothing was delivered: no such file, a
/// directory, no permission (with the system's own words), a packing that must be undone first (xz, ...; says how), or a log that
/// runs backwards and is longer than the backlog (says how to turn it).
Result<Totals> read(const Source& source, const Callback& callback);

}  // namespace ikewatch::reader
