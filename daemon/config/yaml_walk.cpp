#include "yaml_walk.hpp"

#include "yaml_text.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <sstream>
#include <unordered_map>
#include <utility>

namespace ikewatch::config {
namespace {

Mark to_mark(const YAML::Mark& mark) {
  if (mark.is_null()) return {};
  return {static_cast<std::uint32_t>(mark.line + 1), static_cast<std::uint32_t>(mark.column + 1)};
}

/// Builds the tree from events: the node interface of yaml-cpp would hide duplicate keys and expand aliases.
class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(const std::vector<std::string_view>& lines, const YamlLimits& limits, Report& report)
      : lines_(lines), limits_(limits), report_(report) {}

  /// False when a problem was reported that leaves nothing to look at.
  [[nodiscard]] bool usable() const { return usable_; }
  [[nodiscard]] YamlNode take_root() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_anchor(to_mark(mark), anchor);
    attach(make(anchor == 0 ? YamlNode::Kind::missing : YamlNode::Kind::refused, mark));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    report_.add(to_mark(mark), "YAML aliases (*name) are not read; write the value itself, in quotes if it begins with *");
    attach(make(YamlNode::Kind::refused, mark));
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& value) override {
    auto node = make(YamlNode::Kind::scalar, mark);
    node.quoted = tag == "!";
    node.text = value;
    if (node.quoted && !closes_on_its_line(lines_, node.at)) {
      fail(node.at, "this quote is not closed; close it on the same line");
    }
    refuse_tag(node.at, tag);
    refuse_anchor(node.at, anchor);
    attach(std::move(node));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override {
    open(make(YamlNode::Kind::sequence, mark), tag, anchor);
    stack_.back().dashes = style == YAML::EmitterStyle::Block;
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
    open(make(YamlNode::Kind::map, mark), tag, anchor);
  }
  void OnMapEnd() override { close(); }

 private:
  /// A sequence or map whose end has not come yet.
  struct Open {
    YamlNode node;
    bool dashes = false;                                  // a sequence of `- ` lines
    std::optional<YamlNode> key;                          // map: waits for its value
    std::unordered_map<std::string, std::uint32_t> seen;  // map: key to line
  };

  static YamlNode make(YamlNode::Kind kind, const YAML::Mark& mark) {
    YamlNode node;
    node.kind = kind;
    node.at = to_mark(mark);
    return node;
  }

  /// After the first failure the rest of the text means nothing that is worth a problem.
  void fail(Mark at, std::string what) {
    if (usable_) report_.add(at, std::move(what));
    usable_ = false;
  }

  void refuse_tag(Mark at, const std::string& tag) {
    if (tag.empty() || tag == "?" || tag == "!") return;
    report_.add(at, "YAML tags (" + quote(tag) + ") are not read; delete the tag, or put the value in quotes");
  }

  void refuse_anchor(Mark at, YAML::anchor_t anchor) {
    if (anchor == 0) return;
    report_.add(at, "YAML anchors (&name) are not read; delete the anchor and write the value wherever it is needed");
  }

  void open(YamlNode node, const std::string& tag, YAML::anchor_t anchor) {
    refuse_tag(node.at, tag);
    refuse_anchor(node.at, anchor);
    if (stack_.size() == limits_.depth) {
      fail(node.at, "more than " + std::to_string(limits_.depth) +
                        " levels inside one another; write it as flat as the examples of the manual");
    }
    stack_.push_back({std::move(node), false, std::nullopt, {}});
  }

  void close() {
    YamlNode node = std::move(stack_.back().node);
    stack_.pop_back();
    attach(std::move(node));
  }

  void attach(YamlNode node) {
    if (++nodes_ > limits_.nodes)
      return fail(node.at, "more than " + std::to_string(limits_.nodes) + " values; remove what is not needed");
    if (stack_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& parent = stack_.back();
    if (parent.node.kind == YamlNode::Kind::sequence) {
      if (parent.dashes && node.kind == YamlNode::Kind::missing) node.at = place_of_nothing(lines_, node.at);
      parent.node.children.push_back(std::move(node));
    } else if (!parent.key) {
      parent.key = std::move(node);
    } else {
      attach_pair(parent, std::move(node));
    }
  }

  void attach_pair(Open& parent, YamlNode value) {
    YamlNode key = *std::exchange(parent.key, std::nullopt);
    if (!accept_key(parent, key)) return;
    value.key = std::move(key.text);
    value.key_at = key.at;
    parent.node.children.push_back(std::move(value));
  }

  bool accept_key(Open& parent, const YamlNode& key) {
    if (key.kind == YamlNode::Kind::refused) return false;
    if (key.kind != YamlNode::Kind::scalar) return report_.add(key.at, "a key must be one word; write `key: value`"), false;
    if (key.text == "<<") return report_.add(key.at, "YAML merge keys (<<) are not read; write the keys out"), false;
    const auto [earlier, fresh] = parent.seen.emplace(key.text, key.at.line);
    if (fresh) return true;
    report_.add(key.at, quote(key.text) + " stands already on line " + std::to_string(earlier->second) +
                            " in the same section; keep one of the two");
    return false;
  }

  const std::vector<std::string_view>& lines_;
  const YamlLimits& limits_;
  Report& report_;
  std::vector<Open> stack_;
  YamlNode root_;
  std::size_t nodes_ = 0;
  bool usable_ = true;
};

/// Says where a second document begins, if one does: yaml-cpp's loader would not read it and not say so.
class SecondDocument : public YAML::EventHandler {
 public:
  explicit SecondDocument(Report& report) : report_(report) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    report_.add(to_mark(mark), "a second YAML document begins here; a file holds one, delete this line or the document");
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}

 private:
  Report& report_;
};

/// False when the text could not be read to the end of its first document; what is wrong is then reported.
bool build(std::string_view text, const std::vector<std::string_view>& lines, TreeBuilder& tree, Report& report) {
  std::istringstream stream(without_stray_tabs(text, lines));
  bool first_is_read = false;
  try {
    YAML::Parser parser(stream);
    parser.HandleNextDocument(tree);
    first_is_read = true;
    SecondDocument second(report);
    parser.HandleNextDocument(second);
  } catch (const YAML::Exception& error) {
    if (first_is_read || !tree.usable()) return tree.usable();
    auto [at, what] = explain_syntax(lines, to_mark(error.mark), error.msg);
    report.add(at, std::move(what));
    return false;
  }
  return tree.usable();
}

}  // namespace

const YamlNode* YamlNode::find(std::string_view name) const {
  if (kind != Kind::map) return nullptr;
  for (const auto& child : children) {
    if (child.key == name) return &child;
  }
  return nullptr;
}

std::optional<YamlNode> read_yaml(std::string_view text, const YamlLimits& limits, Report& report) {
  if (text.size() > limits.bytes) {
    report.add({}, "the file has " + std::to_string(text.size()) + " bytes, at most " + std::to_string(limits.bytes) +
                       " are read; is it the right file?");
    return std::nullopt;
  }
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const auto lines = split_lines(text);
  if (!check_bytes(lines, report)) return std::nullopt;
  TreeBuilder tree(lines, limits, report);
  if (!build(text, lines, tree, report)) return std::nullopt;
  return tree.take_root();
}

}  // namespace ikewatch::config
