// A strict YAML reader: a tree with places, and a problem for whatever YAML would do behind the writer's back. Role: config's
// own; knows nothing of the keys. Ownership: the tree owns its text. Threads: no shared state.
#pragma once

#include "report.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ikewatch::config {

struct YamlNode {
  enum class Kind : std::uint8_t {
    missing,  // nothing stands here, or `~` or `null`
    scalar,
    sequence,
    map,
    refused,  // a problem is already reported: say nothing more about it
  };

  Kind kind = Kind::missing;
  bool quoted = false;  // scalar in quotes or a block (| or >)
  Mark at;
  Mark key_at;                     // in a map
  std::string key;                 // in a map
  std::string text;                // scalar: as written, nothing is converted
  std::vector<YamlNode> children;  // of a sequence or map, in the order of the file

  /// The value of a key of this map; null where there is none.
  [[nodiscard]] const YamlNode* find(std::string_view name) const;
};

struct YamlLimits {
  std::size_t bytes = 1024 * 1024;
  std::size_t depth = 12;
  std::size_t nodes = 200'000;
};

/// Reads one document of block or flow YAML 1.2 without anchors, aliases, merge keys, tags, duplicate keys, further documents,
/// tabs in the indentation, control characters and quoted values over several lines: each is a problem. An empty text gives a
/// node that is `missing`. Nothing is returned when the text could not be read to its end; what is wrong is in the report either
/// way.
std::optional<YamlNode> read_yaml(std::string_view text, const YamlLimits& limits, Report& report);

}  // namespace ikewatch::config
