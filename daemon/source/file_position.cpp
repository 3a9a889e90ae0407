#include "file_position.hpp"

#include <ikewatch/base/text.hpp>

#include <array>

namespace ikewatch::source {
namespace {

constexpr std::string_view opener = "file1";

std::optional<std::uint64_t> next_number(std::string_view& text) {
  if (!consume(text, " ")) return std::nullopt;
  const auto digits = text.substr(0, text.find(' '));
  text.remove_prefix(digits.size());
  return to_number<std::uint64_t>(digits);
}

}  // namespace

std::string to_text(const FilePosition& position) {
  std::string text(opener);
  for (const auto number : {position.device, position.inode, position.offset, position.head_size, position.head_hash}) {
    text += ' ';
    text += std::to_string(number);
  }
  return text;
}

std::optional<FilePosition> read_file_position(std::string_view text) {
  if (!consume(text, opener)) return std::nullopt;
  std::array<std::uint64_t, 5> numbers{};
  for (auto& number : numbers) {
    const auto next = next_number(text);
    if (!next) return std::nullopt;
    number = *next;
  }
  if (!text.empty() || numbers[3] > longest_head) return std::nullopt;
  return FilePosition{numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]};
}

std::uint64_t hash_of(std::string_view head) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : head) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

}  // namespace ikewatch::source
