#include "heartbeat.hpp"

#include <algorithm>
#include <utility>

namespace ikewatch::app {
namespace {

enum class Sign : unsigned char { silent, beaten, resting, gone };

}  // namespace

struct Heartbeats::Pulse::State {
  explicit State(std::string own_name) : name(std::move(own_name)) {}

  std::string name;
  std::atomic<Sign> sign = Sign::beaten;  // who has just begun has a whole period
};

Heartbeats::Pulse& Heartbeats::Pulse::operator=(Pulse&& other) noexcept {
  std::swap(state_, other.state_);
  return *this;
}

Heartbeats::Pulse::~Pulse() {
  if (state_) state_->sign = Sign::gone;
}

void Heartbeats::Pulse::beat() noexcept { state_->sign.store(Sign::beaten, std::memory_order_relaxed); }

void Heartbeats::Pulse::rest() noexcept { state_->sign.store(Sign::resting, std::memory_order_relaxed); }

Heartbeats::Pulse Heartbeats::add(std::string name) {
  const std::lock_guard lock(mutex_);
  return Pulse(workers_.emplace_back(std::make_shared<Pulse::State>(std::move(name))));
}

bool Heartbeats::all_well() {
  const std::lock_guard lock(mutex_);
  std::erase_if(workers_, [](const auto& worker) { return worker->sign == Sign::gone; });
  if (std::ranges::any_of(workers_, [](const auto& worker) { return worker->sign == Sign::silent; })) return false;
  for (const auto& worker : workers_) {
    Sign beaten = Sign::beaten;  // who rests stays resting
    worker->sign.compare_exchange_strong(beaten, Sign::silent);
  }
  return true;
}

std::vector<std::string> Heartbeats::silent() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  for (const auto& worker : workers_) {
    if (worker->sign == Sign::silent) names.push_back(worker->name);
  }
  return names;
}

}  // namespace ikewatch::app
