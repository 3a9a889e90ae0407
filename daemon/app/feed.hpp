// From one source to the pipeline: copies lines into batches, and stops the source while too many are on their way. Role: the
// Sink of a source. Ownership: owns its empty batches; shared by the source's entry in Inputs, its batches on the way and what is
// posted to the loop. Threads: made anywhere; give_back() on the engine's thread; everything else on the source's loop.
#pragma once

#include "batch.hpp"
#include "intake.hpp"
#include "pipeline.hpp"

#include <ikewatch/source/source.hpp>

#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace ikewatch::app {

class Feed : public std::enable_shared_from_this<Feed> {
 public:
  /// `most`: batches of this source that exist at a time, at least 2. What the source had read before it could be stopped may
  /// take one or a few more. `part`: which of the intake's.
  Feed(boost::asio::io_context& loop, Pipeline& pipeline, std::shared_ptr<Intake> intake, std::size_t most, std::size_t part = 0);

  source::Sink sink();
  /// The source, opened but not read until release().
  void begin(source::Source& source);
  void release();
  /// The source was stopped: hands in what is left, with the last position.
  void finish();
  /// Hands in position and counters where they moved without a line.
  void report();

  void give_back(std::unique_ptr<Batch> batch);

 private:
  void add(const source::Delivery& delivery);
  void flush_soon();
  void flush();
  void hand_in();
  void look_again();
  void pause_if_exhausted();
  std::unique_ptr<Batch> empty_batch();
  [[nodiscard]] bool exhausted();
  [[nodiscard]] bool wait_for_company();

  boost::asio::io_context& loop_;
  Pipeline& pipeline_;
  std::shared_ptr<Intake> intake_;
  std::size_t most_;
  source::Source* source_ = nullptr;
  std::unique_ptr<Batch> open_;
  std::size_t part_;
  std::string position_;      // handed in last
  source::Counters counted_;  // the same
  bool flush_posted_ = false;
  bool paused_ = true;

  std::mutex mutex_;
  std::vector<std::unique_ptr<Batch>> empty_;
  std::size_t under_way_ = 0;  // handed in, not given back
  bool wants_notice_ = false;  // of the next batch that is given back
};

}  // namespace ikewatch::app
