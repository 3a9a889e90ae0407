// What the engine has taken of one source. Role: the consistent point that is saved: position and counters move when the engine
// has seen the line, not when the source has read it. Ownership: shared by the source's entry in Inputs and its batches on the
// way. Threads: the engine's.
#pragma once

#include <ikewatch/base/text.hpp>
#include <ikewatch/base/time.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace ikewatch::app {

struct Intake {
  std::string name;
  std::string position;  // where reading goes on after a restart
  std::uint64_t lines = 0;
  std::optional<WallTime> last_line;
  bool gaps_blind = false;  // a loss may have hidden what any gateway in this source did (docs/adr/0009)
  bool of_this_host = false;
  std::uint64_t missing = 0;  // lines, at least, in the last gap; 0: there was none
  TextMap<char> informed;     // gateways that were told of it
};

}  // namespace ikewatch::app
