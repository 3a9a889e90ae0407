#include "yaml_walk.hpp"

#include <ikewatch/base/text.hpp>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <set>
#include <sstream>
#include <utility>

namespace ikewatch::diagnosis {

namespace {

// yaml-cpp counts from 0 and gives -1 where it does not know.
std::size_t from_one(int count) { return count < 0 ? 0 : static_cast<std::size_t>(count) + 1; }

YamlNode node_at(const YAML::Mark& mark, YamlKind kind) {
  YamlNode node;
  node.kind = kind;
  node.line = from_one(mark.line);
  node.column = from_one(mark.column);
  return node;
}

// "?" and "!" are what the parser calls a plain and a quoted scalar without tag.
bool is_own_tag(const std::string& tag) { return !tag.empty() && tag != "?" && tag != "!"; }

// Builds the tree from events, because they still show aliases and every key of a map.
class TreeBuilder : public YAML::EventHandler {
 public:
  explicit TreeBuilder(YamlProblems& problems) : problems_(problems) {}
  YamlNode take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& /*mark*/) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override { add(node_at(mark, YamlKind::null)); }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
    add(refuse(mark, "an alias is not understood here: write the value out"));
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t /*anchor*/, const std::string& value) override {
    if (is_own_tag(tag)) return add(refuse_tag(mark, tag));
    auto node = node_at(mark, YamlKind::scalar);
    node.text = value;
    add(std::move(node));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t /*anchor*/,
                       YAML::EmitterStyle::value /*style*/) override {
    open(mark, tag, YamlKind::sequence);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t /*anchor*/,
                  YAML::EmitterStyle::value /*style*/) override {
    open(mark, tag, YamlKind::map);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    YamlNode node;
    std::optional<YamlNode> key;  // of a map: read, its value still to come
    std::set<std::string, std::less<>> keys;
  };

  YamlNode refuse(const YAML::Mark& mark, std::string what) {
    auto node = node_at(mark, YamlKind::refused);
    problems_.add(node, std::move(what));
    return node;
  }

  YamlNode refuse_tag(const YAML::Mark& mark, const std::string& tag) {
    return refuse(mark, "a tag is not understood here: remove " + quoted(tag));
  }

  void open(const YAML::Mark& mark, const std::string& tag, YamlKind kind) {
    if (is_own_tag(tag)) refuse_tag(mark, tag);
    open_.push_back({node_at(mark, kind), {}, {}});
  }

  void close() {
    auto node = std::move(open_.back().node);
    open_.pop_back();
    add(std::move(node));
  }

  void add(YamlNode node) {
    if (open_.empty()) {
      root_ = std::move(node);
    } else if (open_.back().node.kind == YamlKind::sequence) {
      open_.back().node.items.push_back(std::move(node));
    } else {
      add_to_map(open_.back(), std::move(node));
    }
  }

  void add_to_map(Open& map, YamlNode node) {
    if (!map.key) {
      map.key = std::move(node);
      return;
    }
    auto key = *std::exchange(map.key, std::nullopt);
    if (is_usable(key, map)) map.node.entries.push_back({std::move(key), std::move(node)});
  }

  bool is_usable(const YamlNode& key, Open& map) {
    if (!expect(key, YamlKind::scalar, "a key", problems_)) return false;
    if (map.keys.insert(key.text).second) return true;
    problems_.add(key, "key " + quoted(key.text) + " stands here twice: remove one of them");
    return false;
  }

  YamlProblems& problems_;
  YamlNode root_;
  std::vector<Open> open_;
};

// Counts nothing, builds nothing: only asks whether a further document is there.
class Ignore : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark& mark) override { start = mark; }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}

  YAML::Mark start;
};

std::optional<YamlNode> read_documents(const std::string& text, YamlProblems& problems) {
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  TreeBuilder builder(problems);
  if (!parser.HandleNextDocument(builder)) {
    problems.add(1, 1, "the file is empty: it must begin with \"version: 1\"");
    return std::nullopt;
  }
  Ignore rest;
  if (parser.HandleNextDocument(rest)) {
    problems.add(node_at(rest.start, YamlKind::refused), "a second document begins here: keep one, without \"---\" between");
  }
  return builder.take();
}

}  // namespace

void YamlProblems::add(std::size_t line, std::size_t column, std::string what) {
  if (problems_.size() >= max_problems) return;
  if (problems_.size() + 1 == max_problems) what = "too many mistakes: correct the ones above first";
  problems_.push_back({Place{file_, line, column}, std::move(what)});
}

std::optional<YamlNode> read_yaml(const std::string& text, YamlProblems& problems) {
  if (text.size() > max_yaml) {
    problems.add(0, 0, "the file is larger than 1 MiB: is it the right one?");
    return std::nullopt;
  }
  try {
    return read_documents(text, problems);
  } catch (const YAML::Exception& error) {
    problems.add(from_one(error.mark.line), from_one(error.mark.column),
                 "not readable as YAML (" + to_printable(error.msg) + "): check indentation (no tabs), quotes and brackets here");
    return std::nullopt;
  }
}

std::string_view name_of(YamlKind kind) {
  switch (kind) {
    case YamlKind::scalar:
      return "a text";
    case YamlKind::sequence:
      return "a list";
    case YamlKind::map:
      return "a map";
    case YamlKind::null:
    case YamlKind::refused:
      break;
  }
  return "nothing";
}

std::string quoted(std::string_view word) {
  constexpr std::size_t longest = 60;
  if (word.size() <= longest) return '"' + to_printable(word) + '"';
  return '"' + to_printable(word.substr(0, longest)) + "...\"";
}

std::string hint(std::string_view word, std::span<const std::string_view> known) {
  constexpr std::size_t longest_name = 60;  // nothing of ours is near a longer word, and comparing would take long
  const auto near = word.size() <= longest_name ? nearest(word, known) : std::string_view{};
  if (!near.empty()) return "; did you mean " + quoted(near) + "?";
  std::string out = "; known are";
  char separator = ':';
  for (const auto name : known) {
    out.append(1, separator).append(1, ' ').append(name);
    separator = ',';
  }
  return out;
}

const YamlNode* find(const YamlNode& map, std::string_view key) {
  for (const auto& entry : map.entries) {
    if (entry.key.text == key) return &entry.value;
  }
  return nullptr;
}

bool expect(const YamlNode& node, YamlKind kind, std::string_view owner, YamlProblems& problems) {
  if (node.kind == kind) return true;
  if (node.kind == YamlKind::refused) return false;
  problems.add(
      node, std::string(owner) + " must be " + std::string(name_of(kind)) + ", and here is " + std::string(name_of(node.kind)));
  return false;
}

void expect_keys(const YamlNode& map, std::span<const std::string_view> known, std::string_view owner, YamlProblems& problems) {
  for (const auto& entry : map.entries) {
    bool is_known = false;
    for (const auto name : known) is_known = is_known || name == entry.key.text;
    if (is_known) continue;
    problems.add(entry.key, "unknown key " + quoted(entry.key.text) + " in " + std::string(owner) + hint(entry.key.text, known));
  }
}

}  // namespace ikewatch::diagnosis
