// The way of batches: workers match them all at once, the engine's thread takes them in the order in which they came. Role:
// between the reading loops and the engine. Ownership: owns the worker threads and the batches that are on their way. Threads:
// put() from any; everything else from the engine's thread, which runs `engine_loop`.
#pragma once

#include "batch.hpp"
#include "heartbeat.hpp"
#include "matcher.hpp"

#include <boost/asio/io_context.hpp>

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace ikewatch::app {

class Pipeline {
 public:
  using Take = std::function<void(const Batch&)>;

  /// Waking a worker takes as long as matching so many lines: where nothing else waits, put() matches them itself.
  static constexpr std::size_t few_lines = 64;

  /// `threads`: at least 1. `take` is called on the engine's thread, for one batch at a time; between two batches the loop serves
  /// whatever else is ready. `watch`, where one is given, hears of each worker's progress.
  Pipeline(boost::asio::io_context& engine_loop, unsigned threads, std::shared_ptr<const Matcher> matcher, Take take,
           std::size_t few = few_lines, Heartbeats* watch = nullptr);
  /// What is on its way is dropped.
  ~Pipeline();
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  /// Numbered in the order of the calls.
  void put(std::unique_ptr<Batch> batch);
  /// Takes everything that was put until now.
  void drain();
  /// Takes everything that was, or is being, matched by the former matcher. No later batch is matched by it.
  void exchange(std::shared_ptr<const Matcher> matcher);
  /// Whether the engine could take another batch at once.
  [[nodiscard]] bool has_more() const;
  /// When the first line was received that the engine has not taken yet.
  [[nodiscard]] std::optional<WallTime> oldest() const;

 private:
  /// A batch that was put and not yet taken.
  struct Slot {
    WallTime received;
    std::unique_ptr<Batch> matched;  // null: not yet
  };
  void work(std::optional<Heartbeats::Pulse> pulse);
  void match_next(std::unique_lock<std::mutex>& lock);
  static void match(Batch& batch);
  bool hand_in(std::uint64_t number, std::unique_ptr<Batch> batch);
  void take_posted();
  void take_until(std::uint64_t number);
  std::unique_ptr<Batch> next();
  void take(std::unique_ptr<Batch> batch);

  boost::asio::io_context& engine_loop_;
  Take take_;
  std::size_t few_;
  mutable std::mutex mutex_;
  std::condition_variable waits_;    // for batches to match
  std::condition_variable matched_;  // for the batch whose turn it is
  std::shared_ptr<const Matcher> matcher_;
  std::deque<std::unique_ptr<Batch>> unmatched_;
  std::deque<Slot> slots_;
  std::uint64_t taken_ = 0;  // number of the batch in the first slot
  bool posted_ = false;      // the engine's loop knows that the next batch is ready
  bool ending_ = false;
  std::vector<std::thread> workers_;
};

}  // namespace ikewatch::app
