#include "subject.hpp"

#include <algorithm>
#include <utility>

namespace ikewatch::alert {
namespace {

using tunnel::State;

constexpr Duration silence_looks = std::chrono::seconds(30);

bool on_the_way(State state) { return state == State::negotiating || state == State::phase1_up; }

/// Log times are on the wall clock; only the age at the first sight counts, so that a step of that clock is no silence.
Duration on_steady_clock(WallTime time, Moment now) { return now.steady - std::max(Duration{0}, now.wall - time); }

int failed_phase(const Subject& subject, const TunnelFact& former, const TunnelFact& fact) {
  if (fact.state == State::up || fact.state == State::idle) return 0;
  if (fact.failures[2] > former.failures[2]) return 2;
  if (fact.failures[1] > former.failures[1]) return 1;
  return subject.failed_phase;
}

State effective(const TunnelFact& fact) {
  const bool unwanted = fact.state == State::down || (fact.state == State::phase1_up && fact.cause == rules::Cause::none);
  return fact.mode == Mode::on_demand && unwanted ? State::idle : fact.state;
}

bool state_fits(const std::vector<State>& wanted, const Subject& subject, State state) {
  const auto has = [&](State s) { return std::ranges::find(wanted, s) != wanted.end(); };
  if (wanted.empty() || has(state)) return true;
  const bool was_bad = subject.settled == State::failed || subject.settled == State::down;
  return on_the_way(state) && was_bad && has(subject.settled);
}

Answer silent_for(Duration silent, bool spoke, Duration last_line, Duration now) {
  if (!spoke) return {false, std::nullopt};
  // While it lasts it is looked at again and again: a line that changes nothing brings no fact.
  if (now - last_line >= silent) return {true, now + silence_looks};
  return {false, last_line + silent};
}

Answer evaluate_tunnel(const Condition& when, const Subject& subject, const TunnelFact& fact, Duration now) {
  const bool named = when.tunnel.empty() || fits_any(when.tunnel, fact.name.tunnel) || fits_any(when.tunnel, fact.peer);
  if (!named || !fits_any(when.gateway, fact.name.gateway)) return {};
  if (when.mode && when.mode != fact.mode) return {};
  if (when.flapping && *when.flapping != fact.flapping) return {};
  if (!when.cause.empty() && std::ranges::find(when.cause, fact.cause) == when.cause.end()) return {};
  if (when.phase && *when.phase != subject.failed_phase) return {};
  if (!state_fits(when.state, subject, effective(fact))) return {};
  if (when.silent) return silent_for(*when.silent, fact.last_event.has_value(), subject.last_line, now);
  return {true, std::nullopt};
}

Answer evaluate_source(const Condition& when, const Subject& subject, const SourceFact& fact, Duration now) {
  if (!fits_any(when.source, fact.name)) return {};
  if (when.up && *when.up != fact.up) return {};
  if (when.gap) {
    const bool gap = subject.gap_at && now < *subject.gap_at + gap_memory;
    if (gap != *when.gap) return {};
    if (gap && !when.silent) return {true, *subject.gap_at + gap_memory};
  }
  if (when.silent) return silent_for(*when.silent, fact.last_line.has_value(), subject.last_line, now);
  return {true, std::nullopt};
}

void note_line(Subject& subject, const std::optional<WallTime>& former, const std::optional<WallTime>& line, Moment now) {
  if (line && line != former) subject.last_line = on_steady_clock(*line, now);
}

std::string joined(char kind, std::string_view a, std::string_view b) {
  return std::string(1, kind).append(std::to_string(a.size())).append(":").append(a).append(b);
}

}  // namespace

void take(Subject& subject, TunnelFact fact, Moment now, bool first) {
  const TunnelFact former = first ? TunnelFact{} : std::get<TunnelFact>(std::move(subject.fact));
  note_line(subject, former.last_event, fact.last_event, now);
  // What was counted before we looked is no failure of now.
  if (!first) subject.failed_phase = failed_phase(subject, former, fact);
  if (!on_the_way(fact.state)) subject.settled = fact.state;
  subject.fact = std::move(fact);
}

void take(Subject& subject, SourceFact fact, Moment now, bool first) {
  const SourceFact former = first ? SourceFact{} : std::get<SourceFact>(std::move(subject.fact));
  note_line(subject, former.last_line, fact.last_line, now);
  if (!first && fact.lost > former.lost) subject.gap_at = now.steady;
  subject.fact = std::move(fact);
}

void take(Subject& subject, DaemonFact fact, Moment, bool) { subject.fact = std::move(fact); }

Answer evaluate(const Condition& when, const Subject& subject, Duration now) {
  switch (when.subject()) {
    case SubjectKind::tunnel:
      if (const auto* fact = std::get_if<TunnelFact>(&subject.fact)) return evaluate_tunnel(when, subject, *fact, now);
      break;
    case SubjectKind::source:
      if (const auto* fact = std::get_if<SourceFact>(&subject.fact)) return evaluate_source(when, subject, *fact, now);
      break;
    case SubjectKind::daemon:
      if (const auto* fact = std::get_if<DaemonFact>(&subject.fact))
        return {fact->present && std::ranges::find(when.trouble, fact->trouble) != when.trouble.end(), std::nullopt};
  }
  return {};
}

std::string key_of(const TunnelName& name) { return joined('t', name.gateway, name.tunnel); }
std::string source_key(std::string_view name) { return joined('s', name, {}); }
std::string daemon_key(Trouble trouble, std::string_view part) { return joined('d', name_of(trouble), part); }

}  // namespace ikewatch::alert
