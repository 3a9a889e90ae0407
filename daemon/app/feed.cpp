#include "feed.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace ikewatch::app {

Feed::Feed(boost::asio::io_context& loop, Pipeline& pipeline, std::shared_ptr<Intake> intake, std::size_t most, std::size_t part)
    : loop_(loop), pipeline_(pipeline), intake_(std::move(intake)), most_(std::max<std::size_t>(most, 2)), part_(part) {}

source::Sink Feed::sink() {
  return [feed = shared_from_this()](const source::Source&, const source::Delivery& delivery) { feed->add(delivery); };
}

void Feed::begin(source::Source& source) {
  source_ = &source;
  position_ = source.position();
}

void Feed::release() {
  if (source_ == nullptr || !std::exchange(paused_, false)) return;
  source_->resume();
}

/// The source's position is behind the line before this one, so a full batch is handed in now, not when it became full.
void Feed::add(const source::Delivery& delivery) {
  if (open_ && open_->full()) hand_in();
  if (!open_) open_ = empty_batch();
  open_->add(delivery);
  if (open_->full()) pause_if_exhausted();
  flush_soon();
}

/// When the source has handed on all that it had at hand.
void Feed::flush_soon() {
  if (flush_posted_) return;
  boost::asio::post(loop_, [feed = shared_from_this()] {
    feed->flush_posted_ = false;
    feed->flush();
  });
  flush_posted_ = true;
}

void Feed::flush() {
  if (!open_ || source_ == nullptr || wait_for_company()) return;
  hand_in();
  pause_if_exhausted();
}

/// While other batches are under way a small one gains nothing by hurrying: it goes when one of them is back.
bool Feed::wait_for_company() {
  const std::lock_guard lock(mutex_);
  if (under_way_ == 0 || open_->full()) return false;
  return wants_notice_ = true;
}

void Feed::hand_in() {
  open_->position = position_ = source_->position();
  open_->counted = counted_ = source_->counters();
  open_->part = part_;
  open_->intake = intake_;
  open_->home = shared_from_this();
  {
    const std::lock_guard lock(mutex_);
    ++under_way_;
  }
  pipeline_.put(std::move(open_));
}

bool Feed::exhausted() {
  const std::lock_guard lock(mutex_);
  if (under_way_ + (open_ ? 1 : 0) < most_) return false;
  return wants_notice_ = true;
}

void Feed::pause_if_exhausted() {
  if (!paused_ && !exhausted()) return;
  paused_ = true;
  source_->pause();  // again, where it was: of several sockets some may have gone on
}

std::unique_ptr<Batch> Feed::empty_batch() {
  const std::lock_guard lock(mutex_);
  if (empty_.empty()) return std::make_unique<Batch>();
  auto batch = std::move(empty_.back());
  empty_.pop_back();
  return batch;
}

void Feed::give_back(std::unique_ptr<Batch> batch) {
  const auto self = shared_from_this();  // the batch may be what kept us
  batch->clear();
  bool notice = false;
  {
    const std::lock_guard lock(mutex_);
    --under_way_;
    if (empty_.size() < most_) empty_.push_back(std::move(batch));
    notice = std::exchange(wants_notice_, false);
  }
  if (notice) boost::asio::post(loop_, [self] { self->look_again(); });
}

void Feed::look_again() {
  if (source_ == nullptr) return;
  flush();
  if (!paused_ || exhausted()) return;
  paused_ = false;
  source_->resume();
}

void Feed::finish() {
  if (source_ == nullptr) return;
  if (!open_) open_ = empty_batch();
  hand_in();
  source_ = nullptr;
}

void Feed::report() {
  if (source_ == nullptr || open_ || (source_->position() == position_ && source_->counters() == counted_)) return;
  open_ = empty_batch();
  flush();
}

}  // namespace ikewatch::app
