// What all sources share: counting, handing lines on, and trying again after an error. Role: base class of each source; it
// decides when to open and close, the derived class how. Ownership: see source.hpp. Threads: see source.hpp.
#pragma once

#include <ikewatch/source/source.hpp>

#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include "loop.hpp"
#include "tally.hpp"

namespace ikewatch::source {

class Live : public Source {
 public:
  Result<void> start(boost::asio::io_context& loop) final;
  void keep_trying(boost::asio::io_context& loop) final;
  void stop() final;
  void pause() final { paused_ = true; }
  void resume() final;
  [[nodiscard]] const std::string& name() const final { return name_; }
  [[nodiscard]] Counters counters() const final { return count_.read(); }
  [[nodiscard]] const std::optional<Problem>& problem() const final { return problem_; }
  [[nodiscard]] std::string position() const override { return {}; }
  [[nodiscard]] LocalEndpoint local_endpoint() const override { return {}; }

 protected:
  Live(std::string name, Sink sink, std::size_t max_line, std::initializer_list<DropReason> reasons);
  /// One more reason that this source knows, besides those of the constructor.
  void expect(DropReason reason) { count_.expect(reason); }

  /// Opens everything and arms the first wait; on a Problem close() is called. Delivers nothing yet.
  virtual Result<void> open() = 0;
  /// Drops every Watch, Alarm and descriptor; may be called when nothing is open.
  virtual void close() = 0;
  /// Reading goes on after a pause: look at what has gathered. Called only while running.
  virtual void wake() {}

  [[nodiscard]] boost::asio::io_context& loop() { return *loop_; }
  [[nodiscard]] bool running() const { return loop_ != nullptr; }
  /// While true, the derived class reads nothing more.
  [[nodiscard]] bool paused() const { return paused_; }
  [[nodiscard]] std::size_t max_line() const { return max_line_; }
  [[nodiscard]] Tallies& count() { return count_; }
  [[nodiscard]] bool is_up() const { return count_.up; }

  /// Hands the line on, cut to max_line. An empty line is ignored. False when the Sink stopped the source: the caller must return
  /// at once.
  bool deliver_line(std::string_view line, std::string_view sender, WallTime received);
  bool deliver(Delivery delivery);
  /// Counts, and tells the next Delivery; `times` is a lower bound.
  void lose(DropReason reason, std::uint64_t times = 1);
  /// Tells what was lost where no line has told it yet: nothing more is at hand. False like deliver_line().
  bool tell_loss();

  /// Closes and opens again later.
  void fail(Problem problem);
  void set_up(bool up);
  /// Remembers what is wrong without closing.
  void set_down(Problem problem);
  [[nodiscard]] Problem wrong(std::string_view what) const;

  /// `step` as a callback that no exception leaves.
  template <class Step>
  std::function<void()> guarded(Step step) {
    return [this, step] { run_guarded(step); };
  }

 private:
  template <class Step>
  void run_guarded(const Step& step) {
    try {
      step();
    } catch (const std::exception& error) {
      fail(wrong(error.what()));
    } catch (...) {
      fail(wrong("an unknown exception"));
    }
  }
  Result<void> try_open();
  void retry();
  void hand_over(const Delivery& delivery);

  std::string name_;
  Sink sink_;
  std::size_t max_line_;
  Tallies count_;
  std::optional<Problem> problem_;
  boost::asio::io_context* loop_ = nullptr;
  std::unique_ptr<Alarm> retry_;
  std::chrono::milliseconds delay_;
  std::uint64_t lost_ = 0;
  bool paused_ = false;
};

/// This host's clock.
WallTime wall_clock();

}  // namespace ikewatch::source
