#include "timeline.hpp"

#include <algorithm>

namespace ikewatch::engine {

void Timeline::add(std::uint64_t line, std::optional<WallTime> time, rules::EventKind event, tunnel::State state,
                   std::string_view text, std::size_t limit) {
  if (limit != 0 && entries_.size() > limit) shrink(limit);
  if (limit == 0 || entries_.size() < limit) {
    if (oldest_ != 0) shrink(entries_.size());
    entries_.emplace_back();
  } else {
    oldest_ = (oldest_ + 1) % entries_.size();
  }
  TimelineEntry& entry = entries_[(oldest_ + entries_.size() - 1) % entries_.size()];
  entry.line = line;
  entry.time = time;
  entry.event = event;
  entry.state = state;
  entry.text.assign(text.substr(0, max_text));
}

const TimelineEntry& Timeline::last() const {
  static const TimelineEntry nothing;
  return entries_.empty() ? nothing : (*this)[entries_.size() - 1];
}

/// Puts the ring in order, oldest first, and keeps the youngest `limit` entries.
void Timeline::shrink(std::size_t limit) {
  std::rotate(entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(oldest_), entries_.end());
  oldest_ = 0;
  if (entries_.size() > limit) entries_.erase(entries_.begin(), entries_.end() - static_cast<std::ptrdiff_t>(limit));
}

}  // namespace ikewatch::engine
