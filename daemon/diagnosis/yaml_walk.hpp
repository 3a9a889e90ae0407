// A YAML text as a plain tree whose every value knows its place. Role: strict reading of causes.yaml; unlike yaml-cpp's own tree
// it refuses aliases, tags, duplicate keys and a second document instead of guessing. Ownership: the tree owns its texts.
// Threads: no shared state.
#pragma once

#include <ikewatch/base/result.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ikewatch::diagnosis {

enum class YamlKind : std::uint8_t {
  null,
  scalar,
  sequence,
  map,
  refused,  // already reported (an alias, a tag): whoever walks on stays silent about it
};

struct YamlEntry;

struct YamlNode {
  YamlKind kind = YamlKind::null;
  std::size_t line = 0;  // from 1
  std::size_t column = 0;
  std::string text;                // of a scalar
  std::vector<YamlNode> items;     // of a sequence
  std::vector<YamlEntry> entries;  // of a map, each key once
};

struct YamlEntry {
  YamlNode key;
  YamlNode value;
};

/// Collects the mistakes of one file, with their places; at most `max_problems`, so that a hostile file cannot flood the report.
class YamlProblems {
 public:
  static constexpr std::size_t max_problems = 100;

  YamlProblems(std::string file, Problems& problems) : file_(std::move(file)), problems_(problems) {}
  void add(const YamlNode& at, std::string what) { add(at.line, at.column, std::move(what)); }
  void add(std::size_t line, std::size_t column, std::string what);

 private:
  std::string file_;
  Problems& problems_;
};

/// The only document of `text` (at most `max_yaml` bytes); nothing where it cannot be read at all, which is then a problem.
inline constexpr std::size_t max_yaml = 1024 * 1024;
std::optional<YamlNode> read_yaml(const std::string& text, YamlProblems& problems);

/// "a text", "a list", "a map", "nothing": how a problem names what stands there.
std::string_view name_of(YamlKind kind);

/// `word` in quotes, printable and cut to a length that fits on a line.
std::string quoted(std::string_view word);

/// `; did you mean "x"?` or `; known are: a, b`.
std::string hint(std::string_view word, std::span<const std::string_view> known);

/// The value behind a key, null where there is none.
const YamlNode* find(const YamlNode& map, std::string_view key);

/// True when the node is of this kind; else a problem, unless the node was refused before. `owner` names the value.
bool expect(const YamlNode& node, YamlKind kind, std::string_view owner, YamlProblems& problems);

/// Reports each key of the map that is not in the list.
void expect_keys(const YamlNode& map, std::span<const std::string_view> known, std::string_view owner, YamlProblems& problems);

}  // namespace ikewatch::diagnosis
