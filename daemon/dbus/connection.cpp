#include "connection.hpp"

#include <boost/asio/post.hpp>

#include <fcntl.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace ikewatch::dbus {
namespace {

namespace asio = boost::asio;

/// What one turn may take before the loop's other work comes.
constexpr int messages_in_a_turn = 32;
constexpr std::chrono::milliseconds longest_turn{5};

constexpr const char* system_bus = "unix:path=/run/dbus/system_bus_socket";

std::string system_address() {
  const char* given = std::getenv("DBUS_SYSTEM_BUS_ADDRESS");
  return given != nullptr && *given != '\0' ? given : system_bus;
}

}  // namespace

std::string words_of(int result) { return std::strerror(result < 0 ? -result : result); }

Connection::Connection(asio::io_context& loop, std::string address, Events events)
    : loop_(loop),
      address_(address.empty() ? system_address() : std::move(address)),
      events_(std::move(events)),
      timeout_(loop),
      again_(loop) {}

Connection::~Connection() { close(); }

void Connection::open() {
  const int result = connect();
  if (result < 0) return lose(result);
  touch();
}

int Connection::connect() {
  sd_bus* made = nullptr;
  if (const int result = sd_bus_new(&made); result < 0) return result;
  bus_.reset(made);
  if (const int result = sd_bus_set_address(made, address_.c_str()); result < 0) return result;
  if (const int result = sd_bus_set_bus_client(made, 1); result < 0) return result;
  if (const int result = sd_bus_start(made); result < 0) return result;
  return events_.opened(*made);
}

void Connection::close() {
  alive_ = std::make_shared<int>(0);
  timeout_.cancel();
  again_.cancel();
  fd_.reset();
  reading_ = writing_ = posted_ = false;
  bus_.reset();
}

void Connection::lose(int result) {
  events_.lost(words_of(result));
  close();
  again_.expires_after(pause_);
  pause_ = std::min(pause_ * 2, longest_pause);
  again_.async_wait([this](const boost::system::error_code& error) {
    if (!error) open();
  });
}

void Connection::touch() {
  if (!bus_ || posted_) return;
  posted_ = true;
  asio::post(loop_, [this, alive = std::weak_ptr<int>(alive_)] {
    if (!alive.expired()) turn();
  });
}

/// Positive: there may be more.
int Connection::process() {
  const auto end = Clock::now() + longest_turn;
  for (int i = 0; i < messages_in_a_turn && Clock::now() < end; ++i) {
    const int result = sd_bus_process(bus_.get(), nullptr);
    if (result <= 0 || !bus_) return result;
  }
  return 1;
}

void Connection::turn() {
  posted_ = false;
  const auto before = alive_;
  const int result = process();
  if (before != alive_) return;  // closed by what was called
  if (result < 0) return lose(result);
  const bool more = events_.turn();
  if (result > 0 || more) return touch();
  arm();
}

/// sd-bus wants to be asked before every wait: sd_bus_get_fd(3).
void Connection::arm() {
  const int events = sd_bus_get_events(bus_.get());
  if (events < 0) return lose(events);
  std::uint64_t until = UINT64_MAX;
  if (const int result = sd_bus_get_timeout(bus_.get(), &until); result < 0) return lose(result);
  if (until == 0) return touch();
  if (const int result = follow(sd_bus_get_fd(bus_.get())); result < 0) return lose(result);
  wait_for(static_cast<short>(events), until);
}

/// Of an address with alternatives, each has a descriptor of its own.
int Connection::follow(int fd) {
  if (fd < 0) return fd;
  if (fd_ && fd == followed_) return 0;
  const int own = fcntl(fd, F_DUPFD_CLOEXEC, 0);
  if (own < 0) return -errno;
  fd_ = std::make_unique<asio::posix::stream_descriptor>(loop_, own);
  followed_ = fd;
  reading_ = writing_ = false;
  return 0;
}

void Connection::wait_for(short events, std::uint64_t until) {
  const auto wait = [this](asio::posix::descriptor_base::wait_type type, bool& waiting) {
    if (std::exchange(waiting, true)) return;
    fd_->async_wait(type, [this, &waiting, alive = std::weak_ptr<int>(alive_)](const boost::system::error_code& error) {
      if (alive.expired() || error == asio::error::operation_aborted) return;
      waiting = false;
      touch();
    });
  };
  if ((events & POLLIN) != 0) wait(asio::posix::descriptor_base::wait_read, reading_);
  if ((events & POLLOUT) != 0) wait(asio::posix::descriptor_base::wait_write, writing_);
  if (until == UINT64_MAX) return void(timeout_.cancel());
  // CLOCK_MONOTONIC, which is std::chrono::steady_clock here.
  timeout_.expires_at(Clock::time_point(std::chrono::microseconds(until)));
  timeout_.async_wait([this, alive = std::weak_ptr<int>(alive_)](const boost::system::error_code& error) {
    if (!alive.expired() && !error) touch();
  });
}

}  // namespace ikewatch::dbus
