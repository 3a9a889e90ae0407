// Runs a source on a real event loop, with a deadline instead of sleeps, and keeps what it delivers.
#pragma once

#include <ikewatch/source/make.hpp>
#include <ikewatch/syslog/header.hpp>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "fd.hpp"

namespace ikewatch::source {

struct Received {
  std::string raw;
  std::string sender;
  std::string host;
  std::optional<WallTime> stamped;
  std::uint64_t lost = 0;
  std::string program;
};

class LiveFixture : public ::testing::Test {
 protected:
  Sink sink() {
    return [this](const Source&, const Delivery& delivery) {
      if (delivery.line.empty()) {
        told_losses += delivery.lost;
        return;
      }
      const auto record = delivery.record ? *delivery.record : syslog::read_header(delivery.line);
      received.push_back({std::string(record.raw), std::string(delivery.sender), std::string(delivery.host), delivery.stamped,
                          delivery.lost, std::string(record.program)});
      if (after_each) after_each();
    };
  }

  /// Makes and starts; the test fails where that is refused.
  template <class Options>
  Source& begin(Options options) {
    source = make_source(std::move(options), sink());
    const auto started = source->start(loop);
    EXPECT_FALSE(started.has_error()) << (started.has_error() ? started.error().what : "");
    return *source;
  }

  /// Runs the loop until `done`, for at most a few seconds. False at the deadline.
  bool run_until(const std::function<bool()>& done) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(8);
    loop.restart();
    while (!done() && std::chrono::steady_clock::now() < deadline) {
      if (loop.run_one_for(std::chrono::milliseconds(50)) == 0 && loop.stopped()) loop.restart();
    }
    return done();
  }

  bool run_until_lines(std::size_t count) {
    return run_until([this, count] { return received.size() >= count; });
  }

  /// Runs whatever is ready, a few times: for proving that nothing more comes.
  void run_what_is_ready() {
    loop.restart();
    for (int i = 0; i < 20; ++i) loop.poll();
  }

  [[nodiscard]] std::vector<std::string> lines() const {
    std::vector<std::string> all;
    for (const auto& one : received) all.push_back(one.raw);
    return all;
  }

  [[nodiscard]] std::uint64_t dropped(DropReason reason) const {
    const auto counters = source->counters();
    const auto found = counters.dropped.find(reason);
    return found == counters.dropped.end() ? 0 : found->second;
  }

  boost::asio::io_context loop;
  std::vector<Received> received;
  std::uint64_t told_losses = 0;  // without a line
  std::function<void()> after_each;
  std::unique_ptr<Source> source;  // destroyed before the loop
};

using Lines = std::vector<std::string>;

/// A socket towards `to`, bound to `from` of the loopback network.
inline Fd connected(int type, const LocalEndpoint& to, const std::string& from = "127.0.0.1") {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  Fd fd(::socket(AF_INET, type | SOCK_CLOEXEC, 0));
  ::inet_pton(AF_INET, from.c_str(), &address.sin_addr);
  EXPECT_EQ(::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  ::inet_pton(AF_INET, to.address.c_str(), &address.sin_addr);
  address.sin_port = htons(to.port);
  EXPECT_EQ(::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  return fd;
}

inline void send_text(const Fd& fd, std::string_view text) {
  EXPECT_EQ(::send(fd.get(), text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
}

/// A folder that goes away with the test.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = ::testing::TempDir() + "ikewatch-XXXXXX";
    path_ = ::mkdtemp(name.data());
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  [[nodiscard]] std::string operator/(std::string_view name) const { return path_ + "/" + std::string(name); }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

inline void append(const std::string& path, std::string_view text) {
  std::ofstream file(path, std::ios::app | std::ios::binary);
  file << text << std::flush;
}

inline void overwrite(const std::string& path, std::string_view text) {
  std::ofstream file(path, std::ios::trunc | std::ios::binary);
  file << text << std::flush;
}

}  // namespace ikewatch::source
