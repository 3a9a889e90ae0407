// What can be said about a text before YAML looks at it, and what a parser's complaint means for who wrote it. Private to
// tree.cpp. Ownership: views into the caller's text. Threads: pure functions.
#pragma once

#include <ikewatch/yaml/report.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace ikewatch::yaml {

/// The place of a byte; `index` and `offset` count from 0.
inline Mark mark(std::size_t index, std::size_t offset) {
  return {static_cast<std::uint32_t>(index + 1), static_cast<std::uint32_t>(offset + 1)};
}

/// The lines of a text, without LF or CRLF.
std::vector<std::string_view> split_lines(std::string_view text);

/// True when every line is UTF-8 (RFC 3629) without control characters and no indentation holds a tab; else the first of each
/// kind of trouble is reported.
bool check_bytes(const std::vector<std::string_view>& lines, Report& report);

/// A copy in which lines without content begin with no tab: yaml-cpp 0.7 refuses them, though they mean nothing.
std::string without_stray_tabs(std::string_view text, const std::vector<std::string_view>& lines);

/// True when the quoted value that opens at `at` also closes on that line; yaml-cpp 0.7 takes the rest of the file for one that
/// does not.
bool closes_on_its_line(const std::vector<std::string_view>& lines, Mark at);

/// Where a list item without a value stands: yaml-cpp gives the place of what follows it.
Mark place_of_nothing(const std::vector<std::string_view>& lines, Mark at);

struct SyntaxError {
  Mark at;
  std::string what;
};

/// Our words for a yaml-cpp message, with the remedy where the text shows it.
SyntaxError explain_syntax(const std::vector<std::string_view>& lines, Mark at, std::string_view message);

}  // namespace ikewatch::yaml
