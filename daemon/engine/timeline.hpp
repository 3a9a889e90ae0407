// The last entries of one tunnel's story. Role: written by the engine, copied into views. Ownership: a value; texts are kept in
// place and reused, so that a full timeline costs no allocation. Threads: one at a time.
#pragma once

#include <ikewatch/base/time.hpp>
#include <ikewatch/engine/memory.hpp>
#include <ikewatch/rules/vocabulary.hpp>
#include <ikewatch/tunnel/state.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ikewatch::engine {

class Timeline {
 public:
  static constexpr std::size_t max_text = 512;

  /// Adds an entry; at most `limit` stay (0: all of them).
  void add(std::uint64_t line, std::optional<WallTime> time, rules::EventKind event, tunnel::State state, std::string_view text,
           std::size_t limit);

  /// The youngest entry; an empty one where there is none.
  [[nodiscard]] const TimelineEntry& last() const;
  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  /// The i-th oldest entry.
  [[nodiscard]] const TimelineEntry& operator[](std::size_t i) const { return entries_[(oldest_ + i) % entries_.size()]; }
  /// In the place of what it holds; the oldest first.
  void restore(std::vector<TimelineEntry> entries) {
    entries_ = std::move(entries);
    oldest_ = 0;
  }

 private:
  void shrink(std::size_t limit);
  std::vector<TimelineEntry> entries_;  // a ring once it is full
  std::size_t oldest_ = 0;
};

}  // namespace ikewatch::engine
