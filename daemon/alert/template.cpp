#include <ikewatch/alert/template.hpp>

#include <ikewatch/base/text.hpp>

#include <algorithm>
#include <array>

namespace ikewatch::alert {
namespace {

constexpr std::array<std::string_view, 6> filters = {"json", "url", "upper", "lower", "line", "raw"};

constexpr bool is_field_char(char c) { return is_alnum(c) || c == '_' || c == '.'; }

/// One form in braces, taken apart.
struct Form {
  std::string_view name;
  std::string_view filters;  // `|a|b`
  char choice = 0;           // ? or !
  std::string_view text;     // behind the choice
  std::size_t length = 0;    // with its braces
};

/// The end of a text within braces: the brace that closes it, counted over forms within. npos: there is none.
std::size_t end_of_text(std::string_view text) {
  std::size_t depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool twice = i + 1 < text.size() && text[i + 1] == text[i];
    if (text[i] == '{' && twice) {
      ++i;
    } else if (text[i] == '{') {
      ++depth;
    } else if (text[i] == '}' && twice && depth == 0) {
      ++i;
    } else if (text[i] == '}') {
      if (depth-- == 0) return i;
    }
  }
  return std::string_view::npos;
}

/// Reads the form that begins with the brace at the front. Nothing where it is only a brace.
std::optional<Form> read_form(std::string_view text) {
  Form form;
  std::size_t at = 1;
  while (at < text.size() && is_field_char(text[at])) ++at;
  form.name = text.substr(1, at - 1);
  if (form.name.empty() || !is_lower(form.name.front())) return std::nullopt;
  const std::size_t filters_at = at;
  while (at < text.size() && (text[at] == '|' || is_lower(text[at]))) ++at;
  form.filters = text.substr(filters_at, at - filters_at);
  if (at >= text.size()) return std::nullopt;
  if (text[at] == '?' || text[at] == '!') {
    form.choice = text[at++];
    const auto end = end_of_text(text.substr(at));
    if (end == std::string_view::npos) return std::nullopt;
    form.text = text.substr(at, end);
    at += end;
  }
  if (text[at] != '}') return std::nullopt;
  form.length = at + 1;
  return form;
}

std::string percent_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (is_alnum(c) || std::string_view("-._~").find(c) != std::string_view::npos) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += "0123456789ABCDEF"[byte >> 4U];
      out += "0123456789ABCDEF"[byte & 15U];
    }
  }
  return out;
}

std::string filtered(std::string value, std::string_view filter) {
  if (filter == "json") return json_escaped(value);
  if (filter == "url") return percent_encoded(value);
  if (filter == "upper") std::ranges::transform(value, value.begin(), [](char c) { return is_lower(c) ? char(c - 32) : c; });
  if (filter == "lower") std::ranges::transform(value, value.begin(), [](char c) { return is_upper(c) ? char(c + 32) : c; });
  if (filter == "line") std::ranges::replace(value, '\n', ' ');
  return value;
}

std::vector<std::string_view> filters_of(std::string_view text) {
  std::vector<std::string_view> found;
  while (consume(text, "|")) {
    found.push_back(text.substr(0, text.find('|')));
    text.remove_prefix(found.back().size());
  }
  return found;
}

class Filler {
 public:
  Filler(const Lookup& lookup, Escape escape, TemplateLimits limits) : lookup_(lookup), escape_(escape), limits_(limits) {}

  void fill(std::string_view text, std::size_t depth) {
    while (!text.empty() && out_.size() <= limits_.bytes) {
      const bool doubled = depth > 0 && (text.starts_with("{{") || text.starts_with("}}"));
      const auto form = text.front() == '{' && !doubled ? read_form(text) : std::nullopt;
      const auto value = form ? lookup_(form->name) : std::nullopt;
      if (value) {
        put(*form, *value, depth);
        text.remove_prefix(form->length);
      } else {
        out_ += text.front();
        text.remove_prefix(doubled ? 2 : 1);
      }
    }
  }

  std::string take() { return std::string(shortened(out_, limits_.bytes)); }

 private:
  void put(const Form& form, const std::string& value, std::size_t depth) {
    if (form.choice != 0) {
      if (value.empty() == (form.choice == '!') && depth < limits_.depth) fill(form.text, depth + 1);
      return;
    }
    const auto wanted = filters_of(form.filters);
    std::string text = value;
    for (const auto filter : wanted) text = filtered(std::move(text), filter);
    const bool done = std::ranges::any_of(wanted, [](std::string_view f) { return f == "raw" || f == "json" || f == "url"; });
    out_ += escape_ == Escape::json && !done ? json_escaped(text) : text;
  }

  const Lookup& lookup_;
  Escape escape_;
  TemplateLimits limits_;
  std::string out_;
};

std::string quoted(std::string_view text) { return '"' + to_printable(text) + '"'; }

std::string complain_of_form(const Form& form, std::span<const std::string_view> known) {
  const bool free = form.name.starts_with("label.") || form.name.starts_with("annotation.");
  if (!free && std::ranges::find(known, form.name) == known.end()) {
    const auto near = nearest(form.name, known);
    return "{" + to_printable(form.name) + "} is no field here; " +
           (near.empty() ? std::string("write one of those that ikewatch.yaml(5) lists")
                         : "did you mean {" + std::string(near) + "}?");
  }
  for (const auto filter : filters_of(form.filters)) {
    if (std::ranges::find(filters, filter) == filters.end())
      return quoted(filter) + " is no filter; write json, url, upper, lower, line or raw";
  }
  return {};
}

}  // namespace

std::string fill(std::string_view text, const Lookup& lookup, Escape escape, TemplateLimits limits) {
  Filler filler(lookup, escape, limits);
  filler.fill(text, 0);
  return filler.take();
}

std::string complain_of_template(std::string_view text, std::span<const std::string_view> known) {
  while (!text.empty()) {
    const auto form = text.front() == '{' ? read_form(text) : std::nullopt;
    if (form) {
      if (auto wrong = complain_of_form(*form, known); !wrong.empty()) return wrong;
      if (form->choice != 0) {
        if (auto wrong = complain_of_template(form->text, known); !wrong.empty()) return wrong;
      }
    }
    text.remove_prefix(form ? form->length : 1);
  }
  return {};
}

std::string json_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      out += "\\u00";
      out += "0123456789abcdef"[static_cast<unsigned char>(c) >> 4U];
      out += "0123456789abcdef"[static_cast<unsigned char>(c) & 15U];
    } else {
      out += c;
    }
  }
  return out;
}

std::string_view shortened(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xc0U) == 0x80) --bytes;
  return text.substr(0, bytes);
}

}  // namespace ikewatch::alert
