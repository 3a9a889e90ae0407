#include "check.hpp"

#include "values.hpp"

#include <ikewatch/config/options.hpp>

#include <algorithm>

namespace ikewatch::config {
namespace {

using yaml::Mark;
using yaml::Node;
using yaml::quote;
using yaml::Report;
using NodeKind = Node::Kind;

std::string join(const std::vector<std::string_view>& words, std::string_view separator = ", ") {
  std::string text;
  for (const auto word : words) text.append(text.empty() ? "" : separator).append(word);
  return text;
}

bool has_word(std::string_view words, std::string_view word) {
  while (!words.empty()) {
    const auto end = words.find(' ');
    if (words.substr(0, end) == word) return true;
    words = end == std::string_view::npos ? std::string_view{} : words.substr(end + 1);
  }
  return false;
}

std::string and_list(std::string_view words) {
  std::string text(words);
  for (std::size_t at = 0; (at = text.find(' ', at)) != std::string::npos; at += 2) text.replace(at, 1, ", ");
  return text;
}

/// How a path is called in a message: the section without its item marks.
std::string section_name(std::string_view path) {
  if (path.empty()) return "the top level";
  const bool item = path.ends_with("[]");
  if (item) path.remove_suffix(2);
  std::string name;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] == '[' || path[i] == ']') continue;
    name += path[i];
  }
  return (item ? "an item of `" : "`") + name + "`";
}

std::string unit_amount(Kind kind, std::uint64_t amount) {
  struct Step {
    std::uint64_t factor;
    std::string_view name;
  };
  static constexpr Step times[] = {{86'400'000, "d"}, {3'600'000, "h"}, {60'000, "m"}, {1000, "s"}, {1, "ms"}};
  static constexpr Step sizes[] = {{1ULL << 30U, "GiB"}, {1ULL << 20U, "MiB"}, {1ULL << 10U, "KiB"}, {1, "B"}};
  if (kind == Kind::number || amount == 0) return std::to_string(amount);
  const std::span<const Step> steps = kind == Kind::duration ? std::span<const Step>(times) : std::span<const Step>(sizes);
  const auto step = std::ranges::find_if(steps, [&](const Step& s) { return amount % s.factor == 0; });
  return std::to_string(amount / step->factor) + std::string(step->name);
}

std::string complain_of_range(const Option& option, std::uint64_t amount, std::string_view text) {
  if (amount >= option.least && amount <= option.most) return {};
  if (option.least == option.most) return quote(text) + " is not known; write " + std::to_string(option.least);
  return quote(text) + " is out of range; write " + unit_amount(option.kind, option.least) + " to " +
         unit_amount(option.kind, option.most);
}

template <class T>
std::string complain_of_amount(const Option& option, const Reading<T>& reading, std::string_view text) {
  if (!reading.value) return reading.complaint;
  if constexpr (std::is_same_v<T, Duration>) {
    return complain_of_range(option, static_cast<std::uint64_t>(reading.value->count()), text);
  } else {
    return complain_of_range(option, *reading.value, text);
  }
}

std::string complain_of_choice(const Option& option, std::string_view text) {
  const auto words = option.choices();
  if (std::ranges::find(words, text) != words.end()) return {};
  const auto near = nearest(text, words);
  const auto longer =
      std::ranges::find_if(words, [&](std::string_view word) { return text.size() > 2 && word.starts_with(text); });
  const auto meant = longer == words.end() ? near : *longer;
  if (!meant.empty()) return quote(text) + " is not known here; did you mean " + std::string(meant) + "?";
  return quote(text) + " is not known here; write one of: " + join({words.begin(), words.end()});
}

std::string complain_of_text(const Option& option, std::string_view text) {
  std::string flat(text);
  std::ranges::replace(flat, '\n', ' ');
  std::ranges::replace(flat, '\t', ' ');
  if (!is_printable(flat))
    return "a control character is not allowed here; write printable text (in double quotes, a backslash begins an escape)";
  const auto most = option.kind == Kind::text ? option.most : std::uint64_t{4096};
  if (text.size() > most) return quote(text) + " is too long; write at most " + std::to_string(most) + " bytes";
  return {};
}

std::string complain_of_scalar(const Option& option, std::string_view text) {
  switch (option.kind) {
    case Kind::number:
      return complain_of_amount(option, read_number(text), text);
    case Kind::duration:
      return complain_of_amount(option, read_duration(text), text);
    case Kind::size:
      return complain_of_amount(option, read_size(text), text);
    case Kind::boolean:
      return read_boolean(text).complaint;
    case Kind::choice:
      return complain_of_choice(option, text);
    case Kind::address:
      return read_address(text).complaint;
    case Kind::endpoint:
      return read_endpoint(text).complaint;
    case Kind::socket_address:
      return read_socket_address(text).complaint;
    case Kind::name:
      return complain_of_name(text);
    case Kind::url:
      return complain_of_url(text);
    case Kind::path:
      return complain_of_path(text);
    case Kind::unit:
      return complain_of_unit(text);
    case Kind::pattern:
      return complain_of_pattern(text);
    case Kind::dialect:
      return complain_of_dialect(text);
    case Kind::timezone:
      return complain_of_timezone(text);
    case Kind::clock:
      return read_clock(text).complaint;
    case Kind::certificate_name:
      return complain_of_certificate_name(text);
    case Kind::text:
    case Kind::section:
    case Kind::free_section:
    case Kind::list:
      break;
  }
  return {};
}

bool is_unquoted_kind(Kind kind) { return kind == Kind::number || kind == Kind::boolean; }

/// The part before a colon that stands without a blank, if that part is a key of the section.
const Option* key_before_colon(std::string_view path, std::string_view text) {
  const auto colon = text.find(':');
  return colon == std::string_view::npos ? nullptr : option_in(path, text.substr(0, colon));
}

/// The sections that have such a key, for a key that stands in the wrong one.
std::string homes_of(std::string_view key) {
  std::string homes;
  if (key == "*" || key == "[]") return homes;
  for (const auto& option : option_table()) {
    if (option.key() == key) homes += (homes.empty() ? "" : " or ") + section_name(option.parent());
  }
  return homes;
}

std::string blank_remedy(const Option& option) {
  return "a blank is missing after the colon; write `" + std::string(option.key()) + ": " + std::string(option.example) + "`";
}

class TableCheck {
 public:
  explicit TableCheck(Report& report) : report_(report) {}

  void section(const Node& node, std::string_view path, std::string_view label) {
    if (node.kind == NodeKind::refused) return;
    if (node.kind != NodeKind::map) return not_a_section(node, path, label);
    const auto* type = node.find("type");
    const std::string_view type_word =
        type != nullptr && type->kind == NodeKind::scalar ? std::string_view(type->text) : std::string_view{};
    for (const auto& child : node.children) known_key(child, path, type_word);
    for (const auto* option : options_in(path)) {
      if (option->required && applies(*option, path, type_word) && node.find(option->key()) == nullptr)
        missing_key(node, *option, path);
    }
  }

 private:
  /// Whether the section's type, as far as it is known, has this key.
  static bool applies(const Option& option, std::string_view path, std::string_view type_word) {
    if (option.only_for.empty()) return true;
    if (type_word.empty() || !is_type(path, type_word)) return false;
    return has_word(option.only_for, type_word);
  }

  static bool is_type(std::string_view path, std::string_view word) {
    const auto* type = option_in(path, "type");
    if (type == nullptr) return false;
    const auto words = type->choices();
    return std::ranges::find(words, word) != words.end();
  }

  void known_key(const Node& child, std::string_view path, std::string_view type_word) {
    const auto* option = option_in(path, child.key);
    if (option == nullptr || child.key == "*" || child.key == "[]") return unknown_key(child, path);
    if (!option->only_for.empty() && is_type(path, type_word) && !has_word(option->only_for, type_word)) {
      report_.add(child.key_at, quote(child.key) + " does not belong to type " + std::string(type_word) + " but to " +
                                    and_list(option->only_for) + "; delete it or change the type");
      return;
    }
    value(child, *option, child.key);
  }

  void unknown_key(const Node& child, std::string_view path) {
    const auto what = "unknown key " + quote(child.key) + " in " + section_name(path) + "; ";
    if (const auto* option = key_before_colon(path, child.key)) return report_.add(child.key_at, blank_remedy(*option));
    std::vector<std::string_view> keys;
    for (const auto* option : options_in(path)) keys.push_back(option->key());
    if (const auto near = nearest(child.key, keys); !near.empty()) {
      return report_.add(child.key_at, what + "did you mean " + quote(near) + "?");
    }
    if (const auto homes = homes_of(child.key); !homes.empty())
      return report_.add(child.key_at, what + "it belongs into " + homes);
    report_.add(child.key_at, what + "write one of: " + join(keys));
  }

  void missing_key(const Node& node, const Option& option, std::string_view path) {
    report_.add(node.at, quote(option.key()) + " is missing in " + section_name(path) + "; add `" + std::string(option.key()) +
                             ": " + std::string(option.example) + "`");
  }

  void not_a_section(const Node& node, std::string_view path, std::string_view label) {
    if (node.kind == NodeKind::scalar && !node.quoted) {
      if (const auto* option = key_before_colon(path, node.text)) return report_.add(node.at, blank_remedy(*option));
    }
    std::vector<std::string_view> keys;
    for (const auto* option : options_in(path)) keys.push_back(option->key());
    const std::string front = label.empty() ? "" : std::string(label) + ": ";
    report_.add(node.at, front + "a section with keys must stand here; write `key: value` with these keys: " + join(keys));
  }

  void value(const Node& node, const Option& option, std::string_view label) {
    if (node.kind == NodeKind::refused) return;
    if (node.kind == NodeKind::missing) return no_value(node, option, label);
    switch (option.kind) {
      case Kind::section:
        return section(node, option.path, label);
      case Kind::free_section:
        return free_section(node, option, label);
      case Kind::list:
        return list(node, option, label);
      default:
        return scalar(node, option, label);
    }
  }

  void no_value(const Node& node, const Option& option, std::string_view label) {
    const Mark at = node.key_at.line != 0 ? node.key_at : node.at;
    std::string what = std::string(label) + " has no value; write `" + std::string(label) + ": ";
    if (option.key() == "[]" || option.key() == "*")
      what = std::string(label) + ": an empty value; write it or delete the item";
    else if (option.kind == Kind::list && option.least == 0)
      what += "[]` for none, or put a # before it";
    else
      what += std::string(option.example.empty() ? "..." : option.example) + "`, or put a # before it";
    report_.add(at, std::move(what));
  }

  void list(const Node& node, const Option& option, std::string_view label) {
    const auto* item = options_in(option.path)[0];
    if (node.kind == NodeKind::scalar && option.single) return scalar(node, *item, label);
    if (node.kind != NodeKind::list) {
      const bool simple = node.kind == NodeKind::scalar;
      const auto remedy = simple ? "[" + std::string(trim(node.text)) + "]" : std::string("a `- ` before each item");
      return report_.add(node.at, std::string(label) + ": a list must stand here; write " + (simple ? quote(remedy) : remedy));
    }
    if (node.children.size() < option.least)
      report_.add(node.at, std::string(label) + ": an empty list; write at least one item, or delete the key");
    if (node.children.size() > option.most) {
      report_.add(node.at, std::string(label) + ": " + std::to_string(node.children.size()) + " items; write at most " +
                               std::to_string(option.most));
      return;
    }
    for (const auto& child : node.children) value(child, *item, label);
  }

  void free_section(const Node& node, const Option& option, std::string_view label) {
    if (node.kind != NodeKind::map) {
      return report_.add(
          node.at, std::string(label) + ": a section must stand here; write for example `" + std::string(option.example) + "`");
    }
    const auto* item = options_in(option.path)[0];
    if (node.children.size() > option.most)
      report_.add(node.at, std::string(label) + ": more than " + std::to_string(option.most) + " keys; delete some");
    for (const auto& child : node.children) {
      if (auto complaint = complain_of_label(child.key); !complaint.empty())
        report_.add(child.key_at, std::string(label) + ": " + complaint);
      value(child, *item, child.key);
    }
  }

  void scalar(const Node& node, const Option& option, std::string_view label) {
    auto complaint = complain_of_value(node, option);
    if (!complaint.empty()) report_.add(node.at, std::string(label) + ": " + complaint);
  }

  static std::string complain_of_value(const Node& node, const Option& option) {
    if (node.kind == NodeKind::list) return "one value must stand here, not a list; write it without brackets or dash";
    if (node.kind == NodeKind::map)
      return "one value must stand here, not a section; put a value that ends in a colon or holds `: ` in quotes";
    if (node.text.empty()) return "an empty value; write for example " + std::string(option.example);
    auto complaint = complain_of_text(option, node.text);
    if (complaint.empty()) complaint = complain_of_scalar(option, node.text);
    if (complaint.empty() && node.quoted && is_unquoted_kind(option.kind))
      complaint = quote(node.text) + " is in quotes; write it without them";
    return complaint;
  }

  Report& report_;
};

}  // namespace

void check_against_table(const Node& root, Report& report) { TableCheck(report).section(root, "", ""); }

std::vector<const Node*> items_of(const Node* node) {
  std::vector<const Node*> items;
  if (node == nullptr) return items;
  if (node->kind == NodeKind::scalar) items.push_back(node);
  if (node->kind != NodeKind::list) return items;
  for (const auto& child : node->children) items.push_back(&child);
  return items;
}

}  // namespace ikewatch::config
