// How a command ends. Role: app. Threads: constants.
#pragma once

#include <ikewatch/base/result.hpp>

namespace ikewatch::app {

inline constexpr int done = 0;
inline constexpr int found_problems = 1;
inline constexpr int wrong_usage = 2;    // or unreadable input
inline constexpr int not_reachable = 3;  // the daemon

/// One line on standard error: `ikewatch: file:line:column: what`.
void complain(const Problem& problem);
void complain(const Problems& problems);

}  // namespace ikewatch::app
