// Entries of the systemd journal, one after another. Role: everything that is peculiar to sd-journal, without the event loop.
// Ownership: owns the journal handle. Threads: one; sd-journal handles are not for several.
#pragma once

#include <ikewatch/base/result.hpp>
#include <ikewatch/source/make.hpp>
#include <ikewatch/syslog/journal.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct sd_journal;

namespace ikewatch::source {

struct JournalItem {
  syslog::JournalEntry entry;
  std::string message_id;  // MESSAGE_ID
  std::string suppressed;  // N_DROPPED of journald's own message about its rate limit
  std::string transport;   // _TRANSPORT; "driver" is journald itself
  std::string uid;         // _UID of the process that spoke; empty where journald was not told

  void clear();
};

class JournalReader {
 public:
  enum class Step { entry, end };
  enum class Found { position, gap };

  explicit JournalReader(const JournalOptions& options);
  ~JournalReader();

  /// Opens the journal behind `position`. `gap` where that place is gone: then at its time, or at the journal's end.
  Result<Found> open(const std::string& position);
  void close();

  [[nodiscard]] int fd() const { return fd_; }
  enum class News { none, entries, overtaken };
  /// Takes note of what happened to the journal's files. `overtaken`: files were deleted with entries in them that were not read
  /// yet (vacuum).
  Result<News> process();
  /// The next entry, or that there is none yet.
  Result<Step> next(JournalItem& item);
  /// The entry was handled: position() is behind it.
  void commit();
  /// When to call process() even if the descriptor is silent.
  [[nodiscard]] std::chrono::microseconds timeout() const;
  [[nodiscard]] bool has_files() const;
  /// Entries that stayed unreadable after the journal was opened again, and were passed over.
  [[nodiscard]] std::uint64_t unreadable() const { return unreadable_; }
  /// Opaque; what open() takes.
  [[nodiscard]] const std::string& position() const { return position_; }

 private:
  struct Close {
    void operator()(sd_journal* journal) const;
  };

  Result<void> open_files();
  Result<void> add_matches();
  [[nodiscard]] std::vector<std::string> suppressible_units() const;
  int add_field_matches(std::string_view field, const std::vector<std::string>& values);
  Result<Found> seek(const std::string& position);
  Result<Found> seek_cursor(const std::string& cursor);
  Result<Found> seek_time(std::optional<std::uint64_t> time, Found found);
  Result<Found> seek_end(Found found);
  int read_fields(JournalItem& item);
  [[nodiscard]] std::string present_cursor() const;
  [[nodiscard]] bool is_overtaken() const;

  JournalOptions options_;
  std::unique_ptr<sd_journal, Close> journal_;
  int fd_ = -1;
  std::string position_;
  std::string present_;     // cursor of the entry that next() gave
  std::string broken_;      // cursor of the entry that could not be read when we met it first
  bool at_end_ = false;     // there was nothing more to read
  unsigned fruitless_ = 0;  // openings since reading last went well
  std::uint64_t unreadable_ = 0;
};

/// journald's message about its own rate limit (sd-messages.h, SD_MESSAGE_JOURNAL_DROPPED).
bool is_suppression(const JournalItem& item);

}  // namespace ikewatch::source
