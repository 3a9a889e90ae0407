#include <ikewatch/yaml/strict_map.hpp>

namespace ikewatch::yaml {

bool expect(const Node& node, Node::Kind kind, std::string_view what, Report& report) {
  if (node.kind == kind) return true;
  if (node.kind == Node::Kind::refused) return false;
  const bool nothing = node.kind == Node::Kind::missing && node.key_at.line != 0;  // yaml-cpp gives the place of what follows
  report.add(nothing ? node.key_at : node.at,
             std::string(what) + " must be " + std::string(name_of(kind)) + ", and here is " + std::string(name_of(node.kind)));
  return false;
}

void report_unknown(const Node& value, std::string_view what, const std::vector<std::string_view>& known, Report& report) {
  report.add(value.key_at,
             "unknown key " + report.quote(value.key) + " in " + std::string(what) + hint(value.key, known, report.quotes()));
}

void report_missing(const Node& map, std::string_view what, std::string_view key, std::string_view remedy, Report& report) {
  report.add(map.key_at.line != 0 ? map.key_at : map.at,
             std::string(what) + " has no " + report.quote(key) + "; " + std::string(remedy));
}

Written read_text(const Node& node, std::string_view what, Report& report) {
  if (!expect(node, Node::Kind::scalar, what, report)) return {};
  return {std::string(node.text), report.place_of(node.at)};
}

std::vector<Written> read_texts(const Node& node, std::string_view what, Report& report) {
  std::vector<Written> out;
  if (node.kind == Node::Kind::scalar) return {read_text(node, what, report)};
  if (!expect(node, Node::Kind::list, what, report)) return out;
  for (const Node& item : node.children) {
    if (auto text = read_text(item, what, report); text.given()) out.push_back(std::move(text));
  }
  return out;
}

std::optional<unsigned> read_number(const Node& node, std::string_view what, unsigned most, Report& report) {
  if (!expect(node, Node::Kind::scalar, what, report)) return std::nullopt;
  const auto number = to_number<unsigned>(node.text);
  if (number && *number <= most) return number;
  report.add(node.at,
             std::string(what) + " is " + report.quote(node.text) + "; write a number from 0 to " + std::to_string(most));
  return std::nullopt;
}

std::optional<bool> read_bool(const Node& node, std::string_view what, Report& report) {
  if (!expect(node, Node::Kind::scalar, what, report)) return std::nullopt;
  if (node.text == "true") return true;
  if (node.text == "false") return false;
  report.add(node.at, std::string(what) + " is " + report.quote(node.text) + "; write true or false");
  return std::nullopt;
}

}  // namespace ikewatch::yaml
