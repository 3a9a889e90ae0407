// What the daemon says of itself: one line each on standard error, with the level that the journal understands (sd-daemon(3)).
// Role: app. Threads: any.
#pragma once

#include <string_view>

namespace ikewatch::app {

enum class Level { error = 3, warning = 4, notice = 5, info = 6 };

void log(Level level, std::string_view text);

}  // namespace ikewatch::app
