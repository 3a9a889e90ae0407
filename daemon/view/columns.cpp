#include "columns.hpp"

#include <algorithm>
#include <numeric>

namespace ikewatch::view {
namespace {

constexpr std::size_t gap = 2;

bool begins_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }

std::size_t total(const std::vector<std::size_t>& widths) {
  std::size_t sum = 0;
  for (const auto width : widths) sum += width == 0 ? 0 : width + gap;
  return sum == 0 ? 0 : sum - gap;
}

}  // namespace

std::size_t columns_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins_character));
}

std::string cut(std::string_view text, std::size_t columns) {
  if (columns_of(text) <= columns) return std::string(text);
  if (columns == 0) return {};
  std::size_t characters = 0;
  std::size_t end = 0;
  for (; end < text.size(); ++end) {
    if (begins_character(text[end]) && ++characters == columns) break;
  }
  return std::string(text.substr(0, end)) + "…";
}

std::vector<std::size_t> fit(const std::vector<Column>& columns, std::size_t width) {
  std::vector<std::size_t> widths;
  for (const auto& column : columns) {
    std::size_t widest = columns_of(column.title);
    for (const auto& cell : column.cells) widest = std::max(widest, columns_of(cell));
    widths.push_back(widest);
  }
  if (width == 0) return widths;
  for (std::size_t i = 0; i < columns.size() && total(widths) > width; ++i) {
    if (columns[i].optional) widths[i] = 0;
  }
  while (total(widths) > width) {  // the widest one gives way
    std::size_t* widest = nullptr;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const bool gives = widths[i] > std::max(columns[i].least, columns_of(columns[i].title));
      if (gives && (widest == nullptr || widths[i] > *widest)) widest = &widths[i];
    }
    if (widest == nullptr) break;
    --*widest;
  }
  return widths;
}

}  // namespace ikewatch::view
