#include "typography.hpp"

#include <array>

namespace ikewatch::reader {
namespace {

struct Range {
  std::uint32_t first;
  std::uint32_t last;
  std::string_view meaning;
};

constexpr std::array ranges{
    Range{0x0080, 0x0084, ""},    Range{0x0085, 0x0085, "\n"},  Range{0x0086, 0x009F, ""},    Range{0x00A0, 0x00A0, " "},
    Range{0x00AD, 0x00AD, ""},    Range{0x00B4, 0x00B4, "'"},   Range{0x02B9, 0x02BC, "'"},   Range{0x1680, 0x1680, " "},
    Range{0x2000, 0x200A, " "},   Range{0x200B, 0x200F, ""},    Range{0x2010, 0x2015, "-"},   Range{0x2018, 0x201B, "'"},
    Range{0x201C, 0x201F, "\""},  Range{0x2024, 0x2024, "."},   Range{0x2026, 0x2026, "..."}, Range{0x2028, 0x2029, "\n"},
    Range{0x202A, 0x202E, ""},    Range{0x202F, 0x202F, " "},   Range{0x2032, 0x2032, "'"},   Range{0x2033, 0x2033, "\""},
    Range{0x205F, 0x205F, " "},   Range{0x2060, 0x2064, ""},    Range{0x2066, 0x206F, ""},    Range{0x2190, 0x2190, "<-"},
    Range{0x2192, 0x2192, "->"},  Range{0x2194, 0x2194, "<=>"}, Range{0x21D0, 0x21D0, "<="},  Range{0x21D2, 0x21D2, "=>"},
    Range{0x21D4, 0x21D4, "<=>"}, Range{0x2212, 0x2212, "-"},   Range{0x2264, 0x2264, "<="},  Range{0x2265, 0x2265, ">="},
    Range{0x27F6, 0x27F6, "->"},  Range{0x27FA, 0x27FA, "<=>"}, Range{0x3000, 0x3000, " "},   Range{0xFE0E, 0xFE0F, ""},
    Range{0xFEFF, 0xFEFF, ""},    Range{0xFFFD, 0xFFFD, "'"},  // mostly an apostrophe that could not be decoded
};

/// U+FF01..U+FF5E are ASCII's 0x21..0x7E in full width.
constexpr auto full_width = [] {
  std::array<char, 0x7F - 0x21> table{};
  for (std::size_t i = 0; i < table.size(); ++i) table[i] = static_cast<char>(0x21 + i);
  return table;
}();

struct Mojibake {
  std::string_view bytes;
  std::string_view meaning;
};

/// UTF-8 that was taken for Windows-1252 and encoded again.
constexpr std::array mojibake{
    Mojibake{"\xC3\xA2\xE2\x82\xAC\xE2\x84\xA2", "'"},  // U+2019
    Mojibake{"\xC3\xA2\xE2\x82\xAC\xCB\x9C", "'"},      // U+2018
    Mojibake{"\xC3\xA2\xE2\x82\xAC\xC5\x93", "\""},     // U+201C
    Mojibake{"\xC3\xA2\xE2\x82\xAC\xC2\x9D", "\""},     // U+201D
    Mojibake{"\xC3\xA2\xE2\x82\xAC\xE2\x80\x9C", "-"},  // U+2013
    Mojibake{"\xC3\xA2\xE2\x82\xAC\xE2\x80\x9D", "-"},  // U+2014
    Mojibake{"\xC3\xA2\xE2\x82\xAC\xC2\xA6", "..."},    // U+2026
    Mojibake{"\xC3\xAF\xC2\xBB\xC2\xBF", ""},           // U+FEFF
    Mojibake{"\xC3\x82\xC2\xA0", " "},                  // U+00A0
    Mojibake{"\xC3\x82\xC2\xB4", "'"},                  // U+00B4
};

bool is_tail(std::string_view text, std::size_t at) {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
}

}  // namespace

std::optional<std::string_view> plain_form(std::uint32_t code) {
  if (code >= 0xFF01 && code <= 0xFF5E) return std::string_view(&full_width[code - 0xFF01], 1);
  for (const Range& range : ranges) {
    if (code >= range.first && code <= range.last) return range.meaning;
  }
  return std::nullopt;
}

std::optional<std::string_view> single_byte_form(char byte) {
  switch (static_cast<unsigned char>(byte)) {
    case 0x91:
    case 0x92:
    case 0xB4:
      return "'";
    case 0x93:
    case 0x94:
      return "\"";
    case 0x96:
    case 0x97:
      return "-";
    case 0x85:
      return "...";
    case 0xA0:
      return " ";
    case 0xAD:
      return "";
    default:
      return std::nullopt;
  }
}

Utf8 read_utf8(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4) return {};
  std::uint32_t code = first & (0x7FU >> length);
  for (std::size_t at = 1; at < length; ++at) {
    if (!is_tail(text, at)) return {};
    code = code << 6U | (static_cast<unsigned char>(text[at]) & 0x3FU);
  }
  return {code, length};
}

Broken broken_form(std::string_view text) {
  for (const Mojibake& form : mojibake) {
    if (text.starts_with(form.bytes)) return {form.meaning, form.bytes.size()};
  }
  return {};
}

}  // namespace ikewatch::reader
