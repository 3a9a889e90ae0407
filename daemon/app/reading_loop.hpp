// A thread that runs an io_context for sources. Role: keeps what one source does (a slow disk, a flood) from the others and from
// the engine. Ownership: owns thread and io_context; whatever lives on the loop must be gone before. Threads: call() from any but
// its own.
#pragma once

#include "heartbeat.hpp"
#include "log.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <exception>
#include <future>
#include <string>
#include <thread>
#include <utility>

namespace ikewatch::app {

class ReadingLoop {
 public:
  explicit ReadingLoop(Heartbeats::Pulse pulse)
      : pulse_(std::move(pulse)), work_(context_.get_executor()), thread_([this] { run(); }) {}
  ~ReadingLoop() {
    work_.reset();
    context_.stop();
    thread_.join();
  }
  ReadingLoop(const ReadingLoop&) = delete;
  ReadingLoop& operator=(const ReadingLoop&) = delete;

  [[nodiscard]] boost::asio::io_context& context() { return context_; }

  /// Has the loop beat as soon as it comes to it: one that is stuck does not.
  void feel_pulse() {
    boost::asio::post(context_, [this] { pulse_.beat(); });
  }

  /// Runs `step` on the loop and waits for its result.
  template <class Step>
  auto call(Step step) {
    std::packaged_task<decltype(step())()> task(std::move(step));
    auto result = task.get_future();
    boost::asio::post(context_, [task = std::move(task)]() mutable { task(); });
    return result.get();
  }

 private:
  /// What a handler throws, which can only be a lack of memory, is that handler's loss; all others go on.
  void run() {
    while (true) {
      try {
        context_.run();
        return;
      } catch (const std::exception& error) {
        log(Level::error, std::string("something that was read could not be handled: ") + error.what());
      }
    }
  }

  Heartbeats::Pulse pulse_;
  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::thread thread_;
};

}  // namespace ikewatch::app
