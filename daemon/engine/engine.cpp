#include <ikewatch/engine/engine.hpp>

#include "core.hpp"

#include <algorithm>

namespace ikewatch::engine {

struct Engine::Impl : Core {
  using Core::Core;
};

Engine::Engine(std::shared_ptr<const rules::RuleSet> rules, std::shared_ptr<const diagnosis::Knowledge> knowledge,
               Settings settings)
    : impl_(std::make_unique<Impl>(std::move(rules), std::move(knowledge), std::move(settings))) {}
Engine::~Engine() = default;
Engine::Engine(Engine&&) noexcept = default;
Engine& Engine::operator=(Engine&&) noexcept = default;

void Engine::expect(std::string_view gateway, const rules::Event& event) {
  impl_->look_ahead.expect(impl_->table, gateway, event);
}

void Engine::feed(const Input& input, rules::Verdict verdict, const rules::Event& event) { impl_->feed(input, verdict, event); }

void Engine::tick(WallTime now) {
  for (Gateway& gateway : impl_->table.gateways()) impl_->tick(gateway, now);
  impl_->table.clock = std::max(impl_->table.clock, now);
  impl_->fade_flapping();
}

void Engine::tick(std::string_view gateway, WallTime now) {
  Gateway& alone = impl_->table.gateway(gateway);
  impl_->touch(alone);  // the clock that is saved once for all gateways does not tell of this one's
  impl_->tick(alone, now);
}

void Engine::gap(std::string_view gateway, WallTime now, std::uint64_t lost) {
  impl_->gap(impl_->table.gateway(gateway), now, lost);
}

void Engine::end_log(WallTime last) { impl_->end_log(last); }

std::optional<WallTime> Engine::next_deadline() const {
  std::optional<WallTime> first;
  for (const Gateway& gateway : impl_->table.gateways()) {
    const auto due = gateway.deadlines.first();
    if (due && (!first || *due < *first)) first = due;
  }
  return first;
}

void Engine::correlate() { impl_->correlate(); }

void Engine::finish() {
  for (Gateway& gateway : impl_->table.gateways()) {
    impl_->settle(gateway);
    impl_->sort_out_strangers(gateway);
  }
  impl_->correlate();
}

void Engine::for_each_tunnel(const std::function<void(const TunnelView&)>& visit) const {
  for (const Gateway& gateway : impl_->table.gateways()) {
    for (const TunnelIndex index : gateway.tunnels) {
      if (!impl_->table[index].stranger) visit(impl_->view(impl_->table[index], Detail::whole));
    }
  }
}

std::vector<DiagnosisView> Engine::unattributed() const {
  std::vector<DiagnosisView> all;
  for (const Gateway& gateway : impl_->table.gateways()) {
    for (auto& view : impl_->diagnoses_of_no_tunnel(gateway)) all.push_back(std::move(view));
  }
  return all;
}

Snapshot Engine::snapshot() const { return impl_->snapshot(); }

std::array<std::size_t, tunnel::states> Engine::count_states() const {
  std::array<std::size_t, tunnel::states> counts{};
  for (TunnelIndex i = 0; i < impl_->table.size(); ++i) {
    const TunnelEntry& entry = impl_->table[i];
    if (!entry.stranger) ++counts[static_cast<std::size_t>(entry.tunnel.state())];
  }
  return counts;
}

std::uint64_t Engine::left_out() const {
  std::uint64_t sum = 0;
  for (const Gateway& gateway : impl_->table.gateways()) {
    for (const auto& [dialect, count] : gateway.refused) sum += count;
  }
  return sum;
}

std::optional<TunnelView> Engine::find(std::string_view gateway, std::string_view tunnel, Detail detail) const {
  const std::uint32_t place = impl_->table.place_of_gateway(gateway);
  if (place == Table::no_gateway) return std::nullopt;
  const Gateway& here = impl_->table.gateways()[place];
  if (const auto index = impl_->table.find(here, tunnel)) {  // by its peer; a name takes a search
    const TunnelEntry& entry = impl_->table[*index];
    if (!entry.stranger && entry.peer == tunnel) return impl_->view(entry, detail);
  }
  for (const TunnelIndex index : here.tunnels) {
    const TunnelEntry& entry = impl_->table[index];
    if (!entry.stranger && (entry.name == tunnel || entry.peer == tunnel)) return impl_->view(entry, detail);
  }
  return std::nullopt;
}

std::vector<Change> Engine::take_changes() { return impl_->changes.take(); }

std::uint64_t Engine::changes_dropped() const { return impl_->changes.dropped(); }

Memory Engine::memory(std::uint64_t after) const { return impl_->memory(after); }

void Engine::restore(const Memory& memory) { impl_->restore(memory); }

void Engine::reconfigure(std::shared_ptr<const rules::RuleSet> rules, std::shared_ptr<const diagnosis::Knowledge> knowledge,
                         Settings settings) {
  impl_->reconfigure(std::move(rules), std::move(knowledge), std::move(settings));
}

}  // namespace ikewatch::engine
