// Entries of the systemd journal as records. Role: the journal source gives the fields of one entry; offline, they are read from
// what `journalctl -o export` or `-o json` printed. Ownership: views, see each reader. Threads: one reader, one thread at a time.
#pragma once

#include <ikewatch/base/result.hpp>
#include <ikewatch/base/time.hpp>
#include <ikewatch/syslog/record.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ikewatch::syslog {

/// What an entry says, as far as it is used (systemd.journal-fields(7)). Fields that it does not have are empty or 0.
struct JournalFields {
  std::string_view message;           // MESSAGE
  std::string_view identifier;        // SYSLOG_IDENTIFIER
  std::string_view unit;              // _SYSTEMD_UNIT
  std::string_view hostname;          // _HOSTNAME
  std::string_view pid;               // _PID
  std::string_view priority;          // PRIORITY, 0..7
  std::string_view facility;          // SYSLOG_FACILITY, 0..23
  std::uint64_t source_realtime = 0;  // _SOURCE_REALTIME_TIMESTAMP, microseconds since 1970
  std::uint64_t realtime = 0;         // __REALTIME_TIMESTAMP, the same
};

/// The entry as a record with views into the fields' buffers. The program is the identifier, without one the unit's name before
/// `.service`. racoon's own stamp in front of the message is read as read_header() does it; else the record has no stamp.
Record record_from_journal(const JournalFields& fields);

/// When the entry was written: the sender's stamp, else the journal's; nothing where both are missing or beyond the year 9999.
std::optional<WallTime> journal_time(const JournalFields& fields);

/// The bytes of one entry's fields. Keeps its memory from entry to entry.
class JournalEntry {
 public:
  enum Field : std::uint8_t {
    message,
    identifier,
    unit,
    hostname,
    pid,
    priority,
    facility,
    source_realtime,
    realtime,
    field_count
  };

  /// Which field the name is; field_count for one that is not used.
  static Field find(std::string_view name);

  void clear();
  /// Begins a field; false where the entry has it already: the first one counts.
  bool begin(Field field);
  void append(Field field, std::string_view bytes);
  [[nodiscard]] std::size_t size(Field field) const { return values_[field].size(); }
  /// Views into this entry, valid until the next clear().
  [[nodiscard]] JournalFields fields() const;

 private:
  std::array<std::string, field_count> values_;
  std::array<bool, field_count> present_{};
};

/// Reads the journal export format (systemd.io/JOURNAL_EXPORT_FORMATS) from chunks of any size. Strict: after the first byte
/// that the format does not allow, problem() says what it was and nothing more is read.
class JournalExportReader {
 public:
  /// The most bytes that are kept of a field; longer ones are cut and counted.
  explicit JournalExportReader(std::size_t longest_field = 65536);

  /// The next entry; takes what it has read off the front of `chunk`. Nothing: feed the next chunk, or look at problem(). The
  /// views are valid until the next call.
  std::optional<JournalFields> next(std::string_view& chunk);
  /// At the end of the input: the last entry, where the empty line behind it is missing. An entry that breaks off is a problem.
  std::optional<JournalFields> finish();

  [[nodiscard]] const std::optional<Problem>& problem() const { return problem_; }
  [[nodiscard]] std::uint64_t cut_fields() const { return cut_fields_; }

 private:
  enum class Part : std::uint8_t { name, text, length, binary, binary_end };

  bool read_part(std::string_view& chunk);
  bool read_name(std::string_view& chunk);
  bool end_name(char end);
  void read_text(std::string_view& chunk);
  void read_length(std::string_view& chunk);
  void read_binary(std::string_view& chunk);
  void read_binary_end(std::string_view& chunk);
  void keep(std::string_view bytes);
  void fail(std::string what);

  std::size_t longest_field_;
  JournalEntry entry_;
  Part part_ = Part::name;
  JournalEntry::Field field_ = JournalEntry::field_count;
  std::string name_;
  std::uint64_t length_ = 0;
  unsigned length_bytes_ = 0;
  std::uint64_t line_ = 1;
  bool any_ = false;  // the entry has a field, used or not
  bool cut_ = false;
  bool delivered_ = false;
  std::uint64_t cut_fields_ = 0;
  std::optional<Problem> problem_;
};

/// Reads one line of `journalctl -o json`. The views are valid until the next call.
class JournalJsonReader {
 public:
  explicit JournalJsonReader(std::size_t longest_field = 65536) : longest_field_(longest_field) {}

  /// A field may be a string, null (too long for journalctl), an array of byte values, or an array of strings (the first counts).
  Result<JournalFields> read(std::string_view line);
  [[nodiscard]] std::uint64_t cut_fields() const { return cut_fields_; }

 private:
  std::size_t longest_field_;
  JournalEntry entry_;
  std::uint64_t cut_fields_ = 0;
};

}  // namespace ikewatch::syslog
