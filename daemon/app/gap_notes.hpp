// Who still has to be told of a gap, as it is saved beside the reading positions: a restart must not make known again what a gap
// made unknown. Role: Intake <-> text. Threads: no shared state.
#pragma once

#include <ikewatch/base/text.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace ikewatch::app {

struct GapNote {
  std::uint64_t missing = 0;  // lines, at least
  TextMap<char> informed;     // gateways
};
using GapNotes = std::map<std::string, GapNote>;  // by source

std::string to_saved(const GapNotes& notes);
/// Text that to_saved() did not write gives what can be read from its beginning.
GapNotes gap_notes_from(std::string_view saved);

}  // namespace ikewatch::app
