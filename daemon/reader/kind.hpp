// Finds out what an input is from its first bytes. Role: once for each input, before anything is read. Pure functions.
#pragma once

#include "utf16.hpp"

#include <ikewatch/reader/reader.hpp>

#include <optional>
#include <string_view>

namespace ikewatch::reader {

/// gzip's magic bytes (RFC 1952 section 2.3.1).
bool is_gzip(std::string_view head);

/// For bytes that would be read as garbage (UTF-16, other packers, the journal's own files): the command that makes text of them.
/// Empty for everything that can be read.
std::string_view how_to_convert(std::string_view head);

/// UTF-16, known by its byte order mark or by the zero bytes of its first two characters.
std::optional<ByteOrder> utf16_order(std::string_view head);

/// The length of a UTF-8 byte order mark, else 0.
std::size_t mark_length(std::string_view head);

Format format_of(std::string_view head);

/// How lines end. Old Macintosh files have CR alone; captures of terminals mix both.
struct LineEnds {
  char delimiter = '\n';
  bool inner_cr = false;  // a CR that ends no line was seen: lines must be searched for more
};
LineEnds line_ends_of(std::string_view head);

}  // namespace ikewatch::reader
