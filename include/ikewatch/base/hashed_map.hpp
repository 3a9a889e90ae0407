// A map by text that is walked in order and searched by hash. Role: for what is looked up at every event and listed now and then:
// with tens of thousands of entries a search in a std::map waits for the main memory at each of its sixteen steps. Ownership:
// owns its entries, which stay where they are until they are erased. Threads: as a std::map.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace ikewatch {

template <class Value>
class HashedMap {
 public:
  using Map = std::map<std::string, Value, std::less<>>;
  using value_type = typename Map::value_type;
  using iterator = typename Map::iterator;
  using const_iterator = typename Map::const_iterator;

  HashedMap() = default;
  HashedMap(const HashedMap&) = delete;  // the index points into the map
  HashedMap& operator=(const HashedMap&) = delete;
  HashedMap(HashedMap&&) = delete;
  HashedMap& operator=(HashedMap&&) = delete;
  ~HashedMap() = default;

  /// The entry of that key, made where it is new, and whether it is.
  std::pair<iterator, bool> try_emplace(std::string key) {
    if (const auto known = index_.find(key); known != index_.end()) return {known->second, false};
    const auto made = map_.try_emplace(std::move(key));
    try {
      index_.emplace(made.first->first, made.first);
    } catch (...) {  // no memory; an entry that no search finds would be worse than none
      map_.erase(made.first);
      throw;
    }
    return made;
  }
  iterator erase(iterator entry) {
    index_.erase(entry->first);
    return map_.erase(entry);
  }

  [[nodiscard]] iterator find(std::string_view key) {
    const auto found = index_.find(key);
    return found == index_.end() ? map_.end() : found->second;
  }
  [[nodiscard]] const_iterator find(std::string_view key) const {
    const auto found = index_.find(key);
    return found == index_.end() ? map_.end() : const_iterator(found->second);
  }
  [[nodiscard]] bool contains(std::string_view key) const { return index_.contains(key); }

  [[nodiscard]] iterator begin() { return map_.begin(); }
  [[nodiscard]] iterator end() { return map_.end(); }
  [[nodiscard]] const_iterator begin() const { return map_.begin(); }
  [[nodiscard]] const_iterator end() const { return map_.end(); }
  [[nodiscard]] const_iterator lower_bound(std::string_view key) const { return map_.lower_bound(key); }
  [[nodiscard]] const_iterator upper_bound(std::string_view key) const { return map_.upper_bound(key); }
  [[nodiscard]] std::size_t size() const { return map_.size(); }

 private:
  Map map_;
  boost::unordered_flat_map<std::string_view, iterator> index_;  // keys are those of the map
};

}  // namespace ikewatch
