// Holds the logical lines of a log that runs backwards, to give them in their real order. Role: between the unfolder and the
// callback, only for such logs. Ownership: copies of the lines, bounded. Threads: none.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace ikewatch::reader {

class Backlog {
 public:
  /// `limit`: most bytes, of the lines and what goes with them.
  explicit Backlog(std::size_t limit) : limit_(limit) {}
  Backlog(const Backlog&) = delete;
  Backlog(Backlog&&) = default;
  Backlog& operator=(const Backlog&) = delete;
  Backlog& operator=(Backlog&&) = delete;
  ~Backlog() = default;

  /// False where there is no room for it, and for all that follow.
  bool add(std::string_view text, std::uint64_t number) {
    held_ += text.size() + sizeof(Place);
    full_ = full_ || held_ > limit_;
    if (full_) return false;
    if (blocks_.empty() || blocks_.back().capacity() - blocks_.back().size() < text.size())
      blocks_.emplace_back().reserve(std::max(block_size, text.size()));
    auto& block = blocks_.back();
    lines_.push_back({block.data() + block.size(), text.size(), number});
    block += text;  // within its capacity: the lines in it stay where they are
    return true;
  }

  [[nodiscard]] bool full() const { return full_; }

  /// From the last to the first.
  template <class Take>
  void give(Take take) const {
    for (auto line = lines_.rbegin(); line != lines_.rend(); ++line)
      take(std::string_view(line->begin, line->size), line->number);
  }

 private:
  static constexpr std::size_t block_size = 1024 * 1024;  // bytes

  struct Place {
    const char* begin;
    std::size_t size;
    std::uint64_t number;
  };

  std::size_t limit_;
  std::size_t held_ = 0;
  std::deque<std::string> blocks_;  // never moved, so that the lines' places stay true
  std::deque<Place> lines_;
  bool full_ = false;
};

}  // namespace ikewatch::reader
