#include "tree_builder.hpp"

#include "source_text.hpp"

#include <algorithm>
#include <memory>
#include <numeric>
#include <tuple>
#include <type_traits>
#include <utility>

namespace ikewatch::yaml {
namespace {

static_assert(std::is_trivially_copyable_v<Node> && std::is_trivially_destructible_v<Node>, "nodes lie in plain memory");

Node make(Node::Kind kind, const YAML::Mark& mark) {
  Node node;
  node.kind = kind;
  node.at = to_mark(mark);
  return node;
}

}  // namespace

Mark to_mark(const YAML::Mark& mark) {
  if (mark.is_null()) return {};
  return {static_cast<std::uint32_t>(mark.line + 1), static_cast<std::uint32_t>(mark.column + 1)};
}

void TreeBuilder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
  refuse_anchor(to_mark(mark), anchor);
  attach(make(anchor == 0 ? Node::Kind::missing : Node::Kind::refused, mark));
}

void TreeBuilder::OnAlias(const YAML::Mark& mark, YAML::anchor_t) {
  report_.add(to_mark(mark), "YAML aliases (*name) are not read; write the value itself, in quotes if it begins with *");
  attach(make(Node::Kind::refused, mark));
}

void TreeBuilder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& value) {
  auto node = make(Node::Kind::scalar, mark);
  node.quoted = tag == "!";
  node.text = keep(value);
  if (node.quoted && !closes_on_its_line(lines_, node.at)) fail(node.at, "this quote is not closed; close it on the same line");
  refuse_tag(node.at, tag);
  refuse_anchor(node.at, anchor);
  attach(node);
}

void TreeBuilder::OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                                  YAML::EmitterStyle::value style) {
  open(Node::Kind::list, mark, tag, anchor, style == YAML::EmitterStyle::Block);
}

void TreeBuilder::OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value) {
  open(Node::Kind::map, mark, tag, anchor, false);
}

void TreeBuilder::fail(Mark at, std::string what) {
  if (usable_) report_.add(at, std::move(what));
  usable_ = false;
}

/// "?" and "!" are what yaml-cpp calls a plain and a quoted scalar without tag.
void TreeBuilder::refuse_tag(Mark at, const std::string& tag) {
  if (tag.empty() || tag == "?" || tag == "!") return;
  report_.add(at, "YAML tags (" + report_.quote(tag) + ") are not read; delete the tag, or put the value in quotes");
}

void TreeBuilder::refuse_anchor(Mark at, YAML::anchor_t anchor) {
  if (anchor == 0) return;
  report_.add(at, "YAML anchors (&name) are not read; delete the anchor and write the value wherever it is needed");
}

void TreeBuilder::open(Node::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, bool dashes) {
  const Node node = make(kind, mark);
  refuse_tag(node.at, tag);
  refuse_anchor(node.at, anchor);
  if (open_.size() == limits_.depth) {
    fail(node.at, "more than " + std::to_string(limits_.depth) +
                      " levels inside one another; write it as flat as the examples of the manual");
  }
  open_.push_back({node, pending_.size(), dashes, std::nullopt});
}

void TreeBuilder::close() {
  Node node = open_.back().node;
  const auto first = open_.back().first;
  open_.pop_back();
  if (node.kind == Node::Kind::map) drop_duplicates(first);
  node.children = keep(std::span<const Node>(pending_).subspan(first));
  pending_.resize(first);
  attach(node);
}

void TreeBuilder::attach(Node node) {
  if (++nodes_ > limits_.nodes)
    return fail(node.at, "more than " + std::to_string(limits_.nodes) + " values; remove what is not needed");
  if (open_.empty()) {
    root_ = node;
    return;
  }
  Open& parent = open_.back();
  if (parent.node.kind == Node::Kind::list) {
    if (parent.dashes && node.kind == Node::Kind::missing) node.at = place_of_nothing(lines_, node.at);
  } else if (!parent.key) {
    parent.key = node;
    return;
  } else {
    const Node key = *std::exchange(parent.key, std::nullopt);
    if (!accept_key(key)) return;
    node.key = key.text;
    node.key_at = key.at;
  }
  pending_.push_back(node);
}

bool TreeBuilder::accept_key(const Node& key) {
  if (key.kind == Node::Kind::refused) return false;
  if (key.kind != Node::Kind::scalar) return report_.add(key.at, "a key must be one word; write `key: value`"), false;
  if (key.text == "<<") return report_.add(key.at, "YAML merge keys (<<) are not read; write the keys out"), false;
  return true;
}

/// Keeps the first of several equal keys. Sorting costs the same for every map that a stranger may think of.
void TreeBuilder::drop_duplicates(std::size_t first) {
  ordered_.resize(pending_.size() - first);
  std::iota(ordered_.begin(), ordered_.end(), first);
  const auto rank = [this](std::size_t i) { return std::tuple(pending_[i].key, i); };
  std::ranges::sort(ordered_, {}, rank);
  bool found = false;
  for (std::size_t i = 1, kept = 0; i < ordered_.size(); ++i) {
    Node& node = pending_[ordered_[i]];
    const Node& earlier = pending_[ordered_[kept]];
    if (node.key != earlier.key) {
      kept = i;
      continue;
    }
    report_.add(node.key_at, report_.quote(node.key) + " stands already on line " + std::to_string(earlier.key_at.line) +
                                 " in the same section; keep one of the two");
    node.kind = Node::Kind::refused;
    node.key_at = {};  // of no other key: this is how it is found below
    found = true;
  }
  if (!found) return;
  const auto begin = pending_.begin() + static_cast<std::ptrdiff_t>(first);
  pending_.erase(std::remove_if(begin, pending_.end(), [](const Node& node) { return node.key_at == Mark{}; }), pending_.end());
}

std::string_view TreeBuilder::keep(std::string_view text) {
  if (text.empty()) return {};
  auto* copy = static_cast<char*>(memory_.allocate(text.size(), 1));
  std::ranges::copy(text, copy);
  return {copy, text.size()};
}

std::span<const Node> TreeBuilder::keep(std::span<const Node> nodes) {
  if (nodes.empty()) return {};
  auto* copy = static_cast<Node*>(memory_.allocate(nodes.size_bytes(), alignof(Node)));
  std::uninitialized_copy(nodes.begin(), nodes.end(), copy);
  return {copy, nodes.size()};
}

}  // namespace ikewatch::yaml
