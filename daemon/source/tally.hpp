// What a source counts. Role: written by the thread that reads, shown by the one that answers. Ownership: part of a Live.
// Threads: one writer, any number of readers; each number is whole, together they are of no one moment.
#pragma once

#include <ikewatch/source/source.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <utility>

namespace ikewatch::source {

/// A value with one writer.
template <class Value>
class Shown {
 public:
  Shown() = default;
  Shown& operator=(Value value) {
    value_.store(value, std::memory_order_relaxed);
    return *this;
  }
  Shown& operator+=(Value more) { return *this = *this + more; }
  Shown& operator++() { return *this += 1; }
  operator Value() const { return value_.load(std::memory_order_relaxed); }  // NOLINT: it is that value

 private:
  std::atomic<Value> value_{};
};

using Tally = Shown<std::uint64_t>;

class DropTallies {
 public:
  Tally& operator[](DropReason reason) { return tallies_[static_cast<std::size_t>(reason)]; }
  std::uint64_t operator[](DropReason reason) const { return tallies_[static_cast<std::size_t>(reason)]; }

 private:
  std::array<Tally, 32> tallies_{};
};

/// Counters as they are counted.
class Tallies {
 public:
  explicit Tallies(std::initializer_list<DropReason> reasons) {
    for (const auto reason : reasons) expect(reason);
  }
  /// One more reason; before anybody else reads.
  void expect(DropReason reason) { reasons_ |= 1u << static_cast<unsigned>(reason); }

  Tally lines;
  Tally bytes;
  Tally malformed;
  DropTallies dropped;
  Shown<WallTime> last_line;  // 1970: none yet
  Shown<bool> up;
  Shown<bool> caught_up;

  [[nodiscard]] Counters read() const {
    Counters now{lines, bytes, malformed, {}, std::nullopt, up, caught_up};
    for (unsigned i = 0; i < 32; ++i) {
      if ((reasons_ >> i & 1u) != 0) now.dropped[static_cast<DropReason>(i)] = dropped[static_cast<DropReason>(i)];
    }
    const WallTime last = last_line;
    if (last != WallTime{}) now.last_line = last;
    return now;
  }

 private:
  std::uint32_t reasons_ = 0;
};

}  // namespace ikewatch::source
