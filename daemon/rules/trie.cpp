#include "trie.hpp"

#include <algorithm>
#include <map>

namespace ikewatch::rules {

/// A node while it grows: edges by first byte and by type.
struct TrieBuilder::Draft {
  struct Edge {
    std::string text;
    std::unique_ptr<Draft> child;
  };
  std::map<char, Edge> literals;
  std::map<FieldType, std::unique_ptr<Draft>> fields;
  std::vector<FormId> forms;

  Draft& along(std::string_view text);
  Draft& along(FieldType type);

 private:
  static void split(Edge& edge, std::size_t at);
};

void TrieBuilder::Draft::split(Edge& edge, std::size_t at) {
  auto middle = std::make_unique<Draft>();
  middle->literals[edge.text[at]] = Edge{edge.text.substr(at), std::move(edge.child)};
  edge.text.resize(at);
  edge.child = std::move(middle);
}

TrieBuilder::Draft& TrieBuilder::Draft::along(std::string_view text) {
  Draft* node = this;
  while (!text.empty()) {
    Edge& edge = node->literals[text.front()];
    if (!edge.child) {
      edge = Edge{std::string(text), std::make_unique<Draft>()};
      return *edge.child;
    }
    const auto differs = std::mismatch(text.begin(), text.end(), edge.text.begin(), edge.text.end()).first;
    const auto common = static_cast<std::size_t>(differs - text.begin());
    if (common < edge.text.size()) split(edge, common);
    node = edge.child.get();
    text.remove_prefix(common);
  }
  return *node;
}

TrieBuilder::Draft& TrieBuilder::Draft::along(FieldType type) {
  auto& child = fields[type];
  if (!child) child = std::make_unique<Draft>();
  return *child;
}

TrieBuilder::TrieBuilder() = default;
TrieBuilder::TrieBuilder(TrieBuilder&&) noexcept = default;
TrieBuilder& TrieBuilder::operator=(TrieBuilder&&) noexcept = default;
TrieBuilder::~TrieBuilder() = default;

std::vector<FormId> TrieBuilder::add(const Template& pattern, FormId form) {
  if (!root_) root_ = std::make_unique<Draft>();
  Draft* node = root_.get();
  for (const Segment& segment : pattern.segments)
    node = segment.literal ? &node->along(segment.text) : &node->along(segment.type);
  auto same = node->forms;
  node->forms.push_back(form);
  return same;
}

namespace {

std::uint32_t size_of(std::size_t size) { return static_cast<std::uint32_t>(size); }

/// Lays the drafts out in flat arrays, children behind their parents.
template <class Draft>
class Layout {
 public:
  Trie run(const Draft& root) {
    place(root);
    return std::move(out_);
  }

 private:
  std::uint32_t place(const Draft& draft) {
    const auto index = size_of(out_.nodes.size());
    Trie::Node node;
    node.forms = size_of(out_.forms.size());
    node.form_count = size_of(draft.forms.size());
    out_.forms.insert(out_.forms.end(), draft.forms.begin(), draft.forms.end());
    node.literals = size_of(out_.literals.size());
    node.literal_count = static_cast<std::uint16_t>(draft.literals.size());
    node.fields = size_of(out_.fields.size());
    node.field_count = static_cast<std::uint16_t>(draft.fields.size());
    out_.nodes.push_back(node);
    reserve_edges(draft);
    place_children(draft, node);
    return index;
  }

  void reserve_edges(const Draft& draft) {
    for (const auto& [first, edge] : draft.literals) {
      out_.firsts += first;
      out_.literals.push_back({size_of(out_.pool.size()), size_of(edge.text.size()), 0});
      out_.pool += edge.text;
    }
    for (const auto& [type, child] : draft.fields) out_.fields.push_back({type, 0, starts_of(type, *child)});
  }

  void place_children(const Draft& draft, const Trie::Node& node) {
    std::size_t at = node.literals;
    for (const auto& [first, edge] : draft.literals) {
      const auto child = place(*edge.child);
      out_.literals[at++].child = child;
    }
    at = node.fields;
    for (const auto& [type, child_draft] : draft.fields) {
      const auto child = place(*child_draft);
      out_.fields[at++].child = child;
    }
  }

  std::uint32_t starts_of(FieldType type, const Draft& child) {
    if (!is_lazy(type)) return 0;
    ByteSet set;
    for (const auto& [first, edge] : child.literals) set.add(first);
    out_.starts.push_back(set);
    return size_of(out_.starts.size() - 1);
  }

  Trie out_;
};

}  // namespace

Trie TrieBuilder::freeze() const {
  if (!root_) return {};
  return Layout<Draft>().run(*root_);
}

}  // namespace ikewatch::rules
