#include <ikewatch/alert/outbox.hpp>

#include "lane.hpp"

#include <algorithm>
#include <utility>

namespace ikewatch::alert {

struct Outbox::Impl {
  struct Ticket {
    std::string receiver;
    std::size_t target = 0;
  };
  [[nodiscard]] Lane* find(std::string_view receiver, std::size_t target) {
    const auto found =
        std::ranges::find_if(lanes, [&](const Lane& lane) { return lane.policy().name == receiver && lane.target() == target; });
    return found == lanes.end() ? nullptr : &*found;
  }
  OutboxLimits limits;
  std::vector<Lane> lanes;
  std::map<std::uint64_t, Ticket> tickets;
  std::uint64_t last_ticket = 0;
};

Outbox::Outbox(OutboxLimits limits) : impl_(std::make_unique<Impl>()) { impl_->limits = limits; }
Outbox::~Outbox() = default;
Outbox::Outbox(Outbox&&) noexcept = default;
Outbox& Outbox::operator=(Outbox&&) noexcept = default;

void Outbox::configure(const std::vector<ReceiverPolicy>& receivers, Moment) {
  std::vector<Lane> former = std::exchange(impl_->lanes, {});
  for (const ReceiverPolicy& policy : receivers) {
    for (std::size_t target = 0; target < policy.targets; ++target) {
      const auto kept = std::ranges::find_if(
          former, [&](const Lane& lane) { return lane.policy().name == policy.name && lane.target() == target; });
      impl_->lanes.push_back(kept == former.end() ? Lane(policy, target, impl_->limits) : std::move(*kept));
      if (kept == former.end()) continue;
      former.erase(kept);
      impl_->lanes.back().adopt(policy);
    }
  }
}

void Outbox::enqueue(const Notice& notice, Moment now) {
  for (Lane& lane : impl_->lanes) lane.enqueue(notice, now);
}

std::vector<Delivery> Outbox::due(Moment now) {
  std::vector<Delivery> deliveries;
  for (Lane& lane : impl_->lanes) {
    auto delivery = lane.due(now);
    if (!delivery) continue;
    delivery->ticket = ++impl_->last_ticket;
    impl_->tickets[delivery->ticket] = {delivery->receiver, delivery->target};
    deliveries.push_back(std::move(*delivery));
  }
  return deliveries;
}

void Outbox::settle(std::uint64_t ticket, const Outcome& outcome, Moment now) {
  const auto node = impl_->tickets.extract(ticket);
  if (!node) return;
  if (auto* lane = impl_->find(node.mapped().receiver, node.mapped().target)) lane->settle(outcome, now);
}

std::optional<Duration> Outbox::next_deadline() const {
  std::optional<Duration> next;
  for (const Lane& lane : impl_->lanes) {
    const auto deadline = lane.next_deadline();
    if (deadline) next = next ? std::min(*next, *deadline) : *deadline;
  }
  return next;
}

std::vector<LaneStatus> Outbox::status() const {
  std::vector<LaneStatus> all;
  for (const Lane& lane : impl_->lanes) all.push_back(lane.status());
  return all;
}

bool Outbox::missed_some() {
  bool any = false;
  for (Lane& lane : impl_->lanes) any = lane.take_missed() || any;
  return any;
}

OutboxMemory Outbox::memory() const {
  OutboxMemory memory;
  for (const Lane& lane : impl_->lanes) memory.lanes.push_back(lane.memory());
  return memory;
}

void Outbox::restore(const OutboxMemory& memory, Moment now) {
  for (const LaneMemory& saved : memory.lanes) {
    if (auto* lane = impl_->find(saved.receiver, saved.target)) lane->restore(saved, now);
  }
}

}  // namespace ikewatch::alert
