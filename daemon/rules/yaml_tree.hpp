// A YAML text as a tree that keeps every place and hides nothing: duplicate keys stay visible, aliases and second documents are
// refused. Role: pack text -> tree -> pack_reader. Ownership: the tree owns its texts. Threads: plain values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ikewatch::rules {

struct YamlNode {
  enum class Kind : std::uint8_t { null, scalar, list, map };

  Kind kind = Kind::null;
  std::size_t line = 0;         // from 1
  std::size_t column = 0;       // from 1
  std::string text;             // of a scalar
  std::vector<YamlNode> items;  // of a list; of a map key, value, key, value...

  [[nodiscard]] std::size_t pair_count() const { return items.size() / 2; }
  [[nodiscard]] const YamlNode& key(std::size_t i) const { return items[2 * i]; }
  [[nodiscard]] const YamlNode& value(std::size_t i) const { return items[2 * i + 1]; }
};

std::string_view name_of(YamlNode::Kind kind);

struct YamlTree {
  YamlNode root;
  std::string error;  // empty where the text was read
  std::size_t line = 0;
  std::size_t column = 0;
};

inline constexpr std::size_t largest_yaml = std::size_t{4} << 20;  // bytes
inline constexpr std::size_t most_yaml_nodes = 500'000;
inline constexpr std::size_t deepest_yaml = 16;

YamlTree read_yaml(std::string_view text);

}  // namespace ikewatch::rules
