// Counts what lines look like, to tell how they were broken. Role: behind habit_of(). Threads: none.
#pragma once

#include "habit.hpp"
#include "opening.hpp"

#include <cstddef>
#include <string_view>
#include <vector>

namespace ikewatch::reader {

class Census {
 public:
  /// A line as it is after mending; `changed`: mending had something to do.
  void count(std::string_view line, bool changed);
  [[nodiscard]] std::size_t lines() const { return lines_; }
  [[nodiscard]] Habit habit() const;

 private:
  /// A line of a message with a line behind it that begins none.
  struct Break {
    std::size_t width;      // of the line in front
    std::size_t next_word;  // the first word behind
    std::size_t tail;       // tells the last bytes in front
  };

  [[nodiscard]] std::size_t fold() const;
  [[nodiscard]] bool breaks_at(std::size_t column, std::size_t least = 3) const;
  [[nodiscard]] std::size_t wider_than(std::size_t column) const;

  std::size_t lines_ = 0, headless_ = 0, named_ = 0, stamped_ = 0, longer_ = 0, damaged_ = 0;
  std::vector<Break> breaks_;
  std::vector<std::size_t> widths_;
  std::size_t width_ = 0;  // of the line before, 0 where nothing can go on from it
  std::size_t tail_ = 0;   // tells its last bytes
};

}  // namespace ikewatch::reader
