// One JSON object of a log collector as a log line. Role: the JSON half of row.hpp. Pure functions.
#pragma once

#include <string>
#include <string_view>

namespace ikewatch::reader {

/// As read_row(), for JSON. Trailing commas and the brackets of an array around the object are left out.
bool read_json_row(std::string_view line, std::string& out);

}  // namespace ikewatch::reader
