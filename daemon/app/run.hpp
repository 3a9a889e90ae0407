// `ikewatch run`: the daemon. Role: app. Threads: one, which runs the io_context.
#pragma once

#include <string>

namespace ikewatch::app {

/// Runs until SIGTERM or SIGINT. Returns the exit status. `log_level`: a word of level_named(), which goes before the
/// configuration; empty: none.
int run(const std::string& config_path, const std::string& log_level);

}  // namespace ikewatch::app
