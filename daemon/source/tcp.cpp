// The TCP source: accepts connections, up to a limit.
#include <ikewatch/source/make.hpp>

#include <sys/socket.h>

#include <cerrno>
#include <unordered_map>
#include <utility>
#include <vector>

#include "live.hpp"
#include "socket.hpp"
#include "tcp_connection.hpp"

namespace ikewatch::source {
namespace {

constexpr int accepts_per_wake_up = 64;
constexpr std::chrono::milliseconds wait_for_descriptors{250};

class TcpSource final : public Live {
 public:
  TcpSource(TcpOptions options, Sink sink)
      : Live(options.name, std::move(sink), options.max_line, {DropReason::too_long, DropReason::connection_limit}),
        options_(std::move(options)) {
    events_.frame = [this](const TcpConnection& from, std::string_view frame) {
      return deliver_line(frame, from.sender(), wall_clock());
    };
    events_.received = [this](std::size_t bytes) { count().bytes += bytes; };
    events_.malformed = [this] { ++count().malformed; };
    events_.closed = [this](TcpConnection& connection) { connections_.erase(&connection); };
  }
  ~TcpSource() override { stop(); }

  [[nodiscard]] LocalEndpoint local_endpoint() const override {
    return watch_ ? local_endpoint_of(watch_->fd()) : LocalEndpoint{};
  }

 private:
  Result<void> open() override {
    abandoned_.clear();
    auto fd = open_tcp(options_.address, options_.port);
    if (fd.has_error()) return wrong(fd.error().what);
    watch_ = Watch::open(loop(), std::move(*fd));
    if (!watch_) return wrong(with_errno("cannot wait for the socket", errno));
    pause_ = std::make_unique<Alarm>(loop());
    set_up(true);
    wait();
    return {};
  }

  void close() override {
    watch_.reset();
    pause_.reset();
    // One of them may be calling us right now.
    for (auto& [key, connection] : connections_) {
      connection->abandon();
      abandoned_.push_back(std::move(connection));
    }
    connections_.clear();
  }

  void wait() {
    watch_->once(guarded([this] { accept_all(); }));
  }

  void accept_all() {
    for (int i = 0; i < accepts_per_wake_up; ++i) {
      sockaddr_storage from{};
      socklen_t size = sizeof from;
      Fd fd(::accept4(watch_->fd(), reinterpret_cast<sockaddr*>(&from), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
      if (!fd) return accept_failed(errno);
      if (!counters().up) set_up(true);
      take(std::move(fd), address_text(from));
    }
    wait();
  }

  void accept_failed(int error) {
    switch (error) {
      case EBADF:
      case EINVAL:
      case ENOTSOCK:
      case EFAULT:
      case EOPNOTSUPP:
        return fail(wrong(with_errno("cannot accept connections", error)));
      case EMFILE:
      case ENFILE:
      case ENOBUFS:
      case ENOMEM:
        return wait_for_descriptor(error);
      default:  // nobody is waiting, or whoever was has gone again: accept(2) passes on network errors of the connection
        if (!counters().up) set_up(true);
        return wait();
    }
  }

  /// The connections that are open go on; whoever wants to connect waits in the kernel's queue.
  void wait_for_descriptor(int error) {
    if (counters().up) ++count().dropped[DropReason::connection_limit];  // once for each shortage
    set_down(wrong(with_errno("cannot accept connections", error)));
    pause_->once(wait_for_descriptors, guarded([this] { accept_all(); }));
  }

  void take(Fd fd, std::string sender) {
    if (connections_.size() >= options_.max_connections) {
      ++count().dropped[DropReason::connection_limit];
      return;
    }
    const int on = 1;  // a router that was switched off never says goodbye
    static_cast<void>(::setsockopt(fd.get(), SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on));
    auto watch = Watch::open(loop(), std::move(fd));
    if (!watch) return;
    auto connection =
        std::make_unique<TcpConnection>(loop(), std::move(watch), std::move(sender), max_line(), options_.idle_timeout, events_);
    connections_.emplace(connection.get(), std::move(connection));
  }

  TcpOptions options_;
  TcpConnection::Events events_;
  std::unique_ptr<Watch> watch_;
  std::unique_ptr<Alarm> pause_;
  std::unordered_map<const TcpConnection*, std::unique_ptr<TcpConnection>> connections_;
  std::vector<std::unique_ptr<TcpConnection>> abandoned_;
};

}  // namespace

std::unique_ptr<Source> make_source(TcpOptions options, Sink sink) {
  return std::make_unique<TcpSource>(std::move(options), std::move(sink));
}

}  // namespace ikewatch::source
