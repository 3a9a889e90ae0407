// The header of RFC 5424 behind its PRI. Role: used by the header readers. Threads: pure.
#pragma once

#include "cursor.hpp"

#include <ikewatch/syslog/record.hpp>

namespace ikewatch::syslog {

/// `1 ` and a stamp or `-` begin here (section 6.2.2 and 6.2.3).
bool at_rfc5424(const Cursor& cursor);

/// Reads VERSION up to the byte order mark in front of MSG. Structured data is skipped; where it is missing or broken the message
/// begins in its place. The NILVALUE is an empty field.
void read_rfc5424(Cursor& cursor, Record& record);

}  // namespace ikewatch::syslog
