// Reads `journalctl -o export`. Role: one Line for each entry. Format: systemd.io/JOURNAL_EXPORT_FORMATS, fields as `NAME=value`
// or, for any bytes, `NAME`, a 64 bit little-endian size and the data; an empty line ends an entry.
#pragma once

#include "journal_entry.hpp"
#include "line_cutter.hpp"

#include <ikewatch/reader/reader.hpp>

namespace ikewatch::reader {

/// `cutter` must be at the beginning. Adds to `totals` what was delivered and what had no MESSAGE.
void read_journal_export(LineCutter& cutter, std::uint64_t first_line, const Callback& callback, Totals& totals);

}  // namespace ikewatch::reader
