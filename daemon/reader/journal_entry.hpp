// The fields of one journal entry that matter to a log line. Role: shared by the two journalctl formats.
#pragma once

#include <ikewatch/reader/reader.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace ikewatch::reader {

/// Names as in systemd.journal-fields(7).
enum class Field : std::uint8_t {
  message,
  identifier,
  comm,
  syslog_pid,
  pid,
  hostname,
  priority,
  facility,
  realtime,
  source_realtime,
  other,
};

Field field_of(std::string_view name);

class JournalEntry {
 public:
  /// The place for a field's value; nullptr for fields that nobody needs.
  std::string* slot(Field field);
  void clear();
  [[nodiscard]] bool has_message() const { return has_message_; }
  void note(Field field) { has_message_ = has_message_ || field == Field::message; }

  /// The entry as a line; its views are valid until clear(). The text is not looked at, except for a Cisco message that a relay
  /// logged: there the device's own header says more.
  [[nodiscard]] Line line(std::uint64_t number) const;

 private:
  [[nodiscard]] std::string_view value(Field field) const { return values_[static_cast<std::size_t>(field)]; }
  [[nodiscard]] std::string_view value(Field field, Field otherwise) const;
  [[nodiscard]] int priority() const;
  [[nodiscard]] std::optional<WallTime> stamp() const;

  std::array<std::string, static_cast<std::size_t>(Field::other)> values_;
  bool has_message_ = false;
};

}  // namespace ikewatch::reader
