// What the engine knows, out to the store.
#include "core.hpp"

namespace ikewatch::engine {
namespace {

CaseMemory case_of(const diagnosis::CaseFile& file) { return {file.all(), file.next_order()}; }

}  // namespace

Memory Core::memory(std::uint64_t after) const {
  Memory memory;
  memory.generation = generation_;
  memory.whole = after == 0;
  memory.clock = table.clock;
  memory.log = log_;
  memory.turns = turns_;
  memory.durations = durations_;
  if (memory.whole || touched_cookies_ > after) memory.ends = by_cookies_.facts();
  Snapshot counted;
  count_events(counted);
  memory.events = std::move(counted.events);
  memory.unmatched = std::move(counted.unmatched_lines);
  for (const Gateway& gateway : table.gateways()) {
    if (memory.whole || gateway.touched > after) memory.gateways.push_back(memory_of(gateway, after));
  }
  for (std::size_t i = 0; i < table.size(); ++i) {
    const auto index = static_cast<TunnelIndex>(i);
    if (memory.whole || table[index].touched > after) memory.tunnels.push_back(memory_of(index));
  }
  return memory;
}

TunnelMemory Core::memory_of(TunnelIndex index) const {
  const TunnelEntry& entry = table[index];
  TunnelMemory saved;
  saved.index = index;
  saved.gateway = table.gateways()[entry.gateway].name;
  saved.peer = entry.peer;
  saved.name = entry.name;
  if (entry.dialect != rules::no_dialect) saved.dialect = rules_->dialect_name(entry.dialect);
  saved.configured = entry.configured;
  saved.initiates = entry.initiates;
  saved.vouched = entry.vouched;
  saved.stranger = entry.stranger;
  saved.stamped = entry.stamped;
  saved.events = entry.events;
  saved.first_event = entry.first_event;
  saved.flapping = entry.face.flapping;
  saved.facts = entry.tunnel.facts();
  // An attempt that began a moment later, and was not told of, has no turn.
  if (saved.facts.attempts[1]) saved.turn = entry.turn;
  saved.last_event = entry.last_event;
  saved.peer_dead = entry.peer_dead;
  saved.negotiations = entry.negotiations;
  saved.failures = entry.failures;
  saved.diagnoses = case_of(entry.findings);
  saved.timeline = entry.timeline.entries();
  saved.history = entry.history.facts();
  if (entry.far_end) saved.far_end = {entry.far_end->tunnel, entry.far_end->certain};
  saved.began = entry.began;
  saved.looked_for = entry.looked_for;
  return saved;
}

GatewayMemory Core::memory_of(const Gateway& gateway, std::uint64_t after) const {
  GatewayMemory saved;
  saved.index = gateway.index;
  saved.name = gateway.name;
  saved.now = gateway.now;
  saved.log = gateway.log;
  saved.burst = {gateway.burst.tunnel, gateway.burst.at, gateway.burst.closed, gateway.burst.refused};
  for (const HeldEvent& held : gateway.held) saved.held.push_back(memory_of(held));
  if (gateway.ending) saved.ending = memory_of(*gateway.ending);
  saved.diagnoses = case_of(gateway.findings);
  for (const auto& [dialect, count] : gateway.refused) saved.refused[std::string(rules_->dialect_name(dialect))] = count;
  saved.locals = gateway.attribution.learned();
  if (after == 0 || gateway.touched_ties > after) saved.ties = gateway.attribution.ties();
  return saved;
}

HeldMemory Core::memory_of(const HeldEvent& held) const {
  const rules::Event& event = held.event;
  HeldMemory saved{held.raw, event.rule->id, event.kind, event.cause, event.side, event.confidence, event.rank,
                   {},       held.line,      held.time,  held.now};
  for (const rules::Field& field : event.all_fields()) {
    if (field.id >= rules::FieldId::first_free) continue;
    saved.fields.emplace_back(rules_->field_name(field.id), field.text);
  }
  return saved;
}

}  // namespace ikewatch::engine
