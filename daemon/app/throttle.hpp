// How many messages of a kind are told in a while. Role: under the log. Ownership: counts only. Threads: one at a time; it is
// given the time.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ikewatch::app {

class Throttle {
 public:
  using Clock = std::chrono::steady_clock;
  using Suppressed = std::pair<std::string, std::uint64_t>;  // kind and number

  /// So many within each window: whoever reads the log of a whole fleet that fell sees how it began.
  static constexpr std::uint64_t most = 200;
  static constexpr std::chrono::seconds window{30};

  /// Whether one more of this kind is told. Kinds come from a closed list; each has a window of its own, so that none is drowned
  /// by another.
  bool admit(std::string_view kind, Clock::time_point now);

  /// What was not told in windows that are over, or, `at_end`, in all. Each is given once.
  std::vector<Suppressed> take_suppressed(Clock::time_point now, bool at_end = false);

 private:
  struct Window {
    Clock::time_point end{};
    std::uint64_t told = 0;
    std::uint64_t suppressed = 0;  // not yet taken; of an earlier window too
  };
  std::map<std::string, Window, std::less<>> windows_;
};

}  // namespace ikewatch::app
