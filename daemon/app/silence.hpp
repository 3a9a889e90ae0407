// `ikewatch silence`: asks the running daemon to tell nobody for a while. Role: a command. Threads: one.
#pragma once

#include <string>

namespace ikewatch::app {

struct SilenceOptions {
  std::string tunnel;
  std::string length;  // "2h"
  std::string why;
  std::string end;  // the id of the one to end
  bool list = false;
  bool json = false;
};

int silence(const SilenceOptions& options);

}  // namespace ikewatch::app
