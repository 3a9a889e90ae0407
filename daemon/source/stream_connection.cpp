#include "tcp_connection.hpp"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <exception>
#include <utility>

namespace ikewatch::source {
namespace {

constexpr int reads_per_wake_up = 8;
constexpr std::size_t chunk_size = 16u << 10;

using Clock = std::chrono::steady_clock;

}  // namespace

TcpConnection::TcpConnection(boost::asio::io_context& loop, std::unique_ptr<Watch> watch, std::string sender,
                             std::size_t max_line, std::chrono::milliseconds idle_timeout, const Events& events)
    : watch_(std::move(watch)),
      idle_(loop),
      sender_(std::move(sender)),
      idle_timeout_(idle_timeout),
      events_(events),
      frames_(max_line + 1),  // so that a frame shows that it is longer than the limit
      last_read_(Clock::now()) {
  wait();
  if (idle_timeout_.count() > 0) watch_idleness(idle_timeout_);
}

void TcpConnection::wait() {
  watch_->once([this] {
    try {
      read();
    } catch (const std::exception&) {  // out of memory: this sender's loss, nobody else's
      events_.malformed();
      events_.closed(*this);
    }
  });
}

void TcpConnection::abandon() {
  watch_.reset();
  idle_.cancel();
}

void TcpConnection::read() {
  last_read_ = Clock::now();
  auto reading = Reading::goes_on;
  for (int i = 0; i < reads_per_wake_up && reading == Reading::goes_on; ++i) reading = read_some();
  if (reading == Reading::stopped) return;
  if (reading == Reading::goes_on || reading == Reading::drained) return wait();
  end(reading == Reading::ended);
}

TcpConnection::Reading TcpConnection::read_some() {
  std::array<char, chunk_size> chunk;
  const auto got = ::recv(watch_->fd(), chunk.data(), chunk.size(), MSG_DONTWAIT);
  if (got == 0) return Reading::ended;
  if (got < 0) return errno == EAGAIN || errno == EINTR ? Reading::drained : Reading::broken;
  events_.received(static_cast<std::size_t>(got));
  return deliver({chunk.data(), static_cast<std::size_t>(got)}) ? Reading::goes_on : Reading::stopped;
}

bool TcpConnection::deliver(std::string_view bytes) {
  while (const auto frame = frames_.next(bytes)) {
    if (!events_.frame(*this, *frame)) return false;
  }
  return true;
}

/// What is left of a line is a line when the sender closed after it; what is left of a counted frame is not, and a line feed does
/// not make it one.
void TcpConnection::end(bool cleanly) {
  if (cleanly && !deliver("\n")) return;
  if (frames_.finish()) events_.malformed();
  events_.closed(*this);
}

void TcpConnection::watch_idleness(Clock::duration wait) {
  idle_.once(wait, [this] {
    const auto left = last_read_ + idle_timeout_ - Clock::now();
    if (left <= Clock::duration::zero()) return end(true);
    watch_idleness(left);
  });
}

}  // namespace ikewatch::source
