#include "exit.hpp"

#include <ikewatch/base/text.hpp>

#include <iostream>

namespace ikewatch::app {

void complain(const Problem& problem) { std::cerr << "ikewatch: " << to_printable(to_string(problem)) << '\n'; }

void complain(const Problems& problems) {
  for (const Problem& problem : problems) complain(problem);
}

}  // namespace ikewatch::app
