// Reads maps strictly: unknown keys with "did you mean", missing keys, wrong kinds. Role: tree -> the caller's own structs, by a
// table of keys. Ownership: borrows tree and report. Threads: none.
#pragma once

#include <ikewatch/yaml/tree.hpp>

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ikewatch::yaml {

/// One key of a map and what reads its value.
template <class Target>
struct MapKey {
  std::string_view name;
  void (*read)(const Node& value, Report& report, Target& target);
  std::string_view remedy = {};  // of a key that every such map must have: what to do where it has not
};

/// True when the node is of that kind; else a problem says what was expected, unless the node was refused before. `what` names
/// the value.
bool expect(const Node& node, Node::Kind kind, std::string_view what, Report& report);

void report_unknown(const Node& value, std::string_view what, const std::vector<std::string_view>& known, Report& report);
void report_missing(const Node& map, std::string_view what, std::string_view key, std::string_view remedy, Report& report);

template <class Target>
void read_map(const Node& map, std::string_view what, std::span<const MapKey<Target>> keys, Report& report, Target& target) {
  if (!expect(map, Node::Kind::map, what, report)) return;
  for (const Node& value : map.children) {
    const auto known = std::ranges::find(keys, value.key, &MapKey<Target>::name);
    if (known != keys.end()) {
      known->read(value, report, target);
      continue;
    }
    std::vector<std::string_view> names;
    for (const auto& key : keys) names.push_back(key.name);
    report_unknown(value, what, names, report);
  }
  for (const auto& key : keys) {
    if (!key.remedy.empty() && map.find(key.name) == nullptr) report_missing(map, what, key.name, key.remedy, report);
  }
}

/// A scalar with its place; not given where it is of another kind.
Written read_text(const Node& node, std::string_view what, Report& report);
/// A list of scalars; one scalar is a list of one.
std::vector<Written> read_texts(const Node& node, std::string_view what, Report& report);
/// A whole number from 0 to `most`.
std::optional<unsigned> read_number(const Node& node, std::string_view what, unsigned most, Report& report);
/// `true` or `false`.
std::optional<bool> read_bool(const Node& node, std::string_view what, Report& report);

/// A word of a closed list.
template <class Value, class Names>
std::optional<Value> read_word(const Node& node, std::string_view what, std::optional<Value> (*named)(std::string_view),
                               const Names& names, Report& report) {
  if (!expect(node, Node::Kind::scalar, what, report)) return std::nullopt;
  const auto value = named(node.text);
  if (!value)
    report.add(node.at, std::string(what) + " cannot be " + report.quote(node.text) + hint(node.text, names, report.quotes()));
  return value;
}

}  // namespace ikewatch::yaml
