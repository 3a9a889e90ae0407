// Builds the tree from yaml-cpp's events: its node interface would hide duplicate keys and expand aliases. Private to tree.cpp.
// Ownership: puts nodes and texts into the caller's memory. Threads: none.
#pragma once

#include <ikewatch/yaml/tree.hpp>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ikewatch::yaml {

Mark to_mark(const YAML::Mark& mark);

class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(const std::vector<std::string_view>& lines, const Limits& limits, Tree::Memory& memory, Report& report)
      : lines_(lines), limits_(limits), memory_(memory), report_(report) {}

  /// False when a problem was reported that leaves nothing to look at.
  [[nodiscard]] bool usable() const { return usable_; }
  [[nodiscard]] const Node& root() const { return root_; }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& value) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override;
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override;
  void OnMapEnd() override { close(); }

 private:
  /// A list or map whose end has not come yet.
  struct Open {
    Node node;
    std::size_t first = 0;    // its children stand in `pending_` from here on
    bool dashes = false;      // a list of `- ` lines
    std::optional<Node> key;  // map: waits for its value
  };

  /// After the first failure the rest of the text means nothing that is worth a problem.
  void fail(Mark at, std::string what);
  void refuse_tag(Mark at, const std::string& tag);
  void refuse_anchor(Mark at, YAML::anchor_t anchor);
  void open(Node::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, bool dashes);
  void close();
  void attach(Node node);
  [[nodiscard]] bool accept_key(const Node& key);
  void drop_duplicates(std::size_t first);
  [[nodiscard]] std::string_view keep(std::string_view text);
  [[nodiscard]] std::span<const Node> keep(std::span<const Node> nodes);

  const std::vector<std::string_view>& lines_;
  const Limits& limits_;
  Tree::Memory& memory_;
  Report& report_;
  std::vector<Open> open_;
  std::vector<Node> pending_;         // children of what is open, the outermost first
  std::vector<std::size_t> ordered_;  // of drop_duplicates()
  Node root_;
  std::size_t nodes_ = 0;
  bool usable_ = true;
};

}  // namespace ikewatch::yaml
