#include "terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace ikewatch::app {

Terminal standard_output() {
  Terminal out;
  out.colour = isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40) out.width = std::min<std::size_t>(size.ws_col, 120);
  return out;
}

}  // namespace ikewatch::app
