// `ikewatch run`: the daemon. Role: app. Threads: one, which runs the io_context.
#pragma once

#include <string>

namespace ikewatch::app {

/// Runs until SIGTERM or SIGINT. Returns the exit status.
int run(const std::string& config_path);

}  // namespace ikewatch::app
