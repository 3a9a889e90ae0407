// Reads the zone behind a time of day. Role: part of the stamp reader. Threads: pure.
#pragma once

#include "stamp.hpp"

namespace ikewatch::syslog {

/// Takes `Z`, `+01:00`, ` CEST`, `KST` or ` UTC+07:30` off the front, where it can only be a zone; else leaves the cursor alone.
/// A word that may as well be a host or a program (`cat:`) is left to the caller.
void read_zone(Cursor& cursor, StampFields& fields);

}  // namespace ikewatch::syslog
