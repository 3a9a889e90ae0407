// Undoes what mailers, forums and pagers do to logs: wrapped and indented lines are joined, glued ones parted, quote marks and
// list bullets dropped. Role: between the line cutter and the callback, only for inputs that show such damage. Conservative,
// because a wrong join costs two lines. Ownership: keeps a copy of one logical line. Threads: none.
#pragma once

#include "opening.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace ikewatch::reader {

/// What the beginning of an input shows of how its lines were treated.
struct Habit {
  bool clean = false;    // (nearly) every line begins with a header: nothing to undo
  bool stamped = false;  // most headers have a stamp or a tag: a mere "word:" begins no message there
  bool wrapped = true;   // hardly any line is longer than wrapping would leave it
};

/// `whole`: `head` is all there is, so that its last line is complete.
Habit habit_of(std::string_view head, bool whole);

/// `line` without quote marks (`> `, `>> `) and, in front of a message, without a bullet (`- `, `* `, `1. `).
std::string_view without_marks(std::string_view line);

class Unfolder {
 public:
  using Sink = std::function<void(std::string_view text, std::uint64_t number)>;

  /// `limit`: most bytes of a joined line.
  Unfolder(Habit habit, std::size_t limit, Sink sink) : habit_(habit), limit_(limit), sink_(std::move(sink)) {}

  void add(std::string_view line, std::uint64_t number);
  /// As add(), for a line that has no marks and holds one message.
  void add_message(std::string_view line, std::uint64_t number);
  /// Gives the line that is held back, if one is: at the end, or when nothing can continue it.
  void finish();
  [[nodiscard]] bool holds_line() const { return open_; }

  [[nodiscard]] std::uint64_t joined() const { return joined_; }
  [[nodiscard]] std::uint64_t parted() const { return parted_; }

 private:
  [[nodiscard]] bool begins_message(Opening opening) const;
  [[nodiscard]] bool continues(std::string_view line, Opening opening) const;
  [[nodiscard]] bool was_wrapped_before(std::string_view line) const;
  void start(std::string_view line, std::uint64_t number, bool message);
  void append(std::string_view line);

  Habit habit_;
  std::size_t limit_;
  Sink sink_;
  std::string text_;  // the logical line so far
  std::uint64_t number_ = 0;
  bool open_ = false;       // text_ holds a line
  bool message_ = false;    // it begins a message, so that it may be continued
  std::size_t indent_ = 0;  // of its first physical line
  std::size_t width_ = 0;   // of its last physical line
  std::size_t pieces_ = 0;  // physical lines in it
  std::uint64_t joined_ = 0;
  std::uint64_t parted_ = 0;
};

}  // namespace ikewatch::reader
