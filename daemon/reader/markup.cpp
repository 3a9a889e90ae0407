#include "markup.hpp"

#include <ikewatch/base/text.hpp>

#include <algorithm>
#include <array>
#include <cstddef>

namespace ikewatch::reader {
namespace {

constexpr std::size_t longest_tag = 300;  // with attributes
constexpr std::size_t longest_name = 10;

constexpr std::array<std::string_view, 11> html_line_tags{"br",  "p",          "div", "li", "tr",   "hr",
                                                          "pre", "blockquote", "ul",  "ol", "table"};
constexpr std::array<std::string_view, 24> html_tags{"code", "span", "b",    "i",   "u",     "em",  "strong", "font",
                                                     "a",    "tt",   "samp", "kbd", "tbody", "sub", "sup",    "small",
                                                     "mark", "body", "html", "td",  "th",    "s",   "big",    "center"};
constexpr std::array<std::string_view, 7> bb_line_tags{"code", "quote", "pre", "list", "hr", "codebox", "spoiler"};
constexpr std::array<std::string_view, 17> bb_tags{"b",         "i",      "u",      "color",   "colour", "size",
                                                   "font",      "url",    "icode",  "noparse", "tt",     "plain",
                                                   "highlight", "center", "indent", "left",    "php"};
constexpr std::array<std::string_view, 7> pagers{"--More--",   "<--- More --->", "-- More --", "---(more)---",
                                                 "--(more)--", "(END)",          "-- MORE --"};

char lower(char c) { return is_upper(c) ? static_cast<char>(c | 0x20) : c; }

template <class List>
bool holds(const List& list, std::string_view name) {
  return std::any_of(list.begin(), list.end(), [name](std::string_view known) {
    return known.size() == name.size() &&
           std::equal(name.begin(), name.end(), known.begin(), [](char a, char b) { return lower(a) == b; });
  });
}

/// `<br/>`, `</span>`, `<div class="x">`, `[QUOTE=bob;1]`: name and length, where one begins `text`.
struct Tag {
  std::string_view name;
  std::size_t length = 0;
};

Tag tag_at(std::string_view text, char close, std::string_view behind_name) {
  std::size_t at = text.substr(1).starts_with('/') ? 2 : 1;
  const std::size_t from = at;
  while (at < text.size() && at - from < longest_name && is_alnum(text[at])) ++at;
  if (at == from || at >= text.size()) return {};
  if (text[at] != close && behind_name.find(text[at]) == behind_name.npos) return {};
  const auto end = text.substr(0, longest_tag).find(close, at);
  return end == text.npos ? Tag{} : Tag{text.substr(from, at - from), end + 1};
}

class Stripper {
 public:
  Stripper(std::string_view line, std::string& out) : line_(line), out_(out) {}

  /// False where nothing was found.
  bool run() {
    while (at_ < line_.size()) {
      const auto next = std::min(line_.find_first_of("<[*-(", at_), line_.size());
      out_ += line_.substr(at_, next - at_);
      at_ = next;
      if (at_ < line_.size() && !skip()) out_ += line_[at_++];
    }
    return changed_;
  }

 private:
  bool skip() {
    switch (line_[at_]) {
      case '<':
        return pager() || tag(tag_at(rest(), '>', " /"), html_line_tags, html_tags);
      case '[':
        return tag(tag_at(rest(), ']', "="), bb_line_tags, bb_tags);
      case '*':
        return bold();
      case '-':
      case '(':
        return pager();
      default:
        return false;
    }
  }

  template <class Lines, class Words>
  bool tag(const Tag& tag, const Lines& line_tags, const Words& tags) {
    if (tag.length == 0) return false;
    if (holds(line_tags, tag.name)) return replace(tag.length, "\n");
    if (!holds(tags, tag.name)) return false;
    return replace(tag.length, tag.name == "td" || tag.name == "th" ? " " : "");
  }

  /// `**word**`: only as a pair around words. Stars that hide an address have dots beside them.
  bool bold() {
    if (!rest().starts_with("**")) return false;
    const char before = at_ == 0 ? ' ' : line_[at_ - 1];
    const char behind = at_ + 2 < line_.size() ? line_[at_ + 2] : ' ';
    if (bold_open_) {
      if (is_blank(before) || before == '*' || behind == '*') return false;
      bold_open_ = false;
      return replace(2, "");
    }
    if ((!is_blank(before) && is_alnum(before)) || before == '*' || before == '.' ||
        !(is_alnum(behind) || behind == '[' || behind == '%'))
      return false;
    const auto close = line_.find("**", at_ + 3);
    if (close == line_.npos || is_blank(line_[close - 1])) return false;
    bold_open_ = true;
    return replace(2, "");
  }

  /// At the begin or the end of the line only.
  bool pager() {
    for (const auto prompt : pagers) {
      if (!rest().starts_with(prompt)) continue;
      const bool first = trim(line_.substr(0, at_)).empty();
      const bool last = trim(line_.substr(at_ + prompt.size())).empty();
      if (!first && !last) continue;
      return replace(prompt.size(), "");
    }
    return false;
  }

  bool replace(std::size_t length, std::string_view by) {
    out_ += by;
    at_ += length;
    changed_ = true;
    return true;
  }

  [[nodiscard]] std::string_view rest() const { return line_.substr(at_); }

  std::string_view line_;
  std::string& out_;
  std::size_t at_ = 0;
  bool bold_open_ = false;
  bool changed_ = false;
};

/// A line that only says where a block of code begins or ends.
bool is_fence(std::string_view line) {
  line = trim(line);
  if (line.starts_with("```") || line.starts_with("~~~")) return line.size() < 20 && line.find(' ') == line.npos;
  return line == "{{{" || line == "}}}" || line == "{noformat}" ||
         (line.starts_with("{code") && line.ends_with('}') && line.size() < 40);
}

/// `` `line` ``: a whole line in backticks.
std::string_view without_backticks(std::string_view line) {
  auto bare = trim(line);
  if (bare.size() < 3 || bare.front() != '`' || bare.back() != '`') return line;
  while (bare.starts_with('`')) bare.remove_prefix(1);
  while (bare.ends_with('`')) bare.remove_suffix(1);
  return bare;
}

}  // namespace

bool strip_markup(std::string_view line, std::string& out) {
  if (line.find_first_of("<[*-(`~{}") == line.npos) return false;
  if (is_fence(line)) {
    out.clear();
    return true;
  }
  const auto bare = without_backticks(line);
  out.clear();
  const bool stripped = Stripper(bare, out).run();
  return stripped || bare.size() != line.size();
}

}  // namespace ikewatch::reader
