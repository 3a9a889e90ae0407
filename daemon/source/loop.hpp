// The event loop as the sources see it: wait for a descriptor, wait for a time. Role: keeps Asio in one file, and the question of
// who outlives whom too. Ownership: callbacks are dropped, uncalled, once their Watch or Alarm is gone, so they may hold the
// owner's `this`. A callback may destroy its own Watch or Alarm. Threads: the io_context's one.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "fd.hpp"

namespace boost::asio {
class io_context;
}

namespace ikewatch::source {

class Watch {
 public:
  enum class Direction { read, write };

  /// Nothing, with errno set, where the descriptor cannot be waited for. Owns `fd` in any case.
  static std::unique_ptr<Watch> open(boost::asio::io_context& loop, Fd fd);
  ~Watch();

  [[nodiscard]] int fd() const;
  /// Calls `ready` once, from the loop, when the descriptor is readable (or writable) or broken. Level-triggered. Replaces a wait
  /// begun before. Where the kernel has no memory to watch one descriptor more, `ready` comes after 10 ms in any case.
  void once(std::function<void()> ready, Direction direction = Direction::read);
  /// Until the next once() the loop is not even woken by what comes; a wait begun before is given up.
  void rest();

 private:
  struct Impl;
  explicit Watch(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

class Alarm {
 public:
  explicit Alarm(boost::asio::io_context& loop);
  ~Alarm();

  /// Calls `due` once, from the loop; replaces a time set before.
  void once(std::chrono::steady_clock::duration after, std::function<void()> due);
  void cancel();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

/// Keeps whoever sends without a pause from waking us for every line, which costs as much as reading a dozen: as network cards
/// moderate their interrupts, so while readings come within a moment of each other, they come a moment apart.
class Pace {
 public:
  static constexpr std::chrono::milliseconds moment{1};

  explicit Pace(boost::asio::io_context& loop) : alarm_(loop) {}
  /// After a reading that brought something or did not. Calls `read` when there is more, or when there may be.
  void wait(Watch& watch, bool brought, std::function<void()> read);
  void cancel() { alarm_.cancel(); }

 private:
  using Clock = std::chrono::steady_clock;
  Alarm alarm_;
  Clock::time_point last_{};  // reading that brought something
  bool resting_ = false;
};

}  // namespace ikewatch::source
