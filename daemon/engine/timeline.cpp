#include "timeline.hpp"

#include <algorithm>
#include <cstring>
#include <new>
#include <string>
#include <utility>

namespace ikewatch::engine {
namespace {

using rules::EventKind;
using tunnel::State;

/// Capacities are multiples of this.
constexpr std::size_t capacity_step = 64;

std::size_t rounded_up(std::size_t bytes, std::size_t step) { return (bytes + step - 1) / step * step; }

}  // namespace

/// What stands before the text of an entry.
struct Timeline::Head {
  std::uint64_t line = 0;
  WallTime time;
  std::uint32_t size = 0;  // of the text
  bool timed = false;
  rules::EventKind event = rules::EventKind::info;
  tunnel::State state = tunnel::State::unknown;
};

std::size_t Timeline::size_of_entry(std::size_t text) { return rounded_up(sizeof(Head) + text, alignof(Head)); }

void Timeline::add(std::uint64_t line, const std::optional<WallTime>& time, rules::EventKind event, tunnel::State state,
                   std::string_view text, std::size_t limit) {
  const bool shrinks = limit != 0 && count_ > limit;
  while (limit != 0 && count_ >= limit) drop_oldest();
  append(line, time, event, state, text.substr(0, max_text));
  if (!shrinks) return;
  const std::size_t used = wrapped_ ? end_ - oldest_ + next_ : next_ - oldest_;
  if (used < capacity_ / 2) move_to(used);
}

void Timeline::append(std::uint64_t line, const std::optional<WallTime>& time, EventKind event, State state,
                      std::string_view text) {
  const std::size_t bytes = size_of_entry(text.size());
  if (!make_room(bytes)) move_to(capacity_ + std::max(capacity_ / 2, bytes));
  last_ = next_;
  char* const at = bytes_.get() + next_;
  new (at) Head{line, time ? *time : WallTime{}, static_cast<std::uint32_t>(text.size()), time.has_value(), event, state};
  if (!text.empty()) std::memcpy(at + sizeof(Head), text.data(), text.size());
  next_ += bytes;
  ++count_;
}

/// Whether `bytes` fit behind the youngest entry, or in front of the oldest; next_ is then where.
bool Timeline::make_room(std::size_t bytes) {
  if (count_ == 0) {
    next_ = oldest_ = 0;
    wrapped_ = false;
  }
  if (wrapped_) return oldest_ - next_ >= bytes;
  if (capacity_ - next_ >= bytes) return true;
  if (oldest_ < bytes) return false;
  end_ = std::exchange(next_, 0);
  return wrapped_ = true;
}

void Timeline::drop_oldest() {
  oldest_ = behind(oldest_);
  --count_;
  if (oldest_ == 0) wrapped_ = false;
}

/// Puts everything in order into a piece of memory of that size, or a little more.
void Timeline::move_to(std::size_t capacity) {
  capacity = rounded_up(capacity, capacity_step);
  auto bytes = std::make_unique_for_overwrite<char[]>(capacity);
  const std::size_t upper = (wrapped_ ? end_ : next_) - oldest_;
  const std::size_t lower = wrapped_ ? next_ : 0;
  if (upper != 0) std::memcpy(bytes.get(), bytes_.get() + oldest_, upper);
  if (lower != 0) std::memcpy(bytes.get() + upper, bytes_.get(), lower);
  last_ = wrapped_ ? upper + last_ : last_ - oldest_;
  bytes_ = std::move(bytes);
  capacity_ = capacity;
  oldest_ = 0;
  next_ = upper + lower;
  wrapped_ = false;
}

const Timeline::Head& Timeline::head_at(std::size_t at) const {
  return *std::launder(reinterpret_cast<const Head*>(bytes_.get() + at));
}

/// Where the entry behind that one stands.
std::size_t Timeline::behind(std::size_t at) const {
  const std::size_t next = at + size_of_entry(head_at(at).size);
  return wrapped_ && at >= oldest_ && next == end_ ? 0 : next;
}

TimelineEntry Timeline::entry_at(std::size_t at) const {
  const Head& head = head_at(at);
  return {head.line, head.timed ? std::optional(head.time) : std::nullopt, head.event, head.state,
          std::string(bytes_.get() + at + sizeof head, head.size)};
}

std::vector<TimelineEntry> Timeline::entries() const {
  std::vector<TimelineEntry> all;
  all.reserve(count_);
  for (std::size_t at = oldest_; all.size() < count_; at = behind(at)) all.push_back(entry_at(at));
  return all;
}

void Timeline::restore(const std::vector<TimelineEntry>& entries) {
  count_ = 0;
  for (const TimelineEntry& entry : entries) append(entry.line, entry.time, entry.event, entry.state, entry.text);
}

}  // namespace ikewatch::engine
