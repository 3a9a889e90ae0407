// Routing: which tunnel each event goes to, and when.
#include "core.hpp"

#include <ikewatch/rules/values.hpp>

#include <algorithm>
#include <utility>

namespace ikewatch::engine {
namespace {

using rules::Attribution;
using rules::Cause;
using rules::Event;
using rules::EventKind;
using rules::FieldId;

/// Lines of one burst carry the same second, or the next one.
constexpr std::chrono::seconds burst_window{1};
constexpr std::size_t max_held = 32;

/// EADDRINUSE, as strerror(3) words it.
constexpr std::string_view port_taken = "Address already in use";

/// From here on a cause is that of a daemon that failed, and not of one that was stopped.
constexpr std::uint8_t rank_of_failure = 70;

bool is_missed(tunnel::State state) { return state == tunnel::State::down || state == tunnel::State::failed; }

/// The last line of a failed exchange: it names the peer and says nothing new.
bool closes_burst(const Event& event) {
  return event.cause == Cause::none && (event.kind == EventKind::phase1_failed || event.kind == EventKind::phase2_failed);
}

bool says_nothing(const Event& event) {
  return event.cause == Cause::none &&
         (event.kind == EventKind::info || event.kind == EventKind::notify_received || event.kind == EventKind::nat_detected);
}

/// Lets the fields of a copied event point into the copy of its line.
void rebase(Event& event, std::string_view from, const std::string& to) {
  for (std::size_t i = 0; i < event.field_count; ++i) {
    std::string_view& text = event.fields[i].text;
    const auto offset = text.data() - from.data();
    const bool inside = text.data() >= from.data() && text.data() + text.size() <= from.data() + from.size();
    if (inside) text = std::string_view(to).substr(static_cast<std::size_t>(offset), text.size());
  }
}

void keep(HeldEvent& held, const Told& told, WallTime now) {
  held.raw = told.raw;
  held.event = told.event;
  held.line = told.line;
  held.time = told.time;
  held.now = now;
  rebase(held.event, told.raw, held.raw);
}

}  // namespace

void Core::feed(const Input& input, rules::Verdict verdict, const Event& event) {
  Gateway& gateway = table.gateway(input.gateway);
  gateway.now = std::max(gateway.now, input.now);
  gateway.log = log_;
  touch(gateway);
  run_deadlines(gateway);
  if (verdict.standing != rules::Standing::matched) {
    ++unmatched_[verdict.dialect];
    return;
  }
  ++events_[verdict.dialect][static_cast<std::size_t>(event.kind)];
  if (!gateway.held.empty()) flush_stale(gateway);
  const Told told{event, input.raw, input.line, input.time};
  if (event.kind == EventKind::daemon_started || event.kind == EventKind::daemon_stopped ||
      event.rule->attribution == Attribution::host) {
    return host_event(gateway, told);
  }
  if (gateway.ending) end_all(gateway);
  route(gateway, told);
}

void Core::route(Gateway& gateway, const Told& told) {
  const auto peer = gateway.attribution.peer_of(told.event);
  if (peer.empty()) return route_nameless(gateway, told);
  const auto index = vouches(gateway, peer, told.event) ? table.tunnel(gateway, peer) : std::nullopt;
  if (!index) return refuse(gateway, told);
  if (!gateway.held.empty()) deliver_held(gateway, *index, true);
  deliver(gateway, *index, told);
  gateway.burst.begin(*index, gateway.now, closes_burst(told.event));
}

/// What stood before the line, and what follows in its burst, is the stranger's too.
void Core::refuse(Gateway& gateway, const Told& told) {
  ++gateway.refused[told.event.rule->dialect];
  gateway.held.clear();
  gateway.burst = {std::nullopt, gateway.now, closes_burst(told.event), true};
}

/// Anybody can send a packet that makes a gateway log an address.
bool Core::vouches(const Gateway& gateway, std::string_view peer, const Event& event) const {
  return !settings_.vouched_only || table.knows(gateway, peer) || vouches_for_itself(event);
}

void Core::route_nameless(Gateway& gateway, const Told& told) {
  if (const auto index = gateway.attribution.recall(told.event)) {
    deliver(gateway, *index, told);
    gateway.burst.begin(*index, gateway.now, closes_burst(told.event));
    return;
  }
  if (const auto local = rules::address_part(told.event.field(FieldId::local)); !local.empty())
    gateway.attribution.learn_local(local);
  if (told.event.rule->attribution == Attribution::oldest) {
    // No cookie of a responder: it is ours, since a responder has both.
    if (const auto index = oldest_pending(gateway, told.event.cause == Cause::peer_unreachable))
      return deliver(gateway, *index, told);
  }
  const Burst& burst = gateway.burst;
  if (const auto index = rightful_owner(gateway, told.event)) return deliver(gateway, *index, told);
  const bool goes_on = !burst.closed && gateway.now - burst.at <= burst_window;
  if (goes_on && burst.tunnel) return deliver(gateway, *burst.tunnel, told);
  if (goes_on && burst.refused) return;
  if (!says_nothing(told.event)) hold(gateway, told);
}

/// A line about phase 1 in the burst of a tunnel that stands is not that tunnel's while another one negotiates.
std::optional<TunnelIndex> Core::rightful_owner(Gateway& gateway, const Event& event) const {
  const bool about_phase1 = event.kind == EventKind::phase1_failed || event.kind == EventKind::auth_failed ||
                            event.kind == EventKind::certificate_problem || event.kind == EventKind::identity_problem;
  if (!about_phase1 || !gateway.burst.tunnel) return std::nullopt;
  const auto& there = table[*gateway.burst.tunnel].tunnel;
  if (there.state() != tunnel::State::up || there.attempt(1)) return std::nullopt;
  return oldest_pending(gateway, false);
}

void Core::hold(Gateway& gateway, const Told& told) {
  if (gateway.held.size() >= max_held) settle(gateway);
  keep(gateway.held.emplace_back(), told, gateway.now);
}

/// A guess is not good enough for a line that tells of no failure: strangers send garbage at any time.
void Core::deliver_held(Gateway& gateway, std::optional<TunnelIndex> index, bool certain) {
  while (!gateway.held.empty()) {
    const HeldEvent& held = gateway.held.front();  // stays where it is: its fields point into it
    const Told told{held.event, held.raw, held.line, held.time};
    if (index && (certain || told.event.kind != EventKind::info)) {
      deliver(gateway, *index, told);
    } else if (told.event.cause != Cause::none) {
      gateway.findings.add({told.event.cause, told.event.side, told.event.confidence, told.event.rank, told.line, told.raw,
                            told.event.rule->note, diagnosis::difference(told.event)});
    }
    gateway.held.pop_front();
  }
}

void Core::flush_stale(Gateway& gateway) {
  if (gateway.now - gateway.held.front().now > burst_window) settle(gateway);
}

bool Core::is_over(const std::pair<std::uint64_t, TunnelIndex>& pending) const {
  const TunnelEntry& entry = table[pending.second];
  return entry.turn != pending.first || !entry.tunnel.attempt(1);
}

std::optional<TunnelIndex> Core::oldest_pending(Gateway& gateway, bool ours_only) const {
  auto& pending = gateway.pending;
  while (!pending.empty() && is_over(pending.front())) pending.pop_front();
  const auto fits = [&](const auto& entry) { return !is_over(entry) && table[entry.second].initiates; };
  if (const auto ours = std::find_if(pending.begin(), pending.end(), fits); ours_only && ours != pending.end())
    return ours->second;
  return pending.empty() ? std::nullopt : std::optional(pending.front().second);
}

/// For a line that names nobody and stands in no burst, while no negotiation is pending: the only tunnel there is, or the last.
std::optional<TunnelIndex> Core::best_guess(const Gateway& gateway) const {
  if (gateway.tunnels.size() == 1) return gateway.tunnels.front();
  if (gateway.burst.tunnel && gateway.now - gateway.burst.at <= tunnel::Tunnel::attempt_limit) return gateway.burst.tunnel;
  return std::nullopt;
}

void Core::host_event(Gateway& gateway, const Told& told) {
  const Event& event = told.event;
  if (const auto local = rules::address_part(event.field(FieldId::local)); !local.empty()) gateway.attribution.learn_local(local);
  if (event.kind == EventKind::daemon_started || event.kind == EventKind::daemon_stopped) return announce_ending(gateway, told);
  if (event.field(FieldId::reason) == port_taken) gateway.ending.reset();  // by the one that runs, which goes on
  if (event.cause == Cause::none) return;
  gateway.findings.add({event.cause, event.side, event.confidence, event.rank, told.line, told.raw, event.rule->note,
                        diagnosis::difference(event)});
}

/// A start or a stop takes every SA away, but not at once: a second daemon that finds the ports taken says that it starts and
/// ends again, and a log is often collected by stopping its daemon, which tells nothing of the tunnel.
void Core::announce_ending(Gateway& gateway, const Told& told) {
  const bool says_more = told.event.cause != Cause::none && told.event.rank > (gateway.ending ? gateway.ending->event.rank : 0);
  if (gateway.ending && !says_more) return;  // the one before told it
  gateway.ending = std::make_unique<HeldEvent>();
  keep(*gateway.ending, told, gateway.now);
}

void Core::end_all(Gateway& gateway) {
  const auto ending = std::exchange(gateway.ending, nullptr);
  const Told told{ending->event, ending->raw, ending->line, ending->time};
  gateway.pending.clear();
  for (const TunnelIndex index : gateway.tunnels) lose(gateway, index, told);
}

void Core::lose(Gateway& gateway, TunnelIndex index, const Told& told) {
  TunnelEntry& entry = table[index];
  const bool stood = entry.tunnel.state() == tunnel::State::up || entry.tunnel.state() == tunnel::State::phase1_up;
  const auto outcome = entry.tunnel.apply(told.event, gateway.now);
  const bool keeps_it_down =
      told.event.cause != Cause::none && told.event.rank >= rank_of_failure && is_missed(entry.tunnel.state());
  if (!stood && !keeps_it_down) return notice(gateway, index, told.raw);
  if (told.event.cause != Cause::none) {
    entry.findings.add({told.event.cause, told.event.side, told.event.confidence, told.event.rank, told.line, told.raw,
                        told.event.rule->note, diagnosis::difference(told.event)});
  }
  record(entry, outcome, told, told.event.cause);
  reschedule(gateway, index);
  notice(gateway, index, told.raw);
}

}  // namespace ikewatch::engine
