// The clock for lines that were written while nobody looked. Live, the time of receipt counts, since device clocks lie. But what
// a file or journal gathered during a restart was received then, not when the daemon came back: with the time of reading, a burst
// that the restart cut would be torn, and an attempt would run out before its answer is read. Such a line was written between the
// last save and the start, so a stamp within that time is believed. Role: feeder and tick of the daemon. Threads: the engine's.
#pragma once

#include <ikewatch/base/time.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace ikewatch::app {

class CatchUp {
 public:
  CatchUp() = default;
  /// `stopped`: the engine's time when it was last saved; nothing where nothing was saved.
  CatchUp(std::optional<WallTime> stopped, WallTime started) : stopped_(stopped), started_(started) {}

  /// When a line that was read at `received` came, as the state machine should see it. `told`: what the line itself says.
  WallTime came(std::optional<WallTime> told, WallTime received) {
    if (!stopped_ || !told || *told >= started_ || *told + coarseness < *stopped_) return received;
    behind_ = true;
    return std::max(*told, *stopped_);
  }
  /// Time must not run on before such lines are read: true while they came since the last call, or some may still be `unread`,
  /// for half a minute at most.
  bool behind(WallTime now, bool unread) {
    const bool came_since = std::exchange(behind_, false);
    return stopped_ && (came_since || unread) && now - started_ < patience;
  }

 private:
  static constexpr std::chrono::seconds coarseness{1};  // of the stamps of RFC 3164
  static constexpr std::chrono::seconds patience{30};

  std::optional<WallTime> stopped_;
  WallTime started_;
  bool behind_ = false;
};

}  // namespace ikewatch::app
