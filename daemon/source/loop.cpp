#include "loop.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

namespace ikewatch::source {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr std::chrono::milliseconds look_again{10};

}  // namespace

struct Watch::Impl {
  explicit Impl(asio::io_context& loop) : descriptor(loop), later(loop) {}
  /// Not left to the descriptor's own close: where the socket lives on under another number, as those from systemd do, the kernel
  /// would go on telling the loop of it.
  ~Impl() {
    rest();
    if (resting >= 0) ::close(resting);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void rest() {
    if (!descriptor.is_open()) return;
    resting = descriptor.release();
    waiting = {};
    ++round;
  }
  /// False where the loop cannot watch it now.
  bool wake_up() {
    if (resting < 0) return true;
    error_code error;
    descriptor.assign(resting, error);
    if (error) return false;
    resting = -1;
    return true;
  }

  /// The callback may destroy the Watch, so what runs is taken out of it, and the Watch's content is not held meanwhile.
  static void call(std::shared_ptr<Impl> impl) {
    const auto callback = std::exchange(impl->ready, nullptr);
    impl.reset();
    if (callback) callback();
  }
  static void wait_without_watching(const std::shared_ptr<Impl>& impl) {
    impl->later.expires_after(look_again);
    impl->later.async_wait([weak = std::weak_ptr(impl)](error_code error) {
      auto held = weak.lock();
      if (held && !error) call(std::move(held));
    });
  }

  asio::posix::stream_descriptor descriptor;
  int resting = -1;  // the descriptor, while the loop does not know it
  std::function<void()> ready;
  Direction wanted = Direction::read;
  std::array<bool, 2> waiting{};  // by direction
  std::uint64_t round = 0;        // a wait that was given up may already be on its way
  asio::steady_timer later;
};

std::unique_ptr<Watch> Watch::open(asio::io_context& loop, Fd fd) {
  auto impl = std::make_shared<Impl>(loop);
  error_code error;
  impl->descriptor.assign(fd.get(), error);
  if (error) {
    errno = error.value();
    return nullptr;
  }
  static_cast<void>(fd.release());
  return std::unique_ptr<Watch>(new Watch(std::move(impl)));
}

Watch::Watch(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

Watch::~Watch() = default;

int Watch::fd() const { return impl_->resting >= 0 ? impl_->resting : impl_->descriptor.native_handle(); }

void Watch::rest() { impl_->rest(); }

void Watch::once(std::function<void()> ready, Direction direction) {
  impl_->ready = std::move(ready);
  impl_->wanted = direction;
  if (!impl_->wake_up()) return Impl::wait_without_watching(impl_);
  if (std::exchange(impl_->waiting.at(static_cast<std::size_t>(direction)), true)) return;
  const auto event =
      direction == Direction::read ? asio::posix::stream_descriptor::wait_read : asio::posix::stream_descriptor::wait_write;
  impl_->descriptor.async_wait(event, [weak = std::weak_ptr(impl_), round = impl_->round, direction](error_code) {
    auto impl = weak.lock();
    if (!impl || impl->round != round) return;
    impl->waiting.at(static_cast<std::size_t>(direction)) = false;
    if (impl->wanted != direction) return;
    Impl::call(std::move(impl));
  });
}

void Pace::wait(Watch& watch, bool brought, std::function<void()> read) {
  const auto now = Clock::now();
  const bool busy = brought && (resting_ || now - last_ < moment);
  resting_ = busy;
  if (brought) last_ = now;
  if (!busy) return watch.once(std::move(read));
  watch.rest();
  alarm_.once(moment, std::move(read));
}

struct Alarm::Impl {
  explicit Impl(asio::io_context& loop) : timer(loop) {}
  asio::steady_timer timer;
  std::function<void()> due;
  std::uint64_t round = 0;  // a cancelled wait may already be on its way
};

Alarm::Alarm(asio::io_context& loop) : impl_(std::make_shared<Impl>(loop)) {}

Alarm::~Alarm() = default;

void Alarm::once(std::chrono::steady_clock::duration after, std::function<void()> due) {
  impl_->due = std::move(due);
  impl_->timer.expires_after(after);
  impl_->timer.async_wait([weak = std::weak_ptr(impl_), round = ++impl_->round](error_code error) {
    auto impl = weak.lock();
    if (!impl || error || round != impl->round) return;
    const auto callback = std::exchange(impl->due, nullptr);
    impl.reset();
    if (callback) callback();
  });
}

void Alarm::cancel() {
  ++impl_->round;
  impl_->due = nullptr;
  impl_->timer.cancel();
}

}  // namespace ikewatch::source
