#include "template_parser.hpp"

#include <ikewatch/base/text.hpp>

#include <algorithm>

namespace ikewatch::rules {
namespace {

bool is_field_name(std::string_view name) {
  const auto fits = [](char c) { return is_lower(c) || is_digit(c) || c == '_'; };
  return name.empty() || (is_lower(name.front()) && name.size() <= 32 && std::all_of(name.begin(), name.end(), fits));
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Template run() {
    while (at_ < text_.size() && out_.error.empty()) step();
    end_literal();
    if (out_.error.empty()) check_whole();
    return std::move(out_);
  }

 private:
  void step() {
    const char c = text_[at_];
    if (c == '{' && text_.substr(at_).starts_with("{{")) {
      literal_ += '{';
      at_ += 2;
    } else if (c == '{') {
      read_field_segment();
    } else {
      add_literal(c);
      ++at_;
    }
  }

  void add_literal(char c) {
    if (!is_blank(c) && c != '\n' && c != '\r') {
      literal_ += c;
    } else if (literal_.empty() || literal_.back() != ' ') {
      literal_ += ' ';
    }
  }

  void end_literal() {
    if (literal_.empty()) return;
    out_.literal_bytes += literal_.size();
    out_.segments.push_back({true, std::move(literal_), FieldType::rest});
    literal_.clear();
  }

  void read_field_segment() {
    const auto close = text_.find('}', at_);
    if (close == std::string_view::npos) return fail("a field that is never closed; write '{{' for a brace of the line itself");
    const auto inside = text_.substr(at_ + 1, close - at_ - 1);
    const auto colon = inside.find(':');
    if (colon == std::string_view::npos)
      return fail("a field without a type; write {name:type}, or '{{' for a brace of the line itself");
    add_field(inside.substr(0, colon), inside.substr(colon + 1));
    at_ = close + 1;
  }

  void add_field(std::string_view name, std::string_view type_name) {
    if (!is_field_name(name)) return fail("field name '" + std::string(name) + "'; write small letters, digits and '_'");
    const auto type = field_type_named(type_name);
    if (!type) return fail(unknown_type(type_name));
    if (!name.empty() && is_named(name))
      return fail("field '" + std::string(name) + "' stands twice; give the second another name");
    end_literal();
    if (!out_.segments.empty() && !out_.segments.back().literal && is_lazy(out_.segments.back().type)) {
      return fail("a field right behind a word or text: nothing says where that ends; put literal text between them");
    }
    if (!out_.segments.empty() && out_.segments.back().type == FieldType::rest && !out_.segments.back().literal)
      return after_rest();
    out_.segments.push_back({false, std::string(name), *type});
  }

  void after_rest() { fail("something behind a field of type rest; use text, or let rest be the last"); }

  static std::string unknown_type(std::string_view name) {
    std::string out = "unknown field type '" + std::string(name) + "'";
    if (const auto near = nearest(name, field_type_names()); !near.empty()) out += "; did you mean '" + std::string(near) + "'?";
    return out;
  }

  bool is_named(std::string_view name) const {
    return std::any_of(out_.segments.begin(), out_.segments.end(),
                       [&](const Segment& s) { return !s.literal && s.text == name; });
  }

  void check_whole() {
    const auto& list = out_.segments;
    const auto rest =
        std::find_if(list.begin(), list.end(), [](const Segment& s) { return !s.literal && s.type == FieldType::rest; });
    if (rest != list.end() && rest + 1 != list.end()) return after_rest();
    if (out_.field_count() > most_template_fields) return fail("more than 24 fields; leave some to a field of type text");
    const auto kept = std::count_if(list.begin(), list.end(), [](const Segment& s) { return !s.literal && !s.text.empty(); });
    if (static_cast<std::size_t>(kept) > most_kept_fields)
      fail("more than 12 named fields; write those that nobody needs as {:type}");
  }

  void fail(std::string what) {
    out_.error = std::move(what);
    out_.error_at = at_;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string literal_;
  Template out_;
};

}  // namespace

std::size_t Template::field_count() const {
  return static_cast<std::size_t>(std::count_if(segments.begin(), segments.end(), [](const Segment& s) { return !s.literal; }));
}

std::string_view without_ends(std::string_view text) {
  text = trim(text);
  if (!text.ends_with('.')) return text;
  text.remove_suffix(1);
  return trim_right(text);
}

Template parse_template(std::string_view text) {
  if (text.size() <= longest_template) return Parser(without_ends(text)).run();
  Template out;
  out.error = "longer than 1024 bytes; use a field of type text or rest for the part that does not matter";
  return out;
}

}  // namespace ikewatch::rules
