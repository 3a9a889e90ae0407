// Columns of text for a terminal. Role: private to view. Threads: pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ikewatch::view {

/// How many columns a text takes: one for each character (not each byte) of UTF-8.
std::size_t columns_of(std::string_view text);
/// At most so many columns, with an ellipsis where something was cut.
std::string cut(std::string_view text, std::size_t columns);

struct Column {
  std::string title;
  std::size_t least = 8;  // it is not made narrower than this, nor than its title
  bool optional = false;  // left out first, where not all fit
  std::vector<std::string> cells;
};

/// The widths at which the columns fit, two blanks between; 0: left out. `width` 0: all as wide as they are.
std::vector<std::size_t> fit(const std::vector<Column>& columns, std::size_t width);

}  // namespace ikewatch::view
