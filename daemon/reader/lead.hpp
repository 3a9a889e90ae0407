// What people and programs put in front of each line of a log: line numbers, file names, container names, prompts. Role: a step
// of mending a damaged line. Pure functions.
#pragma once

#include <string_view>

namespace ikewatch::reader {

/// `line` without such a lead; the same line where none stands there. Only where a message begins right behind it.
std::string_view without_lead(std::string_view line);

}  // namespace ikewatch::reader
