// UDP and unix datagram sources: one reader, two ways to open.
#include <ikewatch/source/make.hpp>

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>
#include <utility>

#include "datagram_batch.hpp"
#include "live.hpp"
#include "socket.hpp"

namespace ikewatch::source {
namespace {

constexpr int batches_per_wake_up = 4;
/// Bytes. What a fast network brings in a few milliseconds, with all that the kernel counts for a datagram (socket(7)).
constexpr std::size_t enough_for_a_rest = 4u << 20;

class DatagramSource : public Live {
 public:
  DatagramSource(std::string name, Sink sink, std::size_t max_line)
      : Live(std::move(name), std::move(sink), max_line, {DropReason::kernel_buffer, DropReason::too_long}) {}

  [[nodiscard]] LocalEndpoint local_endpoint() const override {
    return watch_ ? local_endpoint_of(watch_->fd()) : LocalEndpoint{};
  }

 protected:
  virtual Result<Fd> open_socket() = 0;
  /// What the kernel had dropped before the socket was ours.
  [[nodiscard]] virtual std::uint32_t overflow_so_far(int) const { return 0; }

  Result<void> open() override {
    auto fd = open_socket();
    if (fd.has_error()) return wrong(fd.error().what);
    watch_ = Watch::open(loop(), std::move(*fd));
    if (!watch_) return wrong(with_errno("cannot wait for the socket", errno));
    pace_ = std::make_unique<Pace>(loop());
    overflow_ = overflow_so_far(watch_->fd());
    moderates_ = is_ip(watch_->fd()) && receive_buffer_of(watch_->fd()) >= enough_for_a_rest;
    last_sender_ = {};
    set_up(true);
    wait();
    return {};
  }

  void close() override {
    watch_.reset();
    pace_.reset();
    if (next_ < received_) lose(DropReason::kernel_buffer, received_ - next_);  // as good as
    next_ = received_ = 0;
  }
  void wake() override { read(); }

 private:
  void wait() {
    watch_->once(guarded([this] { read(); }));
  }

  void wait(std::size_t came) {
    if (!moderates_) return wait();
    pace_->wait(*watch_, came > 0, guarded([this] { read(); }));
  }

  /// While paused nobody waits for the socket: the kernel keeps what its buffer holds, and counts the rest.
  void read() {
    if (!watch_) return;
    std::size_t came = 0;
    for (int batch = 0; batch < batches_per_wake_up && !paused(); ++batch) {
      if (next_ == received_ && !receive(came)) return;
      came += received_;
      if (!take_received()) return;
      if (received_ == DatagramBatch::capacity) continue;
      count_last_drops();
      return paused() ? void() : wait(came);
    }
    if (!paused()) wait();
  }

  /// `came`: datagrams since we woke up.
  bool receive(std::size_t came) {
    const int received = batch_.receive(watch_->fd());
    if (received < 0) return stop_reading(errno, came), false;
    next_ = 0;
    received_ = static_cast<std::size_t>(received);
    now_ = wall_clock();
    return true;
  }

  void stop_reading(int error, std::size_t came) {
    // ECONNREFUSED and its like are late news about something else; the socket is as good as before.
    const bool broken = error == EBADF || error == ENOTSOCK || error == EINVAL || error == EFAULT || error == ENOMEM;
    if (broken) return fail(wrong(with_errno("cannot read the socket", error)));
    count_last_drops();
    wait(came);
  }

  /// Until it is paused: one datagram may hold thousands of lines.
  bool take_received() {
    while (next_ < received_ && !paused()) {
      const auto index = next_++;
      if (!take(batch_.at(index), sender_of(index))) return false;
    }
    return true;
  }

  /// Datagrams of one sender come together, and writing an address as text costs as much as all else here.
  const std::string& sender_of(std::size_t index) {
    const auto& from = batch_.address(index);
    if (!same_address(from, last_sender_)) sender_ = address_text(last_sender_ = from);
    return sender_;
  }

  bool take(const Datagram& datagram, const std::string& sender) {
    if (datagram.overflow) count_overflow(*datagram.overflow);
    count().bytes += datagram.bytes.size();
    if (datagram.truncated) ++count().dropped[DropReason::too_long];
    auto rest = datagram.bytes;
    while (!rest.empty()) {
      const auto line = rest.substr(0, rest.find('\n'));
      rest.remove_prefix(std::min(rest.size(), line.size() + 1));
      if (!deliver_line(line, sender, now_)) return false;
    }
    return true;
  }

  /// The kernel's count runs modulo 2^32 and starts with the socket. A datagram has it as of its coming, which may be before the
  /// socket was asked last.
  void count_overflow(std::uint32_t overflow) {
    const std::uint32_t more = overflow - overflow_;
    if (more == 0 || more > std::numeric_limits<std::uint32_t>::max() / 2) return;
    lose(DropReason::kernel_buffer, more);
    overflow_ = overflow;
  }

  /// A datagram tells of those that were dropped before it; of those behind the last one only the socket can.
  void count_last_drops() {
    if (const auto drops = drops_of(watch_->fd())) count_overflow(*drops);
  }

  DatagramBatch batch_;
  std::size_t received_ = 0;  // datagrams in it
  std::size_t next_ = 0;      // of them
  WallTime now_{};            // when they were received
  std::unique_ptr<Watch> watch_;
  std::unique_ptr<Pace> pace_;
  /// Senders over a network never wait for us, so we may let lines wait for a moment, where there is room for them. Senders to a
  /// unix socket do, and the kernel keeps a few hundred of their lines at most.
  bool moderates_ = false;
  std::uint32_t overflow_ = 0;
  sockaddr_storage last_sender_{};
  std::string sender_;
};

class UdpSource final : public DatagramSource {
 public:
  UdpSource(UdpOptions options, Sink sink)
      : DatagramSource(options.name, std::move(sink), options.max_line), options_(std::move(options)) {}
  ~UdpSource() override { stop(); }

 private:
  Result<Fd> open_socket() override {
    if (options_.opened >= 0) return adopt_datagrams(options_.opened, options_.receive_buffer);
    const auto& [index, count] = options_.share;
    const bool joins = count > 1 && (index > 0 || opened_before_);
    auto fd = open_udp(options_.address, options_.port, options_.receive_buffer, joins);
    if (fd.has_value() && index == 0) granted_ = receive_buffer_of(fd->get()) / 2;
    if (fd.has_error() || count <= 1) return fd;
    opened_before_ = true;
    if (!joins) let_others_join(fd->get());
    if (index + 1 == count) share_by_sender(fd->get(), count);
    return fd;
  }

  void wake() override {
    if (granted_) tell_small_buffer(*std::exchange(granted_, std::nullopt));
    DatagramSource::wake();
  }

  /// The kernel grants a process without CAP_NET_ADMIN no more than net.core.rmem_max (socket(7)).
  void tell_small_buffer(std::size_t granted) const {
    if (!options_.notice || granted >= options_.receive_buffer) return;
    options_.notice("source '" + name() + "': the kernel grants a receive buffer of " + std::to_string(granted >> 10) +
                    " KiB instead of " + std::to_string(options_.receive_buffer >> 10) +
                    " KiB, so bursts may be lost; raise net.core.rmem_max, or have a socket unit open the port (fd:)");
  }

  [[nodiscard]] std::uint32_t overflow_so_far(int fd) const override {
    return options_.opened >= 0 ? drops_of(fd).value_or(0) : 0;
  }

  UdpOptions options_;
  bool opened_before_ = false;          // others of the port may be open
  std::optional<std::size_t> granted_;  // to be told once reading begins: before, the whole start may still fail
};

class UnixSource final : public DatagramSource {
 public:
  UnixSource(UnixOptions options, Sink sink)
      : DatagramSource(options.name, std::move(sink), options.max_line), options_(std::move(options)) {}
  ~UnixSource() override { stop(); }

 private:
  Result<Fd> open_socket() override {
    auto fd = open_unix(options_.path, options_.mode, options_.receive_buffer);
    if (fd.has_value() && ::lstat(options_.path.c_str(), &own_) != 0) own_ = {};
    return fd;
  }

  void close() override {
    DatagramSource::close();
    remove_own_file();
  }

  /// Only the file that we made: after a restart by somebody else it may already be the successor's.
  void remove_own_file() {
    struct stat now {};
    if (own_.st_ino == 0 || ::lstat(options_.path.c_str(), &now) != 0) return;
    if (now.st_ino == own_.st_ino && now.st_dev == own_.st_dev) ::unlink(options_.path.c_str());
    own_ = {};
  }

  UnixOptions options_;
  struct stat own_ {};
};

}  // namespace

std::unique_ptr<Source> make_source(UdpOptions options, Sink sink) {
  return std::make_unique<UdpSource>(std::move(options), std::move(sink));
}

std::unique_ptr<Source> make_source(UnixOptions options, Sink sink) {
  return std::make_unique<UnixSource>(std::move(options), std::move(sink));
}

}  // namespace ikewatch::source
