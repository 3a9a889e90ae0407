#include "plain.hpp"

#include "typography.hpp"

#include <ikewatch/base/text.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace ikewatch::reader {
namespace {

constexpr auto suspicious = [] {
  std::array<bool, 256> table{};
  for (std::size_t c = 0; c < table.size(); ++c) table[c] = (c < 0x20 && c != '\t') || c >= 0x7F;
  for (const char c : {'&', '`', '\\', '^'}) table[static_cast<unsigned char>(c)] = true;
  return table;
}();

bool is_suspicious(char c) { return suspicious[static_cast<unsigned char>(c)]; }

struct Entity {
  std::string_view name;
  std::string_view meaning;
};

constexpr std::array entities{
    Entity{"amp", "&"},    Entity{"lt", "<"},     Entity{"gt", ">"},     Entity{"quot", "\""},    Entity{"apos", "'"},
    Entity{"nbsp", " "},   Entity{"lsquo", "'"},  Entity{"rsquo", "'"},  Entity{"ldquo", "\""},   Entity{"rdquo", "\""},
    Entity{"ndash", "-"},  Entity{"mdash", "-"},  Entity{"minus", "-"},  Entity{"hellip", "..."}, Entity{"rarr", "->"},
    Entity{"hArr", "<=>"}, Entity{"harr", "<=>"}, Entity{"rArr", "=>"},  Entity{"lArr", "<="},    Entity{"le", "<="},
    Entity{"shy", ""},     Entity{"zwnj", ""},    Entity{"lbrack", "["}, Entity{"rbrack", "]"},   Entity{"lsqb", "["},
    Entity{"rsqb", "]"},   Entity{"percnt", "%"}, Entity{"num", "#"},    Entity{"colon", ":"},    Entity{"equals", "="},
};

constexpr std::size_t longest_entity = 10;

/// What Markdown puts a backslash before.
bool is_escapable(char c) { return std::string_view("[]<>_*~#()\"'`|").find(c) != std::string_view::npos; }

/// One pass over a line.
class Plain {
 public:
  Plain(std::string_view line, std::string& out) : line_(line), out_(out) {}

  void run() {
    while (at_ < line_.size()) step();
  }

 private:
  [[nodiscard]] char peek(std::size_t ahead = 0) const { return at_ + ahead < line_.size() ? line_[at_ + ahead] : '\0'; }
  [[nodiscard]] std::string_view rest() const { return line_.substr(at_); }

  void keep() { out_ += line_[at_++]; }

  void step() {
    const char c = peek();
    if (!is_suspicious(c) && c != '[') return keep();
    switch (c) {
      case '[':
        return bare_colour() ? void() : keep();
      case '&':
        return entity() ? void() : keep();
      case '\\':
        if (is_escapable(peek(1))) ++at_;
        return keep();
      case '`':
        return apostrophe();
      case '^':
        return caret() ? void() : keep();
      case '\b':
        return rub_out();
      case '\x1b':
        return escape();
      case '\n':  // made of markup
      case '\0':
        return keep();
      default:
        break;
    }
    if (static_cast<unsigned char>(c) >= 0x80) return wide();
    ++at_;  // other control characters
  }

  /// A terminal's cursor goes back; what is written then covers what stood there.
  void rub_out() {
    ++at_;
    while (!out_.empty() && (static_cast<unsigned char>(out_.back()) & 0xC0U) == 0x80U) out_.pop_back();
    if (!out_.empty() && out_.back() != '\n') out_.pop_back();
  }

  /// ECMA-48 section 5.4: a control sequence; or an operating system command up to BEL or ESC \.
  void escape() {
    ++at_;
    const char kind = peek();
    if (kind == '[') {
      ++at_;
      while (peek() >= 0x20 && peek() <= 0x3F) ++at_;
    } else if (kind == ']') {
      while (at_ < line_.size() && peek() != '\a' && peek() != '\x1b') ++at_;
      if (peek() == '\x1b') ++at_;
    }
    if (at_ < line_.size()) ++at_;
  }

  /// `^[[32m`: how `cat -v` and editors show an escape.
  bool caret() {
    if (!rest().starts_with("^[[")) return false;
    ++at_;
    if (bare_colour()) return true;
    --at_;
    return false;
  }

  /// `[1;33m`, `[0m`: a colour whose escape character was lost. An endpoint's `[500]` has a bracket behind its digits.
  bool bare_colour() {
    std::size_t ahead = peek(1) == '[' ? 2 : 1;
    const std::size_t from = ahead;
    while (is_digit(peek(ahead)) || peek(ahead) == ';') ++ahead;
    if (peek(ahead) != 'm' || ahead == from || ahead - from > 12) return false;
    at_ += ahead + 1;
    return true;
  }

  void apostrophe() {
    const bool inside = !out_.empty() && is_alpha(out_.back()) && is_alpha(peek(1));
    if (!inside) return keep();
    out_ += '\'';
    ++at_;
  }

  bool entity() {
    std::size_t from = at_ + 1;
    while (line_.substr(from).starts_with("amp;")) from += 4;  // escaped twice and more
    const auto text = line_.substr(from, longest_entity);
    const auto end = text.find(';');
    if (end != text.npos && end > 0 && (text.front() == '#' ? numeric(text.substr(1, end - 1)) : named(text.substr(0, end)))) {
      at_ = from + end + 1;
      return true;
    }
    if (from == at_ + 1) return false;
    out_ += '&';
    at_ = from;
    return true;
  }

  bool named(std::string_view name) {
    const auto* found =
        std::find_if(entities.begin(), entities.end(), [name](const Entity& entity) { return entity.name == name; });
    if (found == entities.end()) return false;
    out_ += found->meaning;
    return true;
  }

  bool numeric(std::string_view number) {
    const bool hex = number.starts_with('x') || number.starts_with('X');
    const auto code = to_number<std::uint32_t>(number.substr(hex ? 1 : 0), hex ? 16 : 10);
    if (!code || *code == 0 || *code > 0x10FFFF) return false;
    if (*code >= 0x20 && *code < 0x7F)
      out_ += static_cast<char>(*code);
    else
      out_ += plain_form(*code).value_or("");
    return true;
  }

  void wide() {
    if (const auto broken = broken_form(rest()); broken.length != 0) {
      out_ += broken.meaning;
      at_ += broken.length;
      return;
    }
    const auto read = read_utf8(rest());
    const auto meaning = read.length != 0 ? plain_form(read.code) : single_byte_form(peek());
    const std::size_t length = std::max<std::size_t>(read.length, 1);
    out_ += meaning.value_or(line_.substr(at_, length));
    at_ += length;
  }

  std::string_view line_;
  std::string& out_;
  std::size_t at_ = 0;
};

/// A bracket with digits and an `m`.
bool has_bare_colour(std::string_view line) {
  for (auto at = line.find('['); at != line.npos; at = line.find('[', at + 1)) {
    const auto end = line.find_first_not_of("0123456789;", at + 1);
    if (end != line.npos && end > at + 1 && line[end] == 'm') return true;
  }
  return false;
}

}  // namespace

bool make_plain(std::string_view line, std::string& out) {
  if (std::none_of(line.begin(), line.end(), is_suspicious) && !has_bare_colour(line)) return false;
  out.clear();
  Plain(line, out).run();
  return true;
}

}  // namespace ikewatch::reader
