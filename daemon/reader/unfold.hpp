// Undoes what mailers, forums and terminals do to the lines of logs: wrapped, folded and indented lines are joined, glued ones
// parted. Role: between the mender and the callback, only for inputs that show such damage. Conservative, because a wrong join
// costs two lines. Ownership: keeps a copy of one logical line. Threads: none.
#pragma once

#include "habit.hpp"
#include "opening.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace ikewatch::reader {

/// What a person typed at a device, or what its other commands print: never the rest of a message.
bool is_chatter(std::string_view line);

class Unfolder {
 public:
  using Sink = std::function<void(std::string_view text, std::uint64_t number)>;

  /// `limit`: most bytes of a joined line.
  Unfolder(Habit habit, std::size_t limit, Sink sink) : habit_(habit), limit_(limit), sink_(std::move(sink)) {}

  void add(std::string_view line, std::uint64_t number);
  /// As add(), for a line that holds one message.
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
  [[nodiscard]] bool was_folded_before(std::string_view line, Opening opening) const;
  void start(std::string_view line, std::uint64_t number, bool message);
  void append(std::string_view line, bool folded);

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
