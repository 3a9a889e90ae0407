// What the engine knows, back from the store. Whatever the memory says, nothing here trusts it: numbers of tunnels are looked up,
// lists are bounded, what names nothing is left out.
#include "core.hpp"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <utility>

namespace ikewatch::engine {
namespace {

using tunnel::Attribution;

/// The numbers of tunnels in the engine that gave the memory, and what they are here.
class Numbers {
 public:
  void set(TunnelIndex there, TunnelIndex here) { here_.emplace(there, here); }
  [[nodiscard]] std::optional<TunnelIndex> here(TunnelIndex there) const {
    const auto found = here_.find(there);
    return found == here_.end() ? std::nullopt : std::optional(found->second);
  }
  template <class Facts>
  [[nodiscard]] Facts translated(const Facts& facts) const {
    Facts known{{}, facts.oldest};
    for (const auto& [key, tunnel] : facts.places) {
      if (const auto index = here(tunnel)) known.places.emplace_back(key, *index);
    }
    return known;
  }
  [[nodiscard]] Attribution::Ties translated(const Attribution::Ties& ties) const {
    return {translated(ties.cookies), translated(ties.spis), translated(ties.conns)};
  }

 private:
  std::unordered_map<TunnelIndex, TunnelIndex> here_;
};

/// Which saved tunnels there is room for.
class Admission {
 public:
  explicit Admission(const Settings& settings) : limit_(settings.max_tunnels) {
    for (const ConfiguredTunnel& tunnel : settings.tunnels) inventory_.emplace(tunnel.gateway, canonical_peer(tunnel.peer));
  }
  [[nodiscard]] bool wants(const TunnelMemory& saved) const { return inventory_.contains({saved.gateway, saved.peer}); }
  /// For tunnels that are not in the inventory.
  [[nodiscard]] std::size_t room() const { return limit_ - std::min(limit_, inventory_.size()); }

 private:
  std::size_t limit_;
  std::set<std::pair<std::string, std::string>> inventory_;
};

/// The well-known fields by their names.
std::optional<rules::FieldId> field_named(const rules::RuleSet& rules, std::string_view name) {
  for (std::uint16_t id = 0; id < static_cast<std::uint16_t>(rules::FieldId::first_free); ++id) {
    if (rules.field_name(static_cast<rules::FieldId>(id)) == name) return static_cast<rules::FieldId>(id);
  }
  return std::nullopt;
}

const rules::Rule* rule_named(const rules::RuleSet& rules, std::string_view id) {
  const auto found = std::find_if(rules.rules().begin(), rules.rules().end(), [&](const auto& rule) { return rule.id == id; });
  return found == rules.rules().end() ? nullptr : &*found;
}

void restore_fields(HeldEvent& held, const HeldMemory& saved, const rules::RuleSet& rules) {
  for (const auto& [name, text] : saved.fields) held.texts += text;
  std::string_view rest = held.texts;
  for (const auto& [name, text] : saved.fields) {
    const auto id = field_named(rules, name);
    const std::string_view here = rest.substr(0, text.size());
    rest.remove_prefix(here.size());
    if (id && held.event.field_count < rules::Event::max_fields) held.event.fields[held.event.field_count++] = {*id, here};
  }
}

/// The event must stay where it is: its fields point into it.
void restore_event(HeldEvent& held, const HeldMemory& saved, const rules::RuleSet& rules, const rules::Rule& rule) {
  held.raw = saved.raw;
  held.line = saved.line;
  held.time = saved.time;
  held.now = saved.now;
  rules::Event& event = held.event;
  event.rule = &rule;
  event.kind = saved.kind;
  event.cause = saved.cause;
  event.side = saved.side;
  event.confidence = saved.confidence;
  event.rank = saved.rank;
  restore_fields(held, saved, rules);
}

}  // namespace

void Core::restore_counters(const Memory& memory) {
  log_ = memory.log;
  turns_ = memory.turns;
  durations_ = memory.durations;
  table.clock = memory.clock;
  for (const auto& [key, count] : memory.events) {
    const auto dialect = rules_->dialect_named(key.first);
    if (dialect != rules::no_dialect) events_[dialect][static_cast<std::size_t>(key.second)] = count;
  }
  for (const auto& [name, count] : memory.unmatched) {
    const auto dialect = rules_->dialect_named(name);
    if (dialect != rules::no_dialect) unmatched_[dialect] = count;
  }
}

void Core::restore(Gateway& gateway, const GatewayMemory& saved) {
  gateway.now = std::max(saved.now, table.clock);
  gateway.log = saved.log;
  gateway.burst = {saved.burst.tunnel, saved.burst.at, saved.burst.closed, saved.burst.refused};
  gateway.findings.restore(saved.diagnoses.findings, saved.diagnoses.next_order);
  for (const auto& [name, count] : saved.refused) {
    const auto dialect = rules_->dialect_named(name);
    if (dialect != rules::no_dialect) gateway.refused[dialect] = count;
  }
  for (const HeldMemory& held : saved.held) {
    const auto* rule = rule_named(*rules_, held.rule);
    if (rule != nullptr) restore_event(gateway.held.emplace_back(), held, *rules_, *rule);
  }
  const auto* rule = saved.ending ? rule_named(*rules_, saved.ending->rule) : nullptr;
  if (rule == nullptr) return;
  gateway.ending = std::make_unique<HeldEvent>();
  restore_event(*gateway.ending, *saved.ending, *rules_, *rule);
}

void Core::restore(Gateway& gateway, TunnelIndex index, const TunnelMemory& saved) {
  TunnelEntry& entry = table[index];
  entry.dialect = rules_->dialect_named(saved.dialect);
  entry.configured = saved.configured;
  entry.initiates = saved.initiates;
  entry.vouched = saved.vouched;
  entry.stranger = saved.stranger;
  entry.stamped = saved.stamped;
  entry.events = saved.events;
  entry.first_event = saved.first_event;
  entry.turn = saved.turn;
  entry.last_event = saved.last_event;
  entry.peer_dead = saved.peer_dead;
  entry.negotiations = saved.negotiations;
  entry.failures = saved.failures;
  entry.tunnel.restore(saved.facts);
  entry.findings.restore(saved.diagnoses.findings, saved.diagnoses.next_order);
  entry.timeline.restore(saved.timeline);
  entry.history.restore(saved.history);
  entry.began = saved.began;
  entry.looked_for = saved.looked_for;
  reschedule(gateway, index);
  changes.know(gateway, index, entry, saved.flapping);
}

/// Attempts that wait, in their order. Deadlines were made with each tunnel.
void Core::restore_order(Gateway& gateway) {
  for (const TunnelIndex index : gateway.tunnels) {
    const TunnelEntry& entry = table[index];
    if (entry.turn != 0 && entry.tunnel.attempt(1)) gateway.pending.emplace_back(entry.turn, index);
  }
  std::sort(gateway.pending.begin(), gateway.pending.end());
}

void Core::restore(const Memory& memory) {
  table = Table(settings_.max_tunnels);
  look_ahead = {};
  changes = {};
  events_ = {};
  unmatched_ = {};
  restore_counters(memory);
  const Admission admission(settings_);
  for (const GatewayMemory& saved : memory.gateways) restore(table.gateway(saved.name), saved);
  Numbers numbers;
  std::size_t room = admission.room();
  for (const TunnelMemory& saved : memory.tunnels) {
    const bool wanted = admission.wants(saved);
    if (!wanted && room == 0) continue;
    Gateway& gateway = table.gateway(saved.gateway);
    const auto index = table.knows(gateway, saved.peer) ? std::nullopt : table.tunnel(gateway, saved.peer);
    if (!index) continue;
    if (!wanted) --room;
    numbers.set(saved.index, *index);
    restore(gateway, *index, saved);
  }
  for (const GatewayMemory& saved : memory.gateways) {
    Gateway& gateway = table.gateway(saved.name);
    if (saved.burst.tunnel) gateway.burst.tunnel = numbers.here(*saved.burst.tunnel);
    gateway.attribution.restore(saved.ties ? numbers.translated(*saved.ties) : Attribution::Ties{}, saved.locals);
  }
  for (const TunnelMemory& saved : memory.tunnels) {
    const auto here = saved.far_end ? numbers.here(saved.index) : std::nullopt;
    const auto there = here ? numbers.here(saved.far_end->tunnel) : std::nullopt;
    if (there) table[*here].far_end = FarEnd{*there, saved.far_end->certain};
  }
  by_cookies_ = {};
  if (memory.ends) by_cookies_.restore(numbers.translated(*memory.ends));
  touched_cookies_ = ++generation_;
  for (Gateway& gateway : table.gateways()) {
    restore_order(gateway);
    touch(gateway);
  }
  take_inventory();
}

}  // namespace ikewatch::engine
