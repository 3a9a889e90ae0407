// What a parser's complaint means for who wrote the text.
#include "source_text.hpp"

#include <ikewatch/base/text.hpp>

#include <algorithm>
#include <array>
#include <optional>

namespace ikewatch::yaml {
namespace {

bool begins_value(std::string_view line, std::size_t i) {
  return i == 0 || std::string_view(" \t[{,").find(line[i - 1]) != std::string_view::npos;
}

/// Where the quote that opens at `open` ends; npos where it does not.
std::size_t closing_quote(std::string_view line, std::size_t open) {
  const char mark_char = line[open];
  for (std::size_t i = open + 1; i < line.size(); ++i) {
    if (mark_char == '"' && line[i] == '\\') {
      ++i;
    } else if (line[i] == mark_char) {
      if (mark_char == '"' || i + 1 == line.size() || line[i + 1] != '\'') return i;
      ++i;
    }
  }
  return std::string_view::npos;
}

/// The offset of a quote that opens but does not close on this line; npos where there is none.
std::size_t unclosed_quote(std::string_view line) {
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (!begins_value(line, i)) continue;
    if (line[i] == '#') break;
    if (line[i] != '"' && line[i] != '\'') continue;
    const auto end = closing_quote(line, i);
    if (end == std::string_view::npos) return i;
    i = end;
  }
  return std::string_view::npos;
}

/// The offset of the colon in `key:value` at the front of a line; npos where the line is not of that form.
std::size_t colon_without_blank(std::string_view line) {
  std::size_t i = line.find_first_not_of(" -");
  if (i == std::string_view::npos) return i;
  while (i < line.size() && (is_lower(line[i]) || line[i] == '_')) ++i;
  const bool found = i > 0 && i + 1 < line.size() && line[i] == ':' && line[i + 1] != ' ' && line[i + 1] != '/';
  return found && is_lower(line[i - 1]) ? i : std::string_view::npos;
}

/// The offset of the second `: ` of a line, which YAML takes for a key inside a value; npos where there is none.
std::size_t second_colon(std::string_view line) {
  const auto first = line.find(": ");
  const auto second = first == std::string_view::npos ? first : line.find(": ", first + 2);
  return line.substr(0, second).find('{') == std::string_view::npos ? second : std::string_view::npos;
}

struct Wording {
  std::string_view message;  // how yaml-cpp's begins
  std::string_view what;
};

constexpr std::array wordings = {
    Wording{"end of map flow",
            "a comma or the closing `}` is missing before this; write it, and put values that hold [ ] { } or `: ` in quotes"},
    Wording{"end of sequence flow",
            "a comma or the closing `]` is missing before this; write it, and put values that hold [ ] { } or `: ` in quotes"},
    Wording{"end of map", "this line does not fit what stands above it; indent it like the keys of the same section"},
    Wording{"end of sequence", "this line does not fit the list above it; begin it with `- ` in the column of the other items"},
    Wording{"illegal flow end", "nothing was opened that this bracket could close; delete it, or quote the value it belongs to"},
    Wording{"illegal map value",
            "a colon where no value can begin; put each key on a line of its own and quote values that hold `: `"},
    Wording{"illegal map key", "a key cannot begin here; put each key on a line of its own"},
    Wording{"illegal block entry", "a list item cannot begin here; put each `- ` on a line of its own"},
    Wording{"illegal tab", "a tab in the indentation; indent with blanks"},
    Wording{"unknown escape", "an unknown escape in double quotes; write each backslash twice, or use single quotes"},
    Wording{"bad character found while scanning hex",
            "an unfinished escape in double quotes; write each backslash twice, or use single quotes"},
    Wording{"invalid unicode", "an escape that is no character; write the character itself"},
    Wording{"the referenced anchor", "a value that begins with * is a YAML alias; put it in quotes"},
    Wording{"alias not found", "a value that begins with * is a YAML alias; put it in quotes"},
    Wording{"illegal character found while scanning alias", "a value that begins with * is a YAML alias; put it in quotes"},
    Wording{"anchor not found", "a value that begins with & is a YAML anchor; put it in quotes"},
    Wording{"illegal character found while scanning anchor", "a value that begins with & is a YAML anchor; put it in quotes"},
    Wording{"cannot assign", "a value that begins with &, * or ! has a meaning in YAML; put it in quotes"},
    Wording{"aliases can't", "a value that begins with * is a YAML alias; put it in quotes"},
    Wording{"tag handle", "a value that begins with ! is a YAML tag; put it in quotes"},
    Wording{"end of verbatim tag", "a value that begins with ! is a YAML tag; put it in quotes"},
    Wording{"unknown token", "a value cannot begin with this character; put it in quotes"},
    Wording{"unexpected character in block", "after | or > the text begins on the next line; move it there"},
    Wording{"illegal document indicator", "--- or ... inside a quoted value; close the quote first"},
    Wording{"illegal EOF", "the file ends inside a quoted value; close the quote"},
    Wording{"TAG directive", "a line that begins with % is a YAML directive; delete it"},
    Wording{"YAML directive", "a line that begins with % is a YAML directive; delete it"},
    Wording{"bad YAML version", "a line that begins with % is a YAML directive; delete it"},
    Wording{"repeated", "a line that begins with % is a YAML directive; delete it"},
    Wording{"YAML major version", "a line that begins with % is a YAML directive; delete it"},
    Wording{"bad file", "brackets or dashes stand too deep inside one another; use the few levels that the manual shows"},
};

/// Brackets of flow style that are open at a place. Quotes and comments are skipped as YAML skips them.
class OpenBrackets {
 public:
  void read(std::string_view line, std::size_t index) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      const bool starts = begins_value(line, i);
      if (starts && line[i] == '#') return;
      if (starts && (line[i] == '"' || line[i] == '\'')) {
        const auto end = closing_quote(line, i);
        i = end == std::string_view::npos ? line.size() : end;
      } else if ((starts || !open_.empty()) && (line[i] == '{' || line[i] == '[')) {
        open_.push_back(mark(index, i));
      } else if (!open_.empty() && (line[i] == '}' || line[i] == ']')) {
        open_.pop_back();
      }
    }
  }
  [[nodiscard]] std::optional<Mark> innermost() const { return open_.empty() ? std::nullopt : std::optional(open_.back()); }

 private:
  std::vector<Mark> open_;
};

/// The bracket that was opened on an earlier line than `at` and is not closed by then.
std::optional<Mark> unclosed_bracket(const std::vector<std::string_view>& lines, Mark at) {
  OpenBrackets brackets;
  for (std::size_t l = 0; l + 1 < at.line && l < lines.size(); ++l) brackets.read(lines[l], l);
  return brackets.innermost();
}

bool is_key_word(std::string_view word) {
  return !word.empty() && std::ranges::all_of(word, [](char c) { return is_lower(c) || c == '_'; });
}

/// The last line above `last` that holds more than a comment; 0 where there is none. Lines count from 1.
std::size_t content_above(const std::vector<std::string_view>& lines, std::size_t last) {
  std::size_t above = last - 1;
  while (above > 0 && (trim(lines[above - 1]).empty() || trim(lines[above - 1]).starts_with('#'))) --above;
  return above;
}

/// A colon where YAML sees the end of a value: what this line and the one above it show.
std::optional<SyntaxError> explain_stray_colon(const std::vector<std::string_view>& lines, std::size_t last) {
  if (last == 0) return std::nullopt;
  const auto line = lines[last - 1];
  if (const auto above = content_above(lines, last); above > 0) {
    const auto before = lines[above - 1];
    const auto start = std::min(before.find_first_not_of(" -"), before.size());
    const auto word = trim_right(before.substr(start));
    if (is_key_word(word))
      return SyntaxError{mark(above - 1, start), "a colon is missing behind " + quote(word) + "; write `key: value`"};
    const auto indent = line.find_first_not_of(" -");
    if (indent != std::string_view::npos && indent > start) {
      return SyntaxError{mark(last - 1, indent),
                         "indented deeper than the line above, which has its value already; begin both in the same column"};
    }
  }
  if (const auto colon = second_colon(line); colon != std::string_view::npos) {
    return SyntaxError{mark(last - 1, colon), "a second colon on one line; put the value in quotes"};
  }
  return std::nullopt;
}

std::string reword(std::string_view message) {
  for (const auto& wording : wordings) {
    if (message.starts_with(wording.message)) return std::string(wording.what);
  }
  return "not YAML (" + to_printable(message) + "); compare with the examples of the manual";
}

}  // namespace

bool closes_on_its_line(const std::vector<std::string_view>& lines, Mark at) {
  if (at.line == 0 || at.line > lines.size() || at.column > lines[at.line - 1].size()) return true;
  const auto line = lines[at.line - 1];
  const auto open = at.column - 1;
  if (line[open] != '"' && line[open] != '\'') return true;  // a block (| or >)
  return closing_quote(line, open) != std::string_view::npos;
}

Mark place_of_nothing(const std::vector<std::string_view>& lines, Mark at) {
  const bool inside = at.line > 0 && at.line <= lines.size() && at.column <= lines[at.line - 1].size();
  if (inside && (lines[at.line - 1][at.column - 1] == '~' || is_alpha(lines[at.line - 1][at.column - 1]))) return at;
  for (std::size_t l = std::min<std::size_t>(at.line, lines.size() + 1); l-- > 1;) {
    const auto line = trim_right(lines[l - 1].substr(0, lines[l - 1].find(" #")));
    if (trim(line).empty() || line.starts_with('#')) continue;
    return line.ends_with('-') ? mark(l - 1, line.size() - 1) : at;
  }
  return at;
}

SyntaxError explain_syntax(const std::vector<std::string_view>& lines, Mark at, std::string_view message) {
  // The parser notices a slip on its own line or on the next one that has content.
  const std::size_t last = std::min<std::size_t>(at.line, lines.size());
  const std::size_t first = last > 3 ? last - 3 : 0;
  for (std::size_t l = first; l < last; ++l) {
    if (const auto open = unclosed_quote(lines[l]); open != std::string_view::npos) {
      return {mark(l, open), "this quote is not closed; close it on the same line"};
    }
  }
  for (std::size_t l = last; l-- > first;) {
    const auto colon = colon_without_blank(lines[l]);
    if (colon != std::string_view::npos) return {mark(l, colon), "a blank is missing after this colon; write `key: value`"};
  }
  if (message.starts_with("illegal map value")) {
    if (auto found = explain_stray_colon(lines, last)) return *std::move(found);
  }
  if (message.starts_with("end of map flow") || message.starts_with("end of sequence flow")) {
    const auto open = unclosed_bracket(lines, at);
    if (open)
      return {*open, "this bracket is not closed, or a comma is missing before line " + std::to_string(at.line) + "; write it"};
  }
  return {at, reword(message)};
}

}  // namespace ikewatch::yaml
