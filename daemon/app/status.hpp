// `ikewatch status`: asks the running daemon. Role: a command. Threads: one.
#pragma once

#include <string>

namespace ikewatch::app {

struct StatusOptions {
  std::string tunnel;  // its name, its peer or GATEWAY/NAME; empty: all
  bool json = false;
  bool watch = false;    // again after every change, until it is interrupted
  bool history = false;  // of one tunnel: everything that is kept
};

/// 0: all is well; 1: something is failed or down; 2: no such tunnel; 3: the daemon cannot be reached.
int status(const StatusOptions& options);

}  // namespace ikewatch::app
