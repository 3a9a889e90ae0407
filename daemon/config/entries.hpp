// The lists of a file, to find the place of what their entries say. Role: config's own, for the checks across sections.
// Ownership: refers to the tree. Threads: pure.
#pragma once

#include <ikewatch/base/text.hpp>
#include <ikewatch/yaml/report.hpp>
#include <ikewatch/yaml/tree.hpp>

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace ikewatch::config {

/// One list of the file, to find the place of what its entries say.
class Entries {
 public:
  Entries(const yaml::Node& root, std::string_view key) : list_(root.find(key)) {}

  [[nodiscard]] const yaml::Node* find(std::size_t index, std::string_view key) const {
    return index < size() ? list_->children[index].find(key) : nullptr;
  }
  /// The value of a key; the entry where the key is not there.
  [[nodiscard]] yaml::Mark at(std::size_t index, std::string_view key) const {
    if (const auto* value = find(index, key)) return value->at;
    return index < size() ? list_->children[index].at : yaml::Mark{};
  }
  [[nodiscard]] std::size_t size() const { return list_ == nullptr ? 0 : list_->children.size(); }
  /// Whether an entry is worth looking at: a source that stands for the default one is not in the file.
  [[nodiscard]] bool has(std::size_t index, std::string_view key) const { return find(index, key) != nullptr; }

 private:
  const yaml::Node* list_;
};

/// "did you mean" or what may be done, for a name that nothing in the file has.
template <class List>
std::string remedy_for(std::string_view name, const List& list, std::string_view section) {
  std::vector<std::string_view> names;
  for (const auto& entry : list) names.push_back(entry.name);
  const auto near = nearest(name, names);
  if (!near.empty()) return "did you mean " + yaml::quote(near) + "?";
  return "add it to `" + std::string(section) + "`";
}

template <class List>
std::unordered_set<std::string_view> names_of(const List& list) {
  std::unordered_set<std::string_view> names;
  for (const auto& entry : list) names.insert(entry.name);
  return names;
}

}  // namespace ikewatch::config
