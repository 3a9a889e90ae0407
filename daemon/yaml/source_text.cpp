#include "source_text.hpp"

#include <ikewatch/base/text.hpp>

namespace ikewatch::yaml {
namespace {

unsigned byte_at(std::string_view text, std::size_t i) { return static_cast<unsigned char>(text[i]); }

/// The length of the UTF-8 character at `i` (RFC 3629 section 4); 0 where there is none.
std::size_t character_length(std::string_view line, std::size_t i) {
  const unsigned first = byte_at(line, i);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || i + length > line.size()) return 0;
  for (std::size_t k = 1; k < length; ++k) {
    if ((byte_at(line, i + k) & 0xC0U) != 0x80U) return 0;
  }
  return is_printable(line.substr(i, length)) ? length : 0;
}

/// How much of the front is plain ASCII text: nearly everything, so this decides how long the check takes.
std::size_t plain_length(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size() && ((text[i] >= ' ' && text[i] <= '~') || text[i] == '\t')) ++i;
  return i;
}

std::string hex_byte(unsigned value) {
  constexpr std::string_view digits = "0123456789abcdef";
  return {'0', 'x', digits[value >> 4U], digits[value & 0xFU]};
}

std::string complain_of_byte(unsigned value) {
  if (value == '\r') return "a carriage return within a line; end lines with LF or CRLF";
  if (value == 0) return "a zero byte: this is not a text file; name the YAML file";
  if (value < 0x80) return "the control character " + hex_byte(value) + " is not text; remove it";
  return "the byte " + hex_byte(value) + " is not UTF-8 text; save the file as UTF-8";
}

bool check_characters(const std::vector<std::string_view>& lines, Report& report) {
  for (std::size_t l = 0; l < lines.size(); ++l) {
    const auto line = lines[l];
    for (std::size_t i = plain_length(line); i < line.size();) {
      const unsigned value = byte_at(line, i);
      const bool control = (value < 0x20 && value != '\t') || value == 0x7F;
      const std::size_t length = control ? 0 : character_length(line, i);
      if (length == 0) return report.add(mark(l, i), complain_of_byte(value)), false;
      i += length;
      i += plain_length(line.substr(i));
    }
  }
  return true;
}

bool has_content(std::string_view line) {
  const auto rest = trim_left(line);
  return !rest.empty() && rest[0] != '#';
}

bool check_tabs(const std::vector<std::string_view>& lines, Report& report) {
  std::size_t tabs = 0;
  Mark first;
  for (std::size_t l = 0; l < lines.size(); ++l) {
    const auto tab = lines[l].find('\t');
    if (tab == std::string_view::npos || !has_content(lines[l]) || tab >= lines[l].find_first_not_of(" \t")) continue;
    if (tabs++ == 0) first = mark(l, tab);
  }
  if (tabs == 0) return true;
  const std::string further =
      tabs == 1 ? "" : " (and on " + std::to_string(tabs - 1) + (tabs == 2 ? " more line)" : " more lines)");
  report.add(first, "a tab in the indentation" + further + "; indent with blanks");
  return false;
}

}  // namespace

std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    auto line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
  }
  return lines;
}

std::string without_stray_tabs(std::string_view text, const std::vector<std::string_view>& lines) {
  std::string copy(text);
  for (const auto line : lines) {
    if (has_content(line)) continue;
    const auto begin = static_cast<std::size_t>(line.data() - text.data());
    const auto indent = line.size() - trim_left(line).size();
    copy.replace(begin, indent, indent, ' ');
  }
  return copy;
}

bool check_bytes(const std::vector<std::string_view>& lines, Report& report) {
  return check_characters(lines, report) && check_tabs(lines, report);
}

}  // namespace ikewatch::yaml
