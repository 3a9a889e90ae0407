// The source of sockets from systemd: one source in front of as many as there are sockets of its name.
#include <ikewatch/source/make.hpp>

#include <algorithm>
#include <utility>
#include <vector>

#include "inherited.hpp"
#include "stream_source.hpp"

namespace ikewatch::source {
namespace {

class FdSource final : public Source {
 public:
  FdSource(FdOptions options, Sink sink) : options_(std::move(options)), sink_(std::move(sink)) {}
  ~FdSource() override { stop(); }

  Result<void> start(boost::asio::io_context& loop) override {
    stop();
    auto sockets = inherited_sockets(options_.descriptor);
    if (sockets.has_error()) return wrong(sockets.error().what);
    for (const auto& socket : *sockets) {
      if (options_.tls && !socket.is_tcp)
        return wrong("fd:" + options_.descriptor + ": tls is for TCP sockets, and one of these is none; give it another name");
    }
    parts_.clear();
    for (const auto& socket : *sockets) parts_.push_back(make_part(socket));
    for (const auto& part : parts_) {
      if (paused_) part->pause();
      if (auto started = part->start(loop); started.has_error()) return stop(), started;
    }
    return {};
  }

  void keep_trying(boost::asio::io_context& loop) override {
    for (const auto& part : parts_) part->keep_trying(loop);
  }

  /// The parts stay, with what they counted.
  void stop() override {
    for (const auto& part : parts_) part->stop();
  }
  void pause() override {
    paused_ = true;
    for (const auto& part : parts_) part->pause();
  }
  /// What one of them reads may make the Sink pause all again. Another one begins next time, lest the last starve.
  void resume() override {
    paused_ = false;
    const std::size_t first = parts_.empty() ? 0 : next_first_++ % parts_.size();
    for (std::size_t i = 0; i < parts_.size() && !paused_; ++i) parts_[(first + i) % parts_.size()]->resume();
  }
  Result<void> refresh() override {
    for (const auto& part : parts_) {
      if (auto fresh = part->refresh(); fresh.has_error()) return fresh;
    }
    return {};
  }

  void limit_connections(std::size_t most) override {
    options_.limits.connections = most;
    for (const auto& part : parts_) part->limit_connections(most);
  }

  [[nodiscard]] const std::string& name() const override { return options_.name; }

  [[nodiscard]] Counters counters() const override {
    Counters sum;
    sum.up = !parts_.empty();
    for (const auto& part : parts_) add(sum, part->counters());
    return sum;
  }

  [[nodiscard]] const std::optional<Problem>& problem() const override {
    for (const auto& part : parts_) {
      if (part->problem()) return part->problem();
    }
    return none_;
  }
  [[nodiscard]] std::string position() const override { return {}; }
  [[nodiscard]] LocalEndpoint local_endpoint() const override {
    return parts_.empty() ? LocalEndpoint{} : parts_.front()->local_endpoint();
  }

 private:
  std::unique_ptr<Source> make_part(const InheritedSocket& socket) {
    const Sink pass_on = [this](const Source&, const Delivery& delivery) { sink_(*this, delivery); };
    if (socket.kind == SocketKind::datagram) {
      UdpOptions udp;
      udp.name = options_.name;
      udp.opened = socket.fd;
      udp.receive_buffer = options_.receive_buffer;
      udp.max_line = options_.max_line;
      return make_source(std::move(udp), pass_on);
    }
    StreamSetup setup;
    setup.name = options_.name;
    setup.max_line = options_.max_line;
    setup.limits = options_.limits;
    setup.tls = options_.tls;
    setup.open = [fd = socket.fd] { return adopt_listener(fd); };
    return make_stream_source(std::move(setup), pass_on);
  }

  static void add(Counters& sum, const Counters& part) {
    sum.lines += part.lines;
    sum.bytes += part.bytes;
    sum.malformed += part.malformed;
    for (const auto& [reason, count] : part.dropped) sum.dropped[reason] += count;
    sum.last_line = std::max(sum.last_line, part.last_line);
    sum.up = sum.up && part.up;
  }

  [[nodiscard]] Problem wrong(const std::string& what) const { return {{}, "source '" + options_.name + "': " + what}; }

  FdOptions options_;
  Sink sink_;
  std::vector<std::unique_ptr<Source>> parts_;
  bool paused_ = false;
  std::size_t next_first_ = 0;
  std::optional<Problem> none_;
};

}  // namespace

std::unique_ptr<Source> make_source(FdOptions options, Sink sink) {
  return std::make_unique<FdSource>(std::move(options), std::move(sink));
}

}  // namespace ikewatch::source
