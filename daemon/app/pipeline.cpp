#include "pipeline.hpp"

#include "feed.hpp"
#include "log.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace ikewatch::app {

Pipeline::Pipeline(boost::asio::io_context& engine_loop, unsigned threads, std::shared_ptr<const Matcher> matcher, Take take,
                   std::size_t few, Heartbeats* watch)
    : engine_loop_(engine_loop), take_(std::move(take)), few_(few), matcher_(std::move(matcher)) {
  for (unsigned i = 0; i < threads; ++i) {
    auto pulse = watch == nullptr ? std::nullopt : std::optional(watch->add("matching thread " + std::to_string(i + 1)));
    workers_.emplace_back([this, pulse = std::move(pulse)]() mutable { work(std::move(pulse)); });
  }
}

Pipeline::~Pipeline() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  waits_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void Pipeline::put(std::unique_ptr<Batch> batch) {
  std::unique_lock lock(mutex_);
  const std::size_t lines = batch->lines().size();
  const WallTime received = lines == 0 ? WallTime::max() : batch->lines().front().received;
  unmatched_.push_back(nullptr);
  try {
    slots_.push_back({received, nullptr});
  } catch (...) {  // out of memory: a slot without a batch would be waited for, for ever
    unmatched_.pop_back();
    throw;
  }
  unmatched_.back() = std::move(batch);
  if (lines <= few_ && unmatched_.size() == 1) return match_next(lock);
  lock.unlock();
  waits_.notify_one();
}

void Pipeline::work(std::optional<Heartbeats::Pulse> pulse) {
  std::unique_lock lock(mutex_);
  while (true) {
    if (pulse) pulse->rest();
    waits_.wait(lock, [this] { return ending_ || !unmatched_.empty(); });
    if (ending_) return;
    if (pulse) pulse->beat();
    match_next(lock);
  }
}

/// Takes the oldest batch that nobody has begun with; gives the lock up while it matches.
void Pipeline::match_next(std::unique_lock<std::mutex>& lock) {
  const std::uint64_t number = taken_ + slots_.size() - unmatched_.size();
  auto batch = std::move(unmatched_.front());
  unmatched_.pop_front();
  batch->matcher = matcher_;
  lock.unlock();
  match(*batch);
  lock.lock();
  if (!hand_in(number, std::move(batch))) return;
  lock.unlock();
  boost::asio::post(engine_loop_, [this] { take_posted(); });
  lock.lock();
}

void Pipeline::match(Batch& batch) {
  try {
    batch.matcher->match(batch);
  } catch (const std::exception& error) {  // out of memory: what was understood so far goes on
    log(Level::error, std::string("lines could not be matched: ") + error.what());
  }
}

/// True when the engine's loop must be told.
bool Pipeline::hand_in(std::uint64_t number, std::unique_ptr<Batch> batch) {
  slots_[number - taken_].matched = std::move(batch);
  if (number != taken_) return false;
  matched_.notify_one();
  return !std::exchange(posted_, true);
}

/// One batch, and then the loop's other work has its turn.
void Pipeline::take_posted() {
  auto batch = next();
  if (!batch) return;
  take(std::move(batch));
  boost::asio::post(engine_loop_, [this] { take_posted(); });
}

std::unique_ptr<Batch> Pipeline::next() {
  const std::lock_guard lock(mutex_);
  if (slots_.empty() || !slots_.front().matched) {
    posted_ = false;
    return nullptr;
  }
  auto batch = std::move(slots_.front().matched);
  slots_.pop_front();
  ++taken_;
  return batch;
}

void Pipeline::take(std::unique_ptr<Batch> batch) {
  take_(*batch);
  if (const auto home = batch->home) home->give_back(std::move(batch));
}

void Pipeline::take_until(std::uint64_t number) {
  while (true) {
    std::unique_lock lock(mutex_);
    if (taken_ >= number) return;
    matched_.wait(lock, [this] { return slots_.front().matched != nullptr; });
    auto batch = std::move(slots_.front().matched);
    slots_.pop_front();
    ++taken_;
    lock.unlock();
    take(std::move(batch));
  }
}

void Pipeline::drain() {
  std::unique_lock lock(mutex_);
  const auto until = taken_ + slots_.size();
  lock.unlock();
  take_until(until);
}

void Pipeline::exchange(std::shared_ptr<const Matcher> matcher) {
  std::unique_lock lock(mutex_);
  matcher_ = std::move(matcher);
  const auto until = taken_ + slots_.size() - unmatched_.size();
  lock.unlock();
  take_until(until);
}

bool Pipeline::has_more() const {
  const std::lock_guard lock(mutex_);
  return !slots_.empty() && slots_.front().matched != nullptr;
}

std::optional<WallTime> Pipeline::oldest() const {
  const std::lock_guard lock(mutex_);
  for (const Slot& slot : slots_) {
    if (slot.received != WallTime::max()) return slot.received;
  }
  return std::nullopt;
}

}  // namespace ikewatch::app
