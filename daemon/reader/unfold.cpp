#include "unfold.hpp"

#include "glue.hpp"

#include <ikewatch/base/text.hpp>
#include <ikewatch/syslog/header.hpp>

#include <algorithm>

namespace ikewatch::reader {
namespace {

// Mailers and forums wrap at 72 to 80 columns; a line that was broken is not much shorter.
constexpr std::size_t shortest_broken = 22;  // less than the column by so much at most
constexpr std::size_t most_pieces = 16;      // Cisco's longest multi-line debug message has about ten

std::size_t indent_of(std::string_view line) {
  return static_cast<std::size_t>(std::find_if_not(line.begin(), line.end(), is_blank) - line.begin());
}

std::size_t first_word_length(std::string_view line) { return std::min(line.find_first_of(" \t"), line.size()); }

/// `router1#ping 192.0.2.1`.
bool has_prompt(std::string_view line) {
  const auto word = line.substr(0, first_word_length(line));
  const auto prompt = word.find_first_of("#>");
  // An arrow between endpoints is none: "->198.51.100.7[500]".
  return prompt != word.npos && prompt > 0 && word[prompt - 1] != '-' &&
         std::all_of(word.begin(), word.begin() + static_cast<std::ptrdiff_t>(prompt),
                     [](char c) { return is_alnum(c) || c == '-' || c == '_' || c == '(' || c == ')'; });
}

/// `[root@gw1 ~]#`, `admin@gw1:~$ tail -f x`.
bool has_shell_prompt(std::string_view line) {
  const auto end = line.substr(0, 64).find_first_of("#$");
  if (end == line.npos || end < 2) return false;
  const auto prompt = line.substr(0, end);
  const bool shell = prompt.front() == '[' ? prompt.back() == ']' : prompt.find(':') != prompt.npos && is_alpha(prompt.front());
  return shell && prompt.find('@') != prompt.npos && std::count(prompt.begin(), prompt.end(), ' ') < 2;
}

/// A header and nothing more, but for racoon's `[192.0.2.1]`: the message itself was broken off.
bool is_header_alone(std::string_view line) {
  const auto record = syslog::read_header(line);
  const auto text = trim(record.text);
  if (record.stamp.form == syslog::StampForm::none || record.program.empty()) return false;
  return text.empty() || (text.starts_with('[') && text.ends_with(']') && text.find(' ') == text.npos);
}

}  // namespace

bool is_chatter(std::string_view line) {
  if (line.empty() || std::string_view("!.#=~+*-_$%").find(line.front()) != line.npos) return true;
  return has_prompt(line) || has_shell_prompt(line);
}

void Unfolder::add(std::string_view line, std::uint64_t number) {
  for (std::size_t seam = find_seam(line); seam != 0; seam = find_seam(line)) {
    add_message(line.substr(0, seam), number);
    line.remove_prefix(seam);
    ++parted_;
  }
  add_message(line, number);
}

void Unfolder::add_message(std::string_view line, std::uint64_t number) {
  const auto opening = opening_of(line);
  if (was_folded_before(line, opening)) return append(line, true);
  if (continues(line, opening)) return append(line, false);
  finish();
  start(line, number, opening != Opening::none);
}

void Unfolder::finish() {
  if (open_) sink_(text_, number_);
  open_ = false;
}

bool Unfolder::begins_message(Opening opening) const {
  if (opening == Opening::spoken && habit_.stamped && is_header_alone(text_)) return false;
  return opening >= (habit_.stamped ? Opening::spoken : Opening::named);
}

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
  if (!habit_.wrapped || habit_.fold != 0 || width_ > habit_.widest || (pieces_ == 1 && width_ + shortest_broken < habit_.column))
    return false;
  return width_ + 1 + first_word_length(line) >= habit_.column;
}

/// A terminal breaks where its row is full. A row that lost blanks at its end is one or two shorter.
bool Unfolder::was_folded_before(std::string_view line, Opening opening) const {
  if (habit_.fold == 0 || !open_ || !message_ || pieces_ >= most_pieces || text_.size() + line.size() >= limit_) return false;
  if (width_ > habit_.fold || width_ + 2 < habit_.fold || trim(line).empty() || has_prompt(line)) return false;
  const bool full = width_ == habit_.fold;
  // In a stamped log a level word alone begins no message; a row that is not quite full is a weaker sign.
  if (opening >= Opening::spoken) return full && habit_.stamped && opening == Opening::spoken;
  return full || (opening == Opening::none && !is_blank(line.front()));
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

void Unfolder::append(std::string_view line, bool folded) {
  if (!folded || width_ != habit_.fold) {
    text_.resize(trim_right(text_).size());
    text_ += ' ';
    text_ += trim_left(line);
  } else {
    text_ += line;
  }
  width_ = line.size();
  ++pieces_;
  ++joined_;
}

}  // namespace ikewatch::reader
