#include "unfold.hpp"

#include "glue.hpp"

#include <ikewatch/base/text.hpp>

#include <algorithm>

namespace ikewatch::reader {
namespace {

constexpr std::size_t sniffed_lines = 400;
// Mailers and forums wrap at 72 to 80 columns; a quoted line is a little longer.
constexpr std::size_t narrowest_wrap = 50;
constexpr std::size_t widest_wrap = 90;
constexpr std::size_t wrap_column = 72;
constexpr std::size_t most_pieces = 16;  // Cisco's longest multi-line debug message has about ten

std::size_t indent_of(std::string_view line) {
  return static_cast<std::size_t>(std::find_if_not(line.begin(), line.end(), is_blank) - line.begin());
}

std::size_t first_word_length(std::string_view line) { return std::min(line.find_first_of(" \t"), line.size()); }

/// What a person typed at a device, or what its other commands print: never the rest of a message.
bool is_chatter(std::string_view line) {
  if (line.empty() || std::string_view("!.#=~+*-_$%").find(line.front()) != line.npos) return true;
  const auto word = line.substr(0, first_word_length(line));
  const auto prompt = word.find_first_of("#>");
  return prompt != word.npos && prompt > 0 &&
         std::all_of(word.begin(), word.begin() + static_cast<std::ptrdiff_t>(prompt),
                     [](char c) { return is_alnum(c) || c == '-' || c == '_' || c == '(' || c == ')'; });
}

std::string_view without_bullet(std::string_view line) {
  auto rest = trim_left(line);
  if (rest.starts_with("\xe2\x80\xa2")) return trim_left(rest.substr(3));  // U+2022, the bullet itself
  if (consume(rest, "- ") || consume(rest, "* ")) return rest;
  const auto digits = static_cast<std::size_t>(std::find_if_not(rest.begin(), rest.end(), is_digit) - rest.begin());
  if (digits == 0 || digits > 3 || digits + 1 >= rest.size()) return line;
  const bool numbered = (rest[digits] == '.' || rest[digits] == ')') && rest[digits + 1] == ' ';
  return numbered ? rest.substr(digits + 2) : line;
}

struct Census {
  std::size_t lines = 0, headless = 0, named = 0, stamped = 0, longer = 0, damaged = 0;

  void count(std::string_view line) {
    if (trim(line).empty()) return;
    ++lines;
    const auto bare = without_marks(line);
    const auto opening = opening_of(bare);
    if (opening == Opening::none) ++headless;
    if (opening == Opening::named) ++named;
    if (opening == Opening::stamped) ++stamped;
    if (line.size() > widest_wrap) ++longer;
    if (bare.size() != line.size() || find_seam(line) != 0) ++damaged;
  }

  [[nodiscard]] Habit habit() const {
    const auto headed = lines - headless;
    Habit habit;
    habit.stamped = stamped * 2 >= headed;
    const auto strange = headless + (habit.stamped ? named : 0);
    habit.clean = damaged == 0 && strange * 100 <= lines;
    habit.wrapped = longer * 10 <= lines;
    return habit;
  }
};

}  // namespace

std::string_view without_marks(std::string_view line) {
  auto rest = trim_left(line);
  const bool quoted = rest.starts_with('>');
  while (consume(rest, ">")) {
    const auto next = trim_left(rest);
    rest = next.starts_with('>') ? next : rest.substr(rest.starts_with(' ') ? 1 : 0);
  }
  if (!quoted) rest = line;
  const auto bare = without_bullet(rest);
  return bare.size() != rest.size() && opening_of(bare) > Opening::named ? bare : rest;
}

Habit habit_of(std::string_view head, bool whole) {
  Census census;
  while (!head.empty() && census.lines < sniffed_lines) {
    const auto end = head.find_first_of("\r\n");
    if (end == head.npos && !whole) break;
    census.count(head.substr(0, end));
    head.remove_prefix(end == head.npos ? head.size() : end + 1);
  }
  return census.habit();
}

void Unfolder::add(std::string_view line, std::uint64_t number) {
  line = without_marks(line);
  for (std::size_t seam = find_seam(line); seam != 0; seam = find_seam(line)) {
    add_message(line.substr(0, seam), number);
    line.remove_prefix(seam);
    ++parted_;
  }
  add_message(line, number);
}

void Unfolder::add_message(std::string_view line, std::uint64_t number) {
  const auto opening = opening_of(line);
  if (continues(line, opening)) return append(line);
  finish();
  start(line, number, opening != Opening::none);
}

void Unfolder::finish() {
  if (open_) sink_(text_, number_);
  open_ = false;
}

bool Unfolder::begins_message(Opening opening) const { return opening >= (habit_.stamped ? Opening::spoken : Opening::named); }

bool Unfolder::continues(std::string_view line, Opening opening) const {
  if (!open_ || !message_ || pieces_ >= most_pieces || text_.size() + line.size() >= limit_) return false;
  const auto indent = indent_of(line);
  const auto words = line.substr(indent);
  if (words.empty()) return false;
  // An indented word with a colon is a program's name only where the messages themselves are indented as far.
  if (indent > indent_) return opening <= Opening::named;
  if (begins_message(opening) || is_chatter(words)) return false;
  return trim_right(text_).ends_with(',') || was_wrapped_before(words);
}

/// A wrapper breaks where the next word would not have fitted any more.
bool Unfolder::was_wrapped_before(std::string_view line) const {
  if (!habit_.wrapped || width_ > widest_wrap || (pieces_ == 1 && width_ < narrowest_wrap)) return false;
  return width_ + 1 + first_word_length(line) >= wrap_column;
}

void Unfolder::start(std::string_view line, std::uint64_t number, bool message) {
  text_ = line;
  number_ = number;
  open_ = true;
  message_ = message;
  indent_ = indent_of(line);
  width_ = line.size();
  pieces_ = 1;
}

void Unfolder::append(std::string_view line) {
  text_.resize(trim_right(text_).size());
  text_ += ' ';
  text_ += trim_left(line);
  width_ = line.size();
  ++pieces_;
  ++joined_;
}

}  // namespace ikewatch::reader
