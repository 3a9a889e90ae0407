// Reads maps strictly: unknown keys with "did you mean", duplicate keys, wrong kinds. Role: pack_reader. Ownership: borrows the
// tree and the list of problems. Threads: none.
#pragma once

#include <ikewatch/base/result.hpp>
#include <ikewatch/base/text.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pack.hpp"
#include "yaml_tree.hpp"

namespace ikewatch::rules {

/// Where problems go, and of which file. A file that is wrong throughout does not fill the screen: after `most` it says so and
/// stops.
class ProblemLog {
 public:
  ProblemLog(std::string file, std::size_t most, Problems& out) : file_(std::move(file)), most_(most), out_(out) {}

  void add(const Place& place, std::string what);
  void add(const YamlNode& node, std::string what) { add(place_of(node), std::move(what)); }
  [[nodiscard]] Place place_of(const YamlNode& node) const { return {file_, node.line, node.column}; }
  [[nodiscard]] const std::string& file() const { return file_; }

 private:
  std::string file_;
  std::size_t most_;
  std::size_t count_ = 0;
  Problems& out_;
};

template <class Names>
std::string did_you_mean(std::string_view word, const Names& names) {
  const auto near = nearest(word, names);
  return near.empty() ? std::string{} : "; did you mean '" + std::string(near) + "'?";
}

/// One key of a map and what reads its value.
template <class Target>
struct MapKey {
  std::string_view name;
  void (*read)(const YamlNode& value, ProblemLog& log, Target& target);
};

/// True when the node is of that kind; else a problem says what was expected.
bool expect(const YamlNode& node, YamlNode::Kind kind, std::string_view what, ProblemLog& log);

/// The scalar keys of a map that stand there for the first time, as index; problems for all others.
std::vector<std::size_t> checked_keys(const YamlNode& map, ProblemLog& log);

template <class Target>
void read_map(const YamlNode& map, std::string_view what, std::span<const MapKey<Target>> keys, ProblemLog& log, Target& target) {
  if (!expect(map, YamlNode::Kind::map, what, log)) return;
  for (const std::size_t i : checked_keys(map, log)) {
    const YamlNode& key = map.key(i);
    const MapKey<Target>* known = nullptr;
    for (const auto& candidate : keys) {
      if (candidate.name == key.text) known = &candidate;
    }
    if (known != nullptr) {
      known->read(map.value(i), log, target);
      continue;
    }
    std::vector<std::string_view> names;
    for (const auto& candidate : keys) names.push_back(candidate.name);
    log.add(key, "unknown key '" + key.text + "' in " + std::string(what) + did_you_mean(key.text, names));
  }
}

/// A scalar with its place; not given where it is of another kind.
Written read_text(const YamlNode& node, std::string_view what, ProblemLog& log);
/// A list of scalars; one scalar is a list of one.
std::vector<Written> read_texts(const YamlNode& node, std::string_view what, ProblemLog& log);
std::optional<unsigned> read_number(const YamlNode& node, std::string_view what, unsigned most, ProblemLog& log);
std::optional<bool> read_bool(const YamlNode& node, std::string_view what, ProblemLog& log);

/// A word of a closed list.
template <class Value, class Names>
std::optional<Value> read_word(const YamlNode& node, std::string_view what, std::optional<Value> (*named)(std::string_view),
                               const Names& names, ProblemLog& log) {
  const Written word = read_text(node, what, log);
  if (!word.given()) return std::nullopt;
  const auto value = named(word.text);
  if (!value) log.add(node, "unknown " + std::string(what) + " '" + word.text + "'" + did_you_mean(word.text, names));
  return value;
}

}  // namespace ikewatch::rules
