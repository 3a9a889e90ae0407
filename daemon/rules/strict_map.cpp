#include "strict_map.hpp"

#include <algorithm>

namespace ikewatch::rules {

void ProblemLog::add(const Place& place, std::string what) {
  if (++count_ > most_) return;
  if (count_ == most_) what = "more problems than are worth listing; mend those above first";
  out_.push_back({place, std::move(what)});
}

bool expect(const YamlNode& node, YamlNode::Kind kind, std::string_view what, ProblemLog& log) {
  if (node.kind == kind) return true;
  log.add(node, std::string(what) + " is " + std::string(name_of(node.kind)) + "; write " + std::string(name_of(kind)));
  return false;
}

std::vector<std::size_t> checked_keys(const YamlNode& map, ProblemLog& log) {
  std::vector<std::size_t> out;
  TextMap<std::size_t> seen;
  for (std::size_t i = 0; i < map.pair_count(); ++i) {
    const YamlNode& key = map.key(i);
    if (!expect(key, YamlNode::Kind::scalar, "a key", log)) continue;
    const auto [place, fresh] = seen.emplace(key.text, key.line);
    if (fresh) {
      out.push_back(i);
    } else {
      log.add(key, "key '" + key.text + "' stands twice, first in line " + std::to_string(place->second) + "; keep one");
    }
  }
  return out;
}

Written read_text(const YamlNode& node, std::string_view what, ProblemLog& log) {
  if (!expect(node, YamlNode::Kind::scalar, what, log)) return {};
  return {node.text, log.place_of(node)};
}

std::vector<Written> read_texts(const YamlNode& node, std::string_view what, ProblemLog& log) {
  std::vector<Written> out;
  if (node.kind == YamlNode::Kind::scalar) return {read_text(node, what, log)};
  if (!expect(node, YamlNode::Kind::list, what, log)) return out;
  for (const YamlNode& item : node.items) {
    if (auto text = read_text(item, what, log); text.given()) out.push_back(std::move(text));
  }
  return out;
}

std::optional<unsigned> read_number(const YamlNode& node, std::string_view what, unsigned most, ProblemLog& log) {
  const Written text = read_text(node, what, log);
  if (!text.given()) return std::nullopt;
  const auto number = to_number<unsigned>(text.text);
  if (number && *number <= most) return number;
  log.add(node, std::string(what) + " is '" + text.text + "'; write a number from 0 to " + std::to_string(most));
  return std::nullopt;
}

std::optional<bool> read_bool(const YamlNode& node, std::string_view what, ProblemLog& log) {
  const Written text = read_text(node, what, log);
  if (!text.given()) return std::nullopt;
  if (text.text == "true") return true;
  if (text.text == "false") return false;
  log.add(node, std::string(what) + " is '" + text.text + "'; write true or false");
  return std::nullopt;
}

}  // namespace ikewatch::rules
