#include "stream_source.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <unordered_map>
#include <utility>
#include <vector>

#include "live.hpp"
#include "notices.hpp"
#include "socket.hpp"
#include "stream_connection.hpp"
#include "tls_context.hpp"

namespace ikewatch::source {
namespace {

constexpr int accepts_per_wake_up = 64;
constexpr std::chrono::milliseconds wait_for_descriptors{250};

/// A router that was switched off never says goodbye: asked after a minute of silence, given up two minutes later.
void keep_alive(int fd) {
  const auto set = [fd](int level, int option, int value) {
    static_cast<void>(::setsockopt(fd, level, option, &value, sizeof value));
  };
  set(SOL_SOCKET, SO_KEEPALIVE, 1);
  set(IPPROTO_TCP, TCP_KEEPIDLE, 60);
  set(IPPROTO_TCP, TCP_KEEPINTVL, 20);
  set(IPPROTO_TCP, TCP_KEEPCNT, 6);
}

class StreamSource final : public Live, private ConnectionOwner {
 public:
  StreamSource(StreamSetup setup, Sink sink)
      : Live(setup.name, std::move(sink), setup.max_line,
             {DropReason::too_long, DropReason::connection_limit, DropReason::address_limit, DropReason::idle_timeout,
              DropReason::slow_sender}),
        setup_(std::move(setup)),
        notices_(setup_.limits.notice) {
    patience_.frame = setup_.limits.frame_timeout;
    patience_.idle = setup_.limits.idle_timeout;
    if (!setup_.tls) return;
    patience_.handshake = setup_.tls->handshake_timeout;
    expect(DropReason::handshake_failed);
    expect(DropReason::unauthorised);
  }
  ~StreamSource() override { stop(); }

  [[nodiscard]] LocalEndpoint local_endpoint() const override {
    return watch_ ? local_endpoint_of(watch_->fd()) : LocalEndpoint{};
  }

  Result<void> refresh() override {
    if (!setup_.tls) return {};
    auto loaded = TlsContext::load(*setup_.tls);
    if (loaded.has_error()) return wrong(loaded.error().what);
    tls_ = std::move(*loaded);
    return {};
  }

  void limit_connections(std::size_t most) override { setup_.limits.connections = most; }

 private:
  using Connections = std::unordered_map<const StreamConnection*, std::unique_ptr<StreamConnection>>;

  Result<void> open() override {
    abandoned_.clear();
    // A later attempt goes on with the certificate that was good before.
    if (auto fresh = refresh(); fresh.has_error() && !tls_) return fresh;
    auto fd = setup_.open();
    if (fd.has_error()) return wrong(fd.error().what);
    watch_ = Watch::open(loop(), std::move(*fd));
    if (!watch_) return wrong(with_errno("cannot wait for the socket", errno));
    shortage_ = std::make_unique<Alarm>(loop());
    set_up(true);
    wait();
    return {};
  }

  void close() override {
    const bool was_open = watch_ != nullptr;
    watch_.reset();
    shortage_.reset();
    // One of them may be calling us right now.
    for (auto& [key, connection] : connections_) {
      connection->abandon();
      abandoned_.push_back(std::move(connection));
    }
    connections_.clear();
    per_address_.clear();
    if (was_open && setup_.closed) setup_.closed();
  }

  void wake() override {
    for (auto& [key, connection] : connections_) connection->resume();
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
      if (!is_up()) set_up(true);
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
        return wait_for_room(error);
      default:  // nobody is waiting, or whoever was has gone again: accept(2) passes on network errors of the connection
        if (!is_up()) set_up(true);
        return wait();
    }
  }

  /// The connections that are open go on; whoever wants to connect waits in the kernel's queue.
  void wait_for_room(int error) {
    if (is_up()) ++count().dropped[DropReason::connection_limit];  // once for each shortage
    set_down(wrong(with_errno("cannot accept connections", error)));
    shortage_->once(wait_for_descriptors, guarded([this] { accept_all(); }));
  }

  void take(Fd fd, std::string sender) {
    const auto& limits = setup_.limits;
    if (limits.connections != 0 && connections_.size() >= limits.connections)
      return refuse(DropReason::connection_limit, sender, "there are " + std::to_string(connections_.size()) + " already");
    if (limits.connections_per_address != 0 && !sender.empty() && of_address(sender) >= limits.connections_per_address)
      return refuse(DropReason::address_limit, sender,
                    "its address has " + std::to_string(limits.connections_per_address) + " already");
    keep_alive(fd.get());
    auto stream = tls_ ? tls_->make_stream(fd.get()) : make_plain_stream(fd.get());
    auto watch = stream ? Watch::open(loop(), std::move(fd)) : nullptr;
    if (!watch) return refuse(DropReason::connection_limit, sender, "this host has no room for one more");
    if (!sender.empty()) ++per_address_[sender];
    ConnectionOwner& owner = *this;
    auto connection = std::make_unique<StreamConnection>(loop(), std::move(watch), std::move(stream), std::move(sender),
                                                         max_line(), patience_, owner);
    connections_.emplace(connection.get(), std::move(connection));
  }

  [[nodiscard]] std::size_t of_address(const std::string& sender) const {
    const auto found = per_address_.find(sender);
    return found == per_address_.end() ? 0 : found->second;
  }

  void refuse(DropReason reason, const std::string& sender, const std::string& why) {
    ++count().dropped[reason];
    notices_.say("source '" + name() + "': connection" + (sender.empty() ? "" : " of " + sender) + " closed: " + why);
  }

  // ConnectionOwner
  bool take_frame(const StreamConnection& from, std::string_view frame) override {
    return deliver_line(frame, from.sender(), wall_clock());
  }
  void count_bytes(std::size_t bytes) override { count().bytes += bytes; }
  void count_malformed(std::uint64_t frames) override { count().malformed += frames; }
  [[nodiscard]] bool holds_back() const override { return paused(); }

  void has_ended(StreamConnection& connection, Ending why) override {
    if (why == Ending::idle) refuse(DropReason::idle_timeout, connection.sender(), "nothing came for too long");
    if (why == Ending::slow) refuse(DropReason::slow_sender, connection.sender(), "a message was not finished in time");
    if (why == Ending::late) refuse(DropReason::handshake_failed, connection.sender(), "the TLS handshake took too long");
    if (why == Ending::refused) note_refusal(connection);
    const auto counted = per_address_.find(connection.sender());
    if (counted != per_address_.end() && --counted->second == 0) per_address_.erase(counted);
    connections_.erase(&connection);
  }

  void note_refusal(const StreamConnection& connection) {
    const auto& refusal = connection.refusal();
    if (refusal.why.empty()) return;
    refuse(refusal.for_its_certificate ? DropReason::unauthorised : DropReason::handshake_failed, connection.sender(),
           refusal.why);
  }

  StreamSetup setup_;
  Patience patience_;
  Notices notices_;
  std::shared_ptr<const TlsContext> tls_;
  std::unique_ptr<Watch> watch_;
  std::unique_ptr<Alarm> shortage_;
  Connections connections_;
  std::unordered_map<std::string, std::size_t> per_address_;  // of connections_
  std::vector<std::unique_ptr<StreamConnection>> abandoned_;
};

}  // namespace

std::unique_ptr<Source> make_stream_source(StreamSetup setup, Sink sink) {
  return std::make_unique<StreamSource>(std::move(setup), std::move(sink));
}

}  // namespace ikewatch::source
