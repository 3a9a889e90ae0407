// The time of one gateway's log where its clock was set back. Role: between the stamps that Story reads and the engine, for which
// time never runs backwards. Ownership: a plain value. Threads: none.
#pragma once

#include <ikewatch/base/time.hpp>

#include <algorithm>
#include <chrono>

namespace ikewatch::app {

/// A clock that starts wrong (1 January until NTP answers), the end of summer time, one log pasted twice: without this, time
/// would stand still until the stamps have caught up, and sessions of hours would look like sessions of an instant.
class StepClock {
 public:
  /// The time of a line with this stamp; it never runs backwards. A step back goes on from where the time was, until stamps are
  /// ahead of it again; what is late by less than a minute is not a step: lines of one gateway come by several ways.
  WallTime at(WallTime stamp) {
    constexpr auto late = std::chrono::minutes(1);
    constexpr auto unknown = std::chrono::seconds(3);  // what lies between: enough to part bursts and sessions, no time-out
    const bool returned = stamp > last_ + late && stamp + late >= told_;  // that was one late line, or another clock
    last_ = stamp;
    if (stamp >= told_ || returned) {
      shift_ = {};
    } else if (stamp + shift_ + late < told_) {
      shift_ = told_ + unknown - stamp;
    }
    told_ = std::max(told_, stamp + shift_);
    return told_;
  }

 private:
  WallTime last_{};
  WallTime told_{};
  WallTime::duration shift_{};
};

}  // namespace ikewatch::app
