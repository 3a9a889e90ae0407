// A strict YAML reader: a tree with places, and a problem for whatever YAML would do behind the writer's back. Role: the only way
// in for files that people write; knows nothing of their keys. Ownership: a Tree owns its nodes and their texts. Threads: no
// shared state.
#pragma once

#include <ikewatch/yaml/report.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <memory_resource>
#include <optional>
#include <span>
#include <string_view>

namespace ikewatch::yaml {

struct Node {
  enum class Kind : std::uint8_t {
    missing,  // nothing stands here, or `~` or `null`
    scalar,
    list,
    map,
    refused,  // a problem is already reported: say nothing more about it
  };

  Kind kind = Kind::missing;
  bool quoted = false;  // scalar in quotes or a block (| or >)
  Mark at;
  Mark key_at;                     // in a map
  std::string_view key;            // in a map, where no two children have the same
  std::string_view text;           // scalar: as written, nothing is converted
  std::span<const Node> children;  // of a list or map, in the order of the file

  /// The value of a key of this map; null where there is none.
  [[nodiscard]] const Node* find(std::string_view name) const;
};

/// "a text", "a list", "a map", "nothing": how a problem names what stands somewhere.
std::string_view name_of(Node::Kind kind);

/// The nodes of one document. They lie in one block of memory, which goes when the tree goes.
class Tree {
 public:
  using Memory = std::pmr::monotonic_buffer_resource;

  Tree(std::unique_ptr<Memory> memory, const Node& root) : memory_(std::move(memory)), root_(root) {}

  [[nodiscard]] const Node& root() const { return root_; }

 private:
  std::unique_ptr<Memory> memory_;
  Node root_;
};

struct Limits {
  std::size_t bytes = 1024 * 1024;
  std::size_t depth = 12;
  std::size_t nodes = 200'000;
};

/// Reads one document of block or flow YAML 1.2 without anchors, aliases, merge keys, tags, duplicate keys, further documents,
/// tabs in the indentation, control characters and quoted values over several lines: each is a problem. An empty text gives a
/// root that is `missing`. Nothing is returned when the text could not be read to its end; what is wrong is in the report either
/// way.
std::optional<Tree> read(std::string_view text, const Limits& limits, Report& report);

}  // namespace ikewatch::yaml
