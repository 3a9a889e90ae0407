#include "conf_tokens.hpp"

#include <algorithm>

namespace ikewatch::doctor {
namespace {

/// Parentheses too: racoon's scanner passes over them.
constexpr bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r') || c == '\0' || c == '(' || c == ')'; }
constexpr bool ends_word(char c) { return is_space(c) || std::string_view(";{}\",#[").find(c) != std::string_view::npos; }

class Scanner {
 public:
  Scanner(std::string_view text, std::uint32_t file) : text_(text), file_(file) {}

  Tokens run() {
    while (skip_blanks()) take();
    return std::move(out_);
  }

 private:
  [[nodiscard]] At here() const { return {file_, line_, static_cast<std::uint32_t>(position_ - line_start_ + 1)}; }

  /// False at the end of the text.
  bool skip_blanks() {
    for (; position_ < text_.size(); ++position_) {
      const char c = text_[position_];
      if (c == '#') position_ = std::min(text_.find('\n', position_), text_.size());
      if (position_ == text_.size()) return false;
      if (text_[position_] == '\n') {
        ++line_;
        line_start_ = position_ + 1;
      } else if (!is_space(text_[position_])) {
        return true;
      }
    }
    return false;
  }

  void take() {
    switch (text_[position_]) {
      case ';':
        return mark(TokenKind::end);
      case '{':
        return mark(TokenKind::open);
      case '}':
        return mark(TokenKind::close);
      case ',':
        return mark(TokenKind::comma);
      case '"':
        return quoted();
      default:
        return word();
    }
  }

  void mark(TokenKind kind) {
    out_.list.push_back({kind, text_.substr(position_, 1), here()});
    ++position_;
  }

  void word() {
    std::size_t end = position_ + 1;
    if (text_[position_] == '[') {
      while (end < text_.size() && text_[end - 1] != ']' && !is_space(text_[end])) ++end;
    } else {
      while (end < text_.size() && !ends_word(text_[end])) ++end;
    }
    out_.list.push_back({TokenKind::word, text_.substr(position_, end - position_), here()});
    position_ = end;
  }

  void quoted() {
    const std::size_t begin = position_ + 1;
    std::size_t end = std::min(text_.find_first_of("\"\n", begin), text_.size());
    const bool closed = end < text_.size() && text_[end] == '"';
    if (!closed) out_.open_quotes.push_back(here());
    if (!closed) end = begin + text_.substr(begin, end - begin).find_last_not_of(" \t\r;") + 1;  // what was meant, most likely
    out_.list.push_back({TokenKind::quoted, text_.substr(begin, end - begin), here()});
    position_ = closed ? end + 1 : end;
  }

  std::string_view text_;
  std::uint32_t file_;
  std::size_t position_ = 0;
  std::size_t line_start_ = 0;
  std::uint32_t line_ = 1;
  Tokens out_;
};

}  // namespace

Tokens tokens_of(std::string_view text, std::uint32_t file) { return Scanner(text, file).run(); }

}  // namespace ikewatch::doctor
