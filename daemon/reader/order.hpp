// Whether a log runs backwards. Role: part of habit_of(). Pure functions.
#pragma once

#include <string>
#include <vector>

namespace ikewatch::reader {

/// True where the newest of these logical lines stands first. Told by stamps, of which nearly all must step back and more than
/// one (a single step back is a clock that was set), by Cisco's sequence numbers, and, where neither steps at all, by messages
/// that daemons log in a fixed order. In doubt: false.
bool runs_backwards(const std::vector<std::string>& lines);

}  // namespace ikewatch::reader
