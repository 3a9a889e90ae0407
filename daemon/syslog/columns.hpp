// Logs in columns: Android's logcat, macOS's unified log, the tables of firewalls and collectors. Role: tried before the header
// walk. Ownership: views into the line. Threads: pure.
#pragma once

#include "cursor.hpp"

#include <ikewatch/syslog/record.hpp>

namespace ikewatch::syslog {

/// Any of the forms below. False and untouched where the line has another form.
bool read_columns(const Cursor& line, Record& record);

/// The macOS Console's `default<TAB>21:34:54.977019+0000<TAB>racoon<TAB>text`.
bool read_apple_console(Cursor cursor, Record& record);

/// Behind the stamp, which the record has: macOS's `log show` in its styles default (`thread type activity pid ttl process:
/// text`) and compact (`Df process[pid:thread] text`).
bool read_apple_columns(Cursor cursor, Record& record);

/// Behind the stamp: `racoon  2211  text` (pfSense), `stdout F text` (container runtimes), `ipsec,error text` (RouterOS, with and
/// without the column of the buffer).
bool read_table(Cursor cursor, Record& record);

/// RouterOS's topics; a lone `ipsec ` only where nothing says that it is a host.
bool read_topics(Cursor cursor, Record& record, bool alone);

/// `(library) ` and `[subsystem:category] `, which Apple's logger writes between the process and the text.
void skip_subsystem(Cursor& cursor);

}  // namespace ikewatch::syslog
