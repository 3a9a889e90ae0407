// What the beginning of an input shows of how its lines were treated. Role: decided once for each input, before the first line is
// delivered; all mending hangs on it. Pure functions.
#pragma once

#include <cstddef>
#include <string_view>

namespace ikewatch::reader {

struct Habit {
  bool clean = false;         // (nearly) every line begins with a header: nothing to undo
  bool stamped = false;       // most headers have a stamp or a tag: a mere "word:" begins no message there
  bool wrapped = true;        // hardly any line is longer than wrapping would leave it
  std::size_t column = 72;    // where a wrapper that looks for a blank breaks lines
  std::size_t widest = 90;    // a longer line was not broken by it; quote marks make lines a little longer
  std::size_t fold = 0;       // where lines are broken whatever stands there, as terminals do; 0: they are not
  bool newest_first = false;  // the log runs backwards, as many viewers show it
};

/// `whole`: `head` is all there is, so that its last line is complete.
Habit habit_of(std::string_view head, bool whole);

}  // namespace ikewatch::reader
