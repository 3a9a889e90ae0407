// What stands for an ASCII character in texts that went through word processors and web pages. Role: the tables behind plain.hpp.
// Pure functions; code points as in Unicode 15, single bytes as in Windows-1252.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace ikewatch::reader {

/// The plain form of a character, empty for those that only steer the layout; nothing for characters that stay as they are.
std::optional<std::string_view> plain_form(std::uint32_t code);

/// The same for a byte that is not UTF-8: Windows-1252's quotes, dashes and blank.
std::optional<std::string_view> single_byte_form(char byte);

struct Utf8 {
  std::uint32_t code = 0;
  std::size_t length = 0;  // 0: no well-formed character (RFC 3629) begins here
};
Utf8 read_utf8(std::string_view text);

/// A character at the front that was read in the wrong encoding once and stored again.
struct Broken {
  std::string_view meaning;
  std::size_t length = 0;  // 0: none
};
Broken broken_form(std::string_view text);

}  // namespace ikewatch::reader
