#include "psk_lines.hpp"

#include <ikewatch/base/text.hpp>

#include <algorithm>
#include <functional>

namespace ikewatch::doctor {
namespace {

/// isspace() of the C locale.
constexpr bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/// racoon takes blanks inside a hexadecimal key for nothing, and wants an even number of digits (str2val.c).
bool is_bad_hex(std::string_view digits) {
  std::size_t count = 0;
  for (const char c : digits) {
    if (!is_hex(c) && !is_space(c)) return true;
    count += is_hex(c) ? 1 : 0;
  }
  return count == 0 || count % 2 != 0;
}

void look_at_key(std::string_view key, PskEntry& entry) {
  entry.has_key = !key.empty();
  entry.hex = key.starts_with("0x");
  entry.bad_hex = entry.hex && is_bad_hex(key.substr(2));
  entry.key_hash = std::hash<std::string_view>{}(key);
  if (entry.hex || key.empty()) return;
  entry.trailing_cr = key.back() == '\r';
  if (entry.trailing_cr) key.remove_suffix(1);
  entry.trailing_blank = !key.empty() && is_space(key.back());
}

void take_line(std::string_view line, std::size_t number, PskLines& out) {
  if (line.starts_with('#') || std::all_of(line.begin(), line.end(), is_space)) return;
  if (line.size() > max_psk_line) out.too_long.push_back(number);
  line = line.substr(0, max_psk_line);
  if (is_space(line.front())) return out.leading_blanks.push_back(number);
  PskEntry entry;
  entry.line = number;
  const auto nul = line.find('\0');
  entry.holds_nul = nul != std::string_view::npos;
  line = line.substr(0, nul);
  const auto blank = std::find_if(line.begin(), line.end(), is_space);
  entry.id.assign(line.begin(), blank);
  const auto key = std::find_if_not(blank, line.end(), is_space);
  look_at_key({key, line.end()}, entry);
  out.entries.push_back(std::move(entry));
}

}  // namespace

PskLines psk_lines_of(std::string_view text) {
  PskLines out;
  out.byte_order_mark = text.starts_with("\xef\xbb\xbf");
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    take_line(line, number, out);
  }
  return out;
}

}  // namespace ikewatch::doctor
