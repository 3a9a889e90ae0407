// What an event does once its tunnel is known: state, findings, timeline, counters, deadlines.
#include "core.hpp"

#include "findings.hpp"

#include <algorithm>
#include <utility>

namespace ikewatch::engine {
namespace {

using rules::Cause;
using rules::Event;
using rules::EventKind;
using rules::Signal;
using tunnel::State;

/// With many tunnels each keeps less, so that the whole stays within about 32 Ki entries.
constexpr std::size_t timeline_budget = 32768;
constexpr std::size_t shortest_timeline = 16;
constexpr std::size_t max_pending = 16384;

/// How long a daemon that started or stopped may still turn out to be a second one.
constexpr std::chrono::seconds ending_delay{2};

bool worth_telling(const Event& event, const Outcome& outcome) {
  if (outcome.before != outcome.after || event.cause != Cause::none) return true;
  return event.kind != EventKind::info && event.kind != EventKind::retransmit && event.kind != EventKind::nat_detected;
}

std::size_t bucket_of(double seconds) {
  const auto found = std::lower_bound(duration_buckets.begin(), duration_buckets.end(), seconds);
  return static_cast<std::size_t>(found - duration_buckets.begin());
}

/// The line protocol of a GRE tunnel comes up without any SA, so it tells nothing where the device tells of sessions by lines of
/// their own. That of a tunnel that is IPsec itself waits for phase 2, so it tells nothing either while the log shows a
/// negotiation that has not got through phase 1.
bool proves_nothing(const Event& event, const TunnelEntry& entry, WallTime now) {
  const bool of_an_interface = event.kind == EventKind::phase2_up || event.kind == EventKind::phase2_deleted;
  if (!of_an_interface || event.field(rules::FieldId::interface).empty()) return false;
  if (!event.field(rules::FieldId::peer).empty()) return false;
  if (entry.history.count_since(Signal::session_told, WallTime::min()) != 0) return true;
  if (event.kind != EventKind::phase2_up || entry.tunnel.phase1() == State::up) return false;
  return entry.began && now - *entry.began <= tunnel::Tunnel::attempt_limit;
}

}  // namespace

Core::Core(std::shared_ptr<const rules::RuleSet> rules, std::shared_ptr<const diagnosis::Knowledge> knowledge, Settings settings)
    : table(settings.max_tunnels), rules_(std::move(rules)), knowledge_(std::move(knowledge)), settings_(std::move(settings)) {
  take_inventory();
}

void Core::reconfigure(std::shared_ptr<const rules::RuleSet> rules, std::shared_ptr<const diagnosis::Knowledge> knowledge,
                       Settings settings) {
  // Held events point at rules of the old set.
  for (Gateway& gateway : table.gateways()) settle(gateway);
  rules_ = std::move(rules);
  knowledge_ = std::move(knowledge);
  settings_ = std::move(settings);
  table.limit(settings_.max_tunnels);
  take_inventory();
}

void Core::take_inventory() {
  std::vector<bool> before;
  for (std::size_t i = 0; i < table.size(); ++i) {
    TunnelEntry& entry = table[static_cast<TunnelIndex>(i)];
    before.push_back(std::exchange(entry.configured, false));
    entry.name = entry.peer;
    entry.touched = ++generation_;
  }
  for (const ConfiguredGateway& gateway : settings_.gateways) {
    for (const std::string& address : gateway.addresses) table.gateway(gateway.name).attribution.own(address);
  }
  for (const ConfiguredTunnel& configured : settings_.tunnels) {
    const auto index = table.tunnel(table.gateway(configured.gateway), configured.peer);
    if (!index) continue;
    TunnelEntry& entry = table[*index];
    entry.name = configured.name;
    entry.configured = true;
    entry.on_demand = configured.on_demand;
    entry.touched = ++generation_;
    if (*index < before.size() && before[*index]) continue;  // what was unknown since then stays so
    entry.tunnel.expect();
    entry.face.state = entry.tunnel.state();  // that it is in the inventory is no news
  }
}

void Core::deliver(Gateway& gateway, TunnelIndex index, const Told& told) {
  TunnelEntry& entry = table[index];
  const Event& event = told.event;
  if (proves_nothing(event, entry, gateway.now)) return;
  entry.dialect = event.rule->dialect;
  ++entry.events;
  entry.stamped |= told.time.has_value();
  entry.vouched |= vouches_for_itself(event);
  if (!entry.first_event) entry.first_event = gateway.now;
  entry.last_event = gateway.now;  // the clock that since() is on: those of devices lie
  if (event.rule->signal != Signal::none) entry.history.note(event.rule->signal, gateway.now);
  const auto hint = hint_of(entry, told, gateway.now);
  Outcome outcome = entry.tunnel.apply(event, gateway.now);
  gateway.attribution.learn(event, index);
  meet_by_cookies(index, event);
  remember(entry, outcome, event, gateway.now);
  if (outcome.came_up) {
    entry.findings.resolve();
  } else if (event.kind == EventKind::phase2_up) {
    entry.findings.resolve_disproved();
  }
  if (was_brief(outcome, told, gateway.now)) take_back(entry, outcome, told, gateway.now);
  if (hint) entry.findings.add(*hint);
  if (event.kind == EventKind::peer_dead && !outcome.surprising) ++entry.peer_dead;  // several lines may tell of one death
  record(entry, outcome, told, hint ? hint->cause : Cause::none);
  if (event.kind == EventKind::phase1_started) {
    entry.began = gateway.now;
    note_attempt(gateway, index, *event.rule, outcome.sooner);
  }
  if (outcome.sooner) reschedule(gateway, index);
  notice(gateway, index, told.raw);
}

void Core::touch(Gateway& gateway) {
  gateway.touched = ++generation_;
  if (std::exchange(gateway.told_news, gateway.attribution.news()) != gateway.told_news) gateway.touched_ties = generation_;
}

/// Every change of a tunnel ends here.
void Core::notice(Gateway& gateway, TunnelIndex index, std::string_view text) {
  touch(gateway);
  table[index].touched = generation_;
  if (settings_.changes) changes.notice(gateway, index, table[index], text);
}

/// `cause`: what the event says of one, in the light of what came before.
void Core::record(TunnelEntry& entry, const Outcome& outcome, const Told& told, Cause cause) {
  count(entry, outcome, cause);
  if (!worth_telling(told.event, outcome)) return;
  entry.timeline.add(told.line, told.time, told.event.kind, outcome.after, told.raw, timeline_limit());
}

void Core::count(TunnelEntry& entry, const Outcome& outcome, Cause cause) {
  if (outcome.started_phase) ++entry.negotiations[*outcome.started_phase];
  if (outcome.finished) {
    DurationHistogram& histogram = durations_[outcome.finished->first];
    const double seconds = std::chrono::duration<double>(outcome.finished->second).count();
    ++histogram.counts[bucket_of(seconds)];
    histogram.sum_seconds += seconds;
  }
  if (!outcome.failed_phase) return;
  const auto* leading = entry.findings.leading();
  ++entry.failures[{*outcome.failed_phase, leading != nullptr ? leading->cause : cause}];
}

std::size_t Core::timeline_limit() const {
  if (settings_.timeline == 0) return 0;
  const std::size_t share = timeline_budget / std::max<std::size_t>(table.size(), 1);
  return std::clamp(share, std::min(shortest_timeline, settings_.timeline), settings_.timeline);
}

void Core::reschedule(Gateway& gateway, TunnelIndex index) {
  TunnelEntry& entry = table[index];
  const WallTime wanted = entry.tunnel.first_due();
  if (wanted == WallTime::max() || (entry.scheduled && *entry.scheduled <= wanted)) return;
  gateway.deadlines.push(wanted, index);
  entry.scheduled = wanted;
}

void Core::note_attempt(Gateway& gateway, TunnelIndex index, const rules::Rule& rule, bool began) {
  const auto& attempt = table[index].tunnel.attempt(1);
  if (!attempt || attempt->started != gateway.now) return;
  table[index].initiates = rule.initiator;
  if (!began) return;
  auto& pending = gateway.pending;
  if (pending.size() >= max_pending) std::erase_if(pending, [this](const auto& old) { return is_over(old); });
  if (pending.size() >= max_pending) {
    table[pending.front().second].turn = 0;
    pending.pop_front();
  }
  table[index].turn = ++turns_;
  pending.emplace_back(turns_, index);
}

void Core::run_deadlines(Gateway& gateway) {
  for (auto first = gateway.deadlines.first(); first && *first <= gateway.now; first = gateway.deadlines.first()) {
    const WallTime due = *first;
    const TunnelIndex index = gateway.deadlines.pop();
    TunnelEntry& entry = table[index];
    entry.scheduled.reset();
    const Outcome outcome = entry.tunnel.tick(due);
    if (outcome.before != outcome.after) {
      entry.timeline.add(entry.timeline.last().line, due, EventKind::phase2_expired, outcome.after,
                         "no successor for the expired SA", timeline_limit());
    }
    if (const auto phase = entry.tunnel.overdue_attempt(due)) time_out(entry, *phase, due);
    reschedule(gateway, index);
    notice(gateway, index, {});
  }
}

void Core::tick(Gateway& gateway, WallTime now) {
  gateway.now = std::max(gateway.now, now);
  if (!gateway.held.empty() || gateway.ending || gateway.touched == 0) touch(gateway);
  if (!gateway.held.empty()) flush_stale(gateway);
  if (gateway.ending && gateway.now - gateway.ending->now > ending_delay) end_all(gateway);
  run_deadlines(gateway);
}

void Core::fade_flapping() {
  const std::vector<TunnelIndex> marked = changes.flapping();
  for (const TunnelIndex index : marked) notice(table.gateways()[table[index].gateway], index, {});
}

void Core::end_log(WallTime last) {
  for (Gateway& gateway : table.gateways()) {
    if (gateway.log != log_) continue;
    gateway.now = std::max(gateway.now, last);
    run_deadlines(gateway);
  }
  ++log_;
}

/// No further line comes, or none that belongs to what was held.
void Core::settle(Gateway& gateway) {
  touch(gateway);
  const auto pending = oldest_pending(gateway, false);
  deliver_held(gateway, pending ? pending : best_guess(gateway), pending.has_value());
}

}  // namespace ikewatch::engine
