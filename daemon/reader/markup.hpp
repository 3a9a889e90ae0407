// Takes off what web pages, forums and chats put around and between the words of a log. Role: a step of mending a damaged line,
// before its characters are made plain. Pure functions.
#pragma once

#include <string>
#include <string_view>

namespace ikewatch::reader {

/// Writes `line` into `out` without known HTML and BBCode tags, Markdown's bold marks and backticks, fences and pagers' prompts
/// (`--More--`). A tag that ends a line (`<br>`, `</p>`, `[/code]`) becomes LF. `<peer>` and `[removed]` are no tags. False, and
/// `out` is not touched, where there is nothing of the kind.
bool strip_markup(std::string_view line, std::string& out);

}  // namespace ikewatch::reader
