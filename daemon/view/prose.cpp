#include <ikewatch/view/prose.hpp>

#include <ikewatch/base/text.hpp>

namespace ikewatch::view {

std::string painted(std::string_view text, std::string_view style, bool colour) {
  if (!colour) return std::string(text);
  return "\x1b[" + std::string(style) + "m" + std::string(text) + "\x1b[0m";
}

std::string wrapped(std::string_view text, std::string_view indent, std::size_t width, std::string_view lead) {
  std::string out(lead.empty() ? indent : lead);
  std::size_t column = out.size();
  bool fresh = true;
  while (!(text = trim_left(text)).empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(word.size());
    if (!fresh && column + 1 + word.size() > width) {
      out += '\n';
      out += indent;
      column = indent.size();
      fresh = true;
    }
    if (!fresh) out += ' ';
    out += word;
    column += word.size() + (fresh ? 0 : 1);
    fresh = false;
  }
  return out += '\n';
}

}  // namespace ikewatch::view
