// Logs in columns: Android's logcat and the macOS console. Role: tried before the header walk. Threads: pure.
#pragma once

#include "cursor.hpp"

#include <ikewatch/syslog/record.hpp>

namespace ikewatch::syslog {

/// `I racoon  : text`, `I/racoon  ( 123): text`, both also behind `11-22 10:00:00.000  123  456 `; and
/// `default<TAB>21:34:54.977019+0000<TAB>racoon<TAB>text`. False and untouched where the line has another form.
bool read_columns(const Cursor& line, Record& record);

}  // namespace ikewatch::syslog
