// The last entries of one tunnel's story. Role: written by the engine, copied into views. Ownership: a value; all its entries lie
// one behind the other in one piece of memory, a ring, so that adding one writes two or three neighbouring cache lines instead of
// a slot here and a text there, and a full timeline costs no allocation. Threads: one at a time.
#pragma once

#include <ikewatch/base/time.hpp>
#include <ikewatch/engine/memory.hpp>
#include <ikewatch/rules/vocabulary.hpp>
#include <ikewatch/tunnel/state.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace ikewatch::engine {

class Timeline {
 public:
  static constexpr std::size_t max_text = 512;

  /// Adds an entry; at most `limit` stay (0: all of them).
  void add(std::uint64_t line, const std::optional<WallTime>& time, rules::EventKind event, tunnel::State state,
           std::string_view text, std::size_t limit);

  /// The youngest entry; an empty one where there is none.
  [[nodiscard]] TimelineEntry last() const { return count_ == 0 ? TimelineEntry{} : entry_at(last_); }
  [[nodiscard]] std::size_t size() const { return count_; }
  /// All of them, the oldest first.
  [[nodiscard]] std::vector<TimelineEntry> entries() const;
  /// In the place of what it holds; the oldest first.
  void restore(const std::vector<TimelineEntry>& entries);

  /// Where the next entry is likely to be written; for whoever wants it fetched.
  [[nodiscard]] const char* next_place() const { return bytes_.get() + next_; }

 private:
  struct Head;
  [[nodiscard]] static std::size_t size_of_entry(std::size_t text);
  [[nodiscard]] const Head& head_at(std::size_t at) const;
  [[nodiscard]] TimelineEntry entry_at(std::size_t at) const;
  [[nodiscard]] std::size_t behind(std::size_t at) const;
  void append(std::uint64_t line, const std::optional<WallTime>& time, rules::EventKind event, tunnel::State state,
              std::string_view text);
  [[nodiscard]] bool make_room(std::size_t bytes);
  void drop_oldest();
  void move_to(std::size_t capacity);

  // Entries stand in [oldest_, next_), or where `wrapped_` in [oldest_, end_) and then in [0, next_); none is cut in two.
  std::unique_ptr<char[]> bytes_;
  std::size_t capacity_ = 0;
  std::size_t next_ = 0;
  std::size_t oldest_ = 0;
  std::size_t last_ = 0;
  std::size_t end_ = 0;
  std::size_t count_ = 0;
  bool wrapped_ = false;
};

}  // namespace ikewatch::engine
