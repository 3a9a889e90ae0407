// Plain characters out of what web pages, word processors and terminals make of them. Role: first step of mending a damaged line.
// Pure functions.
#pragma once

#include <string>
#include <string_view>

namespace ikewatch::reader {

/// Writes `line` into `out` with plain characters: HTML entities decoded (also twice), ANSI escapes, backspaces and control
/// characters carried out or dropped, typographic quotes, dashes, arrows and blanks as ASCII, zero-width marks gone, Markdown's
/// backslashes dropped. A character that ends a line becomes LF. False, and `out` is not touched, where nothing is to be done.
/// Bounded: `out` is at most three times as long.
bool make_plain(std::string_view line, std::string& out);

}  // namespace ikewatch::reader
