// Sends lines over loopback at a given pace, and receives them as barely as can be, for measuring receivers beside each other.
//   flood send udp|tcp PORT LINES_PER_SECOND SECONDS FILE [LINES_PER_WRITE]   prints how many lines it sent, and the seconds that
//   took flood sink udp|tcp                                      prints its port, and at SIGTERM how many lines it received
// A pace of 0: as fast as the receiver takes them (tcp). UDP comes from eight addresses of the loopback network. TCP is written
// 64 lines at a time, as a relay does, or as said: devices write one at a time.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t batch = 64;
constexpr int senders = 8;
constexpr int receive_buffer = 8 << 20;
volatile std::sig_atomic_t ended = 0;

[[noreturn]] void fail(const char* what) {
  std::perror(what);
  std::exit(1);
}

sockaddr_in loopback(int last, int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(0x7f000000u + static_cast<unsigned>(last));
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

int open_socket(int type, const sockaddr_in& here) {
  const int fd = ::socket(AF_INET, type, 0);
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&here), sizeof here) != 0) fail("bind");
  return fd;
}

std::vector<std::string> read_lines(const char* path, const char* end) {
  std::vector<std::string> lines;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) lines.push_back("<30>" + line + end);
  if (lines.empty()) fail(path);
  return lines;
}

/// Calls `send` for `batch` lines at a time, as the pace allows; it gives how many went out.
template <class Send>
void paced(double pace, double seconds, Send send) {
  const auto began = Clock::now();
  const auto passed = [&] { return std::chrono::duration<double>(Clock::now() - began).count(); };
  std::uint64_t sent = 0;
  for (double now = 0; (now = passed()) < seconds;) {
    if (pace > 0 && static_cast<double>(sent + batch) > now * pace) {
      std::this_thread::sleep_for(std::chrono::microseconds(20));
    } else {
      sent += send();
    }
  }
  std::printf("%llu %.6f\n", static_cast<unsigned long long>(sent), passed());
}

void send_udp(int port, double pace, double seconds, const std::vector<std::string>& lines) {
  std::array<int, senders> from{};
  const auto to = loopback(1, port);
  for (int i = 0; i < senders; ++i) {
    from[static_cast<std::size_t>(i)] = open_socket(SOCK_DGRAM, loopback(11 + i, 0));
    if (::connect(from[static_cast<std::size_t>(i)], reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) fail("connect");
  }
  std::vector<iovec> pieces(lines.size());
  std::vector<mmsghdr> messages(lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    pieces[i] = {const_cast<char*>(lines[i].data()), lines[i].size()};
    messages[i].msg_hdr.msg_iov = &pieces[i];
    messages[i].msg_hdr.msg_iovlen = 1;
  }
  std::size_t next = 0, turn = 0;
  paced(pace, seconds, [&] {
    if (next + batch > lines.size()) next = 0;
    const int done = ::sendmmsg(from[turn++ % senders], &messages[next], batch, 0);
    if (done < 0) fail("sendmmsg");
    next += batch;
    return static_cast<std::uint64_t>(done);
  });
}

void send_tcp(int port, double pace, double seconds, const std::vector<std::string>& lines, std::size_t per_write) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  const auto to = loopback(1, port);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) fail("connect");
  std::size_t next = 0;
  std::string together;
  paced(pace, seconds, [&] {
    together.clear();
    for (std::size_t i = 0; i < per_write; ++i) together += lines[next++ % lines.size()];
    for (std::size_t at = 0; at < together.size();) {
      const auto done = ::send(fd, together.data() + at, together.size() - at, MSG_NOSIGNAL);
      if (done < 0) fail("send");
      at += static_cast<std::size_t>(done);
    }
    return std::uint64_t{per_write};
  });
  ::close(fd);
}

/// Its waits end after a while, lest one begins just behind the signal.
void tell_port(int fd) {
  constexpr timeval patience{0, 100'000};
  static_cast<void>(::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience));
  sockaddr_in address{};
  socklen_t size = sizeof address;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) fail("getsockname");
  std::printf("%d\n", ntohs(address.sin_port));
  std::fflush(stdout);
}

std::uint64_t sink_udp() {
  const int fd = open_socket(SOCK_DGRAM, loopback(1, 0));
  if (::setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &receive_buffer, sizeof receive_buffer) != 0)
    static_cast<void>(::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer));
  tell_port(fd);
  constexpr std::size_t stride = 65536 + 256;  // not a power of two: datagrams would share the same few lines of the caches
  std::vector<char> room(batch * stride);
  std::array<iovec, batch> pieces{};
  std::array<mmsghdr, batch> messages{};
  for (std::size_t i = 0; i < batch; ++i) {
    pieces[i] = {room.data() + i * stride, 65536};
    messages[i].msg_hdr.msg_iov = &pieces[i];
    messages[i].msg_hdr.msg_iovlen = 1;
  }
  std::uint64_t received = 0;
  while (ended == 0) {
    const int got = ::recvmmsg(fd, messages.data(), batch, MSG_WAITFORONE, nullptr);
    if (got > 0) received += static_cast<std::uint64_t>(got);
  }
  return received;
}

std::uint64_t sink_tcp() {
  const int listening = open_socket(SOCK_STREAM, loopback(1, 0));
  if (::listen(listening, 1) != 0) fail("listen");
  tell_port(listening);
  std::vector<char> room(65536);
  std::uint64_t received = 0;
  int fd = -1;
  while (ended == 0) {
    if (fd < 0) {
      fd = ::accept(listening, nullptr, nullptr);
      continue;
    }
    const auto got = ::recv(fd, room.data(), room.size(), 0);
    if (got > 0) received += static_cast<std::uint64_t>(std::count(room.data(), room.data() + got, '\n'));
    if (got != 0) continue;
    ::close(std::exchange(fd, -1));
  }
  return received;
}

}  // namespace

int main(int count, char** words) {
  const std::vector<std::string> given(words + 1, words + count);
  if ((given.size() == 6 || given.size() == 7) && given[0] == "send") {
    const bool udp = given[1] == "udp";
    const auto lines = read_lines(given[5].c_str(), udp ? "" : "\n");
    const int port = std::atoi(given[2].c_str());
    const double pace = std::atof(given[3].c_str()), seconds = std::atof(given[4].c_str());
    if (udp) return send_udp(port, pace, seconds, lines), 0;
    return send_tcp(port, pace, seconds, lines, given.size() == 7 ? std::max(1UL, std::stoul(given[6])) : batch), 0;
  }
  if (given.size() != 2 || given[0] != "sink") return std::fputs("flood: see the top of flood.cpp\n", stderr), 2;
  struct sigaction action {};
  action.sa_handler = [](int) { ended = 1; };
  ::sigaction(SIGTERM, &action, nullptr);
  std::printf("%llu\n", static_cast<unsigned long long>(given[1] == "udp" ? sink_udp() : sink_tcp()));
  return 0;
}
