#include "live.hpp"

#include <algorithm>
#include <exception>
#include <system_error>
#include <utility>

#include "fd.hpp"

namespace ikewatch::source {
namespace {

constexpr std::chrono::milliseconds first_delay{250};
constexpr std::chrono::milliseconds last_delay{30'000};
constexpr std::size_t shortest_line = 16;
constexpr std::size_t longest_line = 1u << 20;

bool is_empty(std::string_view line) {
  using namespace std::string_view_literals;
  return line.find_first_not_of(" \t\r\n\0"sv) == std::string_view::npos;
}

}  // namespace

std::string_view to_text(DropReason reason) {
  switch (reason) {
    case DropReason::kernel_buffer:
      return "kernel_buffer";
    case DropReason::too_long:
      return "too_long";
    case DropReason::connection_limit:
      return "connection_limit";
    case DropReason::address_limit:
      return "address_limit";
    case DropReason::idle_timeout:
      return "idle_timeout";
    case DropReason::slow_sender:
      return "slow_sender";
    case DropReason::handshake_failed:
      return "handshake_failed";
    case DropReason::unauthorised:
      return "unauthorised";
    case DropReason::gap:
      return "gap";
    case DropReason::suppressed:
      return "suppressed";
    case DropReason::untrusted:
      return "untrusted";
  }
  return "unknown";
}

std::string with_errno(std::string_view what, int error) {
  return std::string(what) + ": " + std::generic_category().message(error);
}

WallTime wall_clock() { return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()); }

Live::Live(std::string name, Sink sink, std::size_t max_line, std::initializer_list<DropReason> reasons)
    : name_(std::move(name)),
      sink_(std::move(sink)),
      max_line_(std::clamp(max_line, shortest_line, longest_line)),
      count_(reasons),
      delay_(first_delay) {}

Result<void> Live::start(boost::asio::io_context& loop) {
  stop();
  loop_ = &loop;
  delay_ = first_delay;
  problem_.reset();
  auto opened = try_open();
  if (opened.has_error()) {
    stop();
    problem_ = opened.error();
  }
  return opened;
}

void Live::keep_trying(boost::asio::io_context& loop) {
  loop_ = &loop;
  if (!retry_) retry_ = std::make_unique<Alarm>(loop);
  fail(problem_.value_or(wrong("cannot be opened")));
}

void Live::resume() {
  if (!std::exchange(paused_, false) || !running()) return;
  run_guarded([this] { wake(); });
}

void Live::stop() {
  if (!running()) return;
  close();
  retry_.reset();
  count_.up = false;
  loop_ = nullptr;
}

Result<void> Live::try_open() {
  try {
    if (!retry_) retry_ = std::make_unique<Alarm>(loop());
    auto opened = open();
    if (opened.has_error()) close();
    return opened;
  } catch (const std::exception& error) {
    close();
    return wrong(error.what());
  }
}

void Live::fail(Problem problem) {
  if (!running()) return;
  close();
  set_down(std::move(problem));
  retry_->once(std::exchange(delay_, std::min(delay_ * 2, last_delay)), [this] { retry(); });
}

void Live::retry() {
  auto opened = try_open();
  if (opened.has_error()) fail(opened.error());
}

void Live::set_up(bool up) {
  count_.up = up;
  if (up) problem_.reset();
}

void Live::set_down(Problem problem) {
  count_.up = false;
  count_.caught_up = true;  // nobody knows for how long
  problem_ = std::move(problem);
}

Problem Live::wrong(std::string_view what) const { return {{}, "source '" + name_ + "': " + std::string(what)}; }

void Live::lose(DropReason reason, std::uint64_t times) {
  count_.dropped[reason] += times;
  lost_ += times;
}

bool Live::deliver_line(std::string_view line, std::string_view sender, WallTime received) {
  if (is_empty(line)) return running();
  Delivery delivery{};
  delivery.line = line.substr(0, max_line_);
  delivery.sender = sender;
  delivery.received = received;
  deliver(std::move(delivery));
  if (line.size() > max_line_) ++count_.dropped[DropReason::too_long];
  return running();
}

bool Live::deliver(Delivery delivery) {
  delivery.lost = std::exchange(lost_, 0);
  delay_ = first_delay;  // reading works, so the next error starts patiently again
  hand_over(delivery);
  ++count_.lines;
  count_.last_line = delivery.received;
  return running();
}

bool Live::tell_loss() {
  if (lost_ == 0) return running();
  Delivery delivery{};
  delivery.received = wall_clock();
  delivery.lost = std::exchange(lost_, 0);
  hand_over(delivery);
  return running();
}

void Live::hand_over(const Delivery& delivery) {
  try {
    sink_(*this, delivery);
  } catch (const std::exception& error) {
    problem_ = wrong(std::string("a line could not be handled: ") + error.what());  // that line's fault, not the input's
  } catch (...) {
    problem_ = wrong("a line could not be handled");
  }
}

}  // namespace ikewatch::source
