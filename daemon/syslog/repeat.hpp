// What syslog daemons write instead of a message that came again. Role: last step of read_header(). Threads: pure functions.
#pragma once

#include <ikewatch/syslog/record.hpp>

namespace ikewatch::syslog {

/// Reads `message repeated 3 times: [ x]` (rsyslog) and `last message repeated 3 times` (BSD, sysklogd, IOS) in the record's
/// text.
void read_repeat(Record& record);

/// Quick: whether read_repeat() may have anything to do.
inline bool may_repeat(std::string_view text) {
  return !text.empty() && (text.front() == 'l' || text.front() == 'm' || text.front() == '-');
}

}  // namespace ikewatch::syslog
