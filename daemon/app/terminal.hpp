// What standard output can show. Role: app, for commands that print for people. Threads: start-up only.
#pragma once

#include <cstddef>

namespace ikewatch::app {

struct Terminal {
  bool colour = false;      // a terminal, and NO_COLOR (no-color.org) is not set
  std::size_t width = 100;  // columns; between 40 and 120 on a terminal
};

Terminal standard_output();

}  // namespace ikewatch::app
