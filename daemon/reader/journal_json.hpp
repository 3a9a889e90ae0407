// Reads `journalctl -o json` (and json-sse, json-seq, json-pretty): one object for each entry. Role: one Line for each entry.
#pragma once

#include "journal_entry.hpp"
#include "line_cutter.hpp"

#include <ikewatch/reader/reader.hpp>

namespace ikewatch::reader {

// The longest line of fields whose MESSAGE alone may reach the line limit, each byte of it as a number and a comma.
inline constexpr std::size_t json_factor = 16;

/// Fills `entry` from one JSON object; false when it is none. Fields that are not UTF-8 stand there as arrays of numbers
/// (systemd.io/JOURNAL_EXPORT_FORMATS, "Journal JSON Format"); at most `limit` bytes of each field are kept.
bool read_journal_object(std::string_view json, std::size_t limit, JournalEntry& entry);

/// Lines that are no entry are handed on as text without a record.
void read_journal_json(LineCutter& cutter, const Source& source, const Callback& callback, Totals& totals);

}  // namespace ikewatch::reader
