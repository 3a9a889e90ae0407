// Ten times as many lines as the engine can take: memory stays within its bound, /metrics answers, and afterwards everything is
// accounted for. The slowness is the test's own: its matcher and its engine wait at each line. IKEWATCH_OVERLOAD_SECONDS makes it
// longer than the two seconds of the fast suite.
#include <ikewatch/http/server.hpp>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <thread>

#include "inputs.hpp"

namespace ikewatch::app {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool instrumented = true;  // sanitizers keep memory of their own
#else
constexpr bool instrumented = false;
#endif
constexpr auto for_each_line = 20us;  // of the engine: 50,000 lines a second

void busy(std::chrono::nanoseconds time) {
  const auto until = Clock::now() + time;
  while (Clock::now() < until) continue;
}

class SlowMatcher final : public Matcher {
 public:
  void match(Batch& batch) const override { busy(batch.lines().size() * for_each_line / 4); }
};

std::chrono::seconds duration() {
  const char* given = std::getenv("IKEWATCH_OVERLOAD_SECONDS");
  return std::chrono::seconds(given != nullptr ? std::max(1, std::atoi(given)) : 2);
}

std::size_t resident_bytes() {
  std::size_t whole = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> whole >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

std::uint16_t free_udp_port() {
  const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  EXPECT_EQ(::bind(fd, reinterpret_cast<sockaddr*>(&address), size), 0);
  EXPECT_EQ(::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size), 0);
  ::close(fd);
  return ntohs(address.sin_port);
}

/// Asks for a page, as a browser would; the seconds that it took, or nothing where no whole answer came.
std::optional<double> ask(std::uint16_t port) {
  const auto began = Clock::now();
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  std::string answer;
  constexpr timeval patience{60, 0};
  static_cast<void>(::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience));
  if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
    const std::string request = "GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    static_cast<void>(::send(fd, request.data(), request.size(), MSG_NOSIGNAL));
    char piece[4096];
    for (ssize_t got = 0; (got = ::recv(fd, piece, sizeof piece, 0)) > 0;) answer.append(piece, static_cast<std::size_t>(got));
  }
  ::close(fd);
  if (answer.find("here is the news") == std::string::npos) return std::nullopt;
  return std::chrono::duration<double>(Clock::now() - began).count();
}

/// Somebody who looks at /metrics again and again.
class Asker {
 public:
  explicit Asker(std::uint16_t port) : thread_([this, port] { run(port); }) {}
  ~Asker() {
    end();
    thread_.join();
  }
  Asker(const Asker&) = delete;
  Asker& operator=(const Asker&) = delete;

  void end() { over_ = true; }
  [[nodiscard]] bool ended() const { return ended_; }
  int answered = 0;
  int unanswered = 0;
  double slowest = 0;  // seconds

 private:
  void run(std::uint16_t port) {
    while (!over_) {
      const auto seconds = ask(port);
      ++(seconds ? answered : unanswered);
      slowest = std::max(slowest, seconds.value_or(0));
      std::this_thread::sleep_for(50ms);
    }
    ended_ = true;
  }
  std::atomic<bool> over_ = false;
  std::atomic<bool> ended_ = false;
  std::thread thread_;
};

class Overload : public ::testing::Test {
 protected:
  Overload() {
    std::string name = ::testing::TempDir() + "ikewatch-XXXXXX";
    folder = ::mkdtemp(name.data());
    std::ofstream(folder / "log");
    config::Source udp, file, box;
    udp.name = "udp";
    udp.type = config::SourceType::syslog;
    udp.listen.address = *Address::parse("127.0.0.1");
    udp.listen.port = port = free_udp_port();
    udp.receive_buffer = 256 << 10;
    file.name = "file";
    file.type = config::SourceType::file;
    file.path = folder / "log";
    box.name = "box";
    box.type = config::SourceType::syslog;
    box.listen.scheme = config::Scheme::unix_socket;
    box.listen.path = folder / "box";
    tcp.name = "tcp";
    tcp.type = config::SourceType::syslog;
    tcp.listen.scheme = config::Scheme::tcp;
    tcp.listen.address = udp.listen.address;
    tcp.listen.port = port;
    settings.sources = {udp, file, box};
    pipeline = std::make_unique<Pipeline>(loop, 4, std::make_shared<SlowMatcher>(), [this](const Batch& batch) { take(batch); });
    inputs = std::make_unique<Inputs>(*pipeline, 2, watch);
  }
  ~Overload() override {
    inputs.reset();
    pipeline.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
  }

  void take(const Batch& batch) {
    busy(batch.lines().size() * for_each_line);
    batch.intake->advance(batch);
    taken[batch.intake->name] += batch.lines().size();
    if (batch.intake->name == "udp") return;
    for (const auto& line : batch.lines())
      in_order = in_order && line.text.substr(0, line.text.find(' ')) == std::to_string(next[batch.intake->name]++);
  }

  /// Sends so many times what the engine can take, until the end; how many lines that were.
  std::uint64_t flood(Clock::time_point end, double times, const std::function<bool(std::uint64_t)>& send) const {
    const double each_second = times * 1e9 / std::chrono::nanoseconds(for_each_line).count();
    const auto began = Clock::now();
    std::uint64_t sent = 0;
    while (Clock::now() < end) {
      const auto due = std::chrono::duration<double>(Clock::now() - began).count() * each_second;
      for (; static_cast<double>(sent) < due && send(sent); ++sent) continue;
      std::this_thread::sleep_for(1ms);  // the sender's pace
    }
    return sent;
  }
  std::uint64_t flood_udp(Clock::time_point end) const {
    const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const auto address = listener();
    const auto sent = flood(end, 10, [&](std::uint64_t) {
      return ::sendto(fd, "a line of some length", 21, 0, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 21;
    });
    ::close(fd);
    return sent;
  }
  std::uint64_t flood_file(Clock::time_point end) const {
    std::ofstream file(folder / "log", std::ios::app);
    const auto sent = flood(end, 1, [&](std::uint64_t number) { return static_cast<bool>(file << number << '\n'); });
    file.flush();
    return sent;
  }
  /// A sender that waits when nobody reads.
  std::uint64_t flood_box(Clock::time_point end) const {
    const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, (folder / "box").c_str(), sizeof address.sun_path - 1);
    std::uint64_t sent = 0;
    while (Clock::now() < end) {
      const auto line = std::to_string(sent);
      const auto done =
          ::sendto(fd, line.data(), line.size(), MSG_DONTWAIT, reinterpret_cast<sockaddr*>(&address), sizeof address);
      done > 0 ? static_cast<void>(++sent) : std::this_thread::sleep_for(100us);
    }
    ::close(fd);
    return sent;
  }

  bool run_until(const std::function<bool()>& done, Clock::duration limit) {
    const auto deadline = Clock::now() + limit;
    while (!done() && Clock::now() < deadline) {
      loop.restart();
      loop.run_for(20ms);
    }
    return done();
  }
  [[nodiscard]] sockaddr_in listener() const {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
  }
  /// As many lines as go out, in large pieces: the sender waits when its window is full, and closes at the end.
  std::uint64_t flood_tcp(Clock::time_point end) const {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto address = listener();
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return ::close(fd), 0;
    const std::string rest_of_line = ' ' + std::string(200, '.') + '\n';  // the kernel keeps megabytes for us, not many lines
    std::uint64_t made = 0;
    while (Clock::now() < end) {
      std::string piece;
      for (int i = 0; i < 10'000; ++i) piece += std::to_string(made++) + rest_of_line;
      for (std::size_t sent = 0; sent < piece.size();) {
        const auto done = ::send(fd, piece.data() + sent, piece.size() - sent, MSG_NOSIGNAL);
        if (done <= 0) return ::close(fd), 0;
        sent += static_cast<std::size_t>(done);
      }
    }
    ::close(fd);
    return made;
  }
  [[nodiscard]] std::uint64_t dropped() const { return inputs->facts()[0].dropped.at("kernel_buffer"); }
  bool everything_is_here() {
    inputs->report();
    return taken["udp"] + dropped() == told["udp"] && taken["file"] == told["file"] && taken["box"] == told["box"];
  }
  static http::Response answer(const http::Request&) { return {200, "text/plain", "here is the news\n"}; }
  static std::uint16_t port_of(const std::string& endpoint) {
    return static_cast<std::uint16_t>(std::stoi(endpoint.substr(endpoint.rfind(':') + 1)));
  }

  /// All three at once, while the loop runs.
  void flood_all() {
    const auto end = Clock::now() + duration();
    auto& udp_sent = told["udp"];
    auto& file_sent = told["file"];
    auto& box_sent = told["box"];
    std::thread udp([&] { udp_sent = flood_udp(end); });
    std::thread file([&] { file_sent = flood_file(end); });
    std::thread box([&] { box_sent = flood_box(end); });
    run_until([&] { return highest = std::max(highest, resident_bytes()), Clock::now() > end; }, duration() + 60s);
    for (auto* sender : {&udp, &file, &box}) sender->join();
  }

  boost::asio::io_context loop{1};
  std::filesystem::path folder;
  config::Settings settings;
  config::Source tcp;
  std::uint16_t port = 0;
  std::map<std::string, std::uint64_t> told;  // by the senders
  std::map<std::string, std::uint64_t> taken;
  std::map<std::string, std::uint64_t> next;
  /// On a port that was free a moment ago. Somebody else's connection may have taken it since: then on another one.
  bool open() {
    for (int tries = 0; tries < 50; ++tries) {
      if (inputs->exchange(settings, {}).empty()) return true;
      port = free_udp_port();
      for (config::Source& source : settings.sources) source.listen.port = port;
    }
    return false;
  }

  bool in_order = true;
  std::size_t highest = 0;  // bytes of memory
  std::unique_ptr<Pipeline> pipeline;
  Heartbeats watch;
  std::unique_ptr<Inputs> inputs;
};

TEST_F(Overload, CostsNoMemoryNoAnswersAndNoLinesButThoseThatAreCounted) {
  ASSERT_TRUE(open());
  inputs->release();
  auto server = http::Server::start(loop, {.address = "127.0.0.1", .port = 0}, &Overload::answer);
  ASSERT_TRUE(server);
  Asker asker(port_of((*server)->endpoint()));
  const auto before = resident_bytes();
  flood_all();
  EXPECT_TRUE(run_until([this] { return everything_is_here(); }, duration() * 40 + 120s));
  asker.end();
  ASSERT_TRUE(run_until([&] { return asker.ended(); }, 60s));  // its last question is answered too

  EXPECT_EQ(taken["udp"] + dropped(), told["udp"]);
  EXPECT_EQ(taken["file"], told["file"]);
  EXPECT_EQ(taken["box"], told["box"]);
  EXPECT_TRUE(in_order) << "files and unix sockets lose nothing and keep their order";
  EXPECT_GT(dropped(), 0U) << "it was no overload";
  EXPECT_TRUE(instrumented || highest - before < std::size_t{64} << 20) << highest - before;
  EXPECT_EQ(asker.unanswered, 0);
  EXPECT_GT(asker.answered, 5);
  EXPECT_LT(asker.slowest, 20.0);
  std::printf("sent %lu, dropped %lu; memory +%zu KiB; %d answers, the slowest in %.0f ms\n",
              static_cast<unsigned long>(told["udp"] + told["file"] + told["box"]), static_cast<unsigned long>(dropped()),
              (highest - before) >> 10, asker.answered, asker.slowest * 1000);
}

TEST_F(Overload, MakesTcpSendersWaitAndLosesNothing) {
  settings.sources = {tcp};
  ASSERT_TRUE(open());
  inputs->release();
  auto server = http::Server::start(loop, {.address = "127.0.0.1", .port = 0}, &Overload::answer);
  ASSERT_TRUE(server);
  Asker asker(port_of((*server)->endpoint()));
  const auto before = resident_bytes();
  const auto end = Clock::now() + duration();
  auto& sent = told["tcp"];
  std::atomic<bool> over = false;
  std::thread sender([&] {
    sent = flood_tcp(end);
    over = true;
  });
  EXPECT_TRUE(run_until([&] { return highest = std::max(highest, resident_bytes()), over.load(); }, duration() * 10 + 120s));
  sender.join();
  const auto behind = sent - taken["tcp"];
  EXPECT_TRUE(run_until([&] { return taken["tcp"] >= sent; }, duration() * 40 + 120s));
  asker.end();
  ASSERT_TRUE(run_until([&] { return asker.ended(); }, 60s));

  EXPECT_GT(sent, 0U);
  EXPECT_EQ(taken["tcp"], sent);
  EXPECT_TRUE(in_order);
  EXPECT_GT(behind, 1000U) << "it was no overload";
  const auto facts = inputs->facts().front();
  for (const auto& [reason, count] : facts.dropped) EXPECT_EQ(count, 0U) << reason;
  EXPECT_TRUE(instrumented || highest - before < std::size_t{64} << 20) << highest - before;
  EXPECT_EQ(asker.unanswered, 0);
  EXPECT_GT(asker.answered, 5);
  EXPECT_LT(asker.slowest, 20.0);
  std::printf("sent %lu, %lu of them ahead at the end; memory +%zu KiB; %d answers, the slowest in %.0f ms\n",
              static_cast<unsigned long>(sent), static_cast<unsigned long>(behind), (highest - before) >> 10, asker.answered,
              asker.slowest * 1000);
}

}  // namespace
}  // namespace ikewatch::app
