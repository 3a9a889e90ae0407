#include <ikewatch/tunnel/tunnel.hpp>

#include <ikewatch/base/text.hpp>
#include <ikewatch/rules/values.hpp>

#include <algorithm>

namespace ikewatch::tunnel {
namespace {

using rules::Event;
using rules::EventKind;
using rules::FieldId;

/// Both lines of one SA pair come from one kernel exchange.
constexpr std::chrono::seconds pair_window{2};
/// Entering and leaving `up` four times in ten minutes: no rekey does that, since a rekey never leaves `up`.
constexpr std::chrono::minutes flap_window{10};
constexpr std::size_t flap_changes = 4;

std::optional<IkeCookies> cookies_of(const Event& event) { return IkeCookies::parse(event.field(FieldId::cookies)); }

std::optional<std::uint32_t> spi_of(const Event& event, FieldId id) { return rules::parse_spi(event.field(id)); }

bool is(const ChildSa& child, std::uint32_t spi) { return child.spi_in == spi || child.spi_out == spi; }

/// What is taken back may come from a file that somebody else wrote.
template <class Sa>
void keep_youngest(std::vector<Sa>& sas) {
  if (sas.size() > Tunnel::max_sas) sas.erase(sas.begin(), sas.end() - Tunnel::max_sas);
}

std::uint8_t phase_of(const Event& event) { return event.rule != nullptr ? event.rule->phase : std::uint8_t{0}; }

/// "Session is DOWN": it stood, also where no line told so before.
bool tells_of_an_end(const Event& event) {
  return event.kind == EventKind::phase2_deleted && event.rule != nullptr && event.rule->signal == rules::Signal::session_told;
}

}  // namespace

std::optional<IkeCookies> IkeCookies::parse(std::string_view text) {
  if (text.size() < 33 || text[16] != ':') return std::nullopt;
  const auto initiator = to_number<std::uint64_t>(text.substr(0, 16), 16);
  const auto responder = to_number<std::uint64_t>(text.substr(17, 16), 16);
  if (!initiator || !responder) return std::nullopt;
  return IkeCookies{*initiator, *responder};
}

State Tunnel::phase1() const {
  if (!ike_.empty()) return State::up;
  return attempts_[1] && !attempts_[1]->failed ? State::negotiating : State::down;
}

Outcome Tunnel::apply(const Event& event, WallTime now) {
  Outcome outcome;
  outcome.before = outcome.after = state_;
  outcome.since = since_;
  const Cell step = cell(state_, event.kind);
  outcome.surprising = !step.expected;
  if (!step.expected) ++surprises_;
  const bool had_child = !children_.empty();
  const auto had_end = first_end_;
  take(event, now, outcome);
  outcome.sooner |= first_end_ && first_end_ != had_end;
  const State next = after_failure(next_state(state_, step.step, holdings()));
  move_to(next == State::unknown && tells_of_an_end(event) ? State::down : next, now, outcome);
  outcome.came_up = !had_child && !children_.empty();
  return outcome;
}

void Tunnel::take(const Event& event, WallTime now, Outcome& outcome) {
  switch (event.kind) {
    case EventKind::phase1_started:
      return begin_attempt(event, 1, now, outcome);
    case EventKind::phase1_up:
      return finish_attempt(1, now, outcome), add_ike(event, now);
    case EventKind::phase2_started:
      return finish_attempt(1, now, outcome), begin_attempt(event, 2, now, outcome);
    case EventKind::phase2_up:
      return finish_attempt(1, now, outcome), add_child(event, now, outcome);
    case EventKind::phase1_expired:
    case EventKind::phase1_deleted:
      return remove_ike(event, now);
    case EventKind::phase2_expired:
      return expire_child(event, now);
    case EventKind::phase2_deleted:
      return delete_child(event);
    case EventKind::peer_dead:
    case EventKind::daemon_started:
    case EventKind::daemon_stopped:
      return drop_all();
    case EventKind::phase1_failed:
    case EventKind::phase2_failed:
    case EventKind::auth_failed:
    case EventKind::peer_silent:
    case EventKind::policy_missing:
      fail_attempt(event, now, outcome);
      if (event.rule != nullptr && event.rule->ends_session) drop_all();
      return;
    case EventKind::resource_error:
      half_broken_ = now;
      return;
    case EventKind::log_gap:
      return drop_all();
    default:
      return;
  }
}

void Tunnel::begin_attempt(const Event& event, std::uint8_t phase, WallTime now, Outcome& outcome) {
  // A retransmitted first packet makes racoon log a new negotiation, also when it refused the one before: one attempt, not many.
  const auto& running = attempts_[phase];
  if (running && !running->failed && now - running->started < attempt_limit) return;
  const bool ours = event.rule != nullptr && event.rule->initiator;
  const bool again = !ours && failed_lately(phase, now);
  attempts_[phase] = Attempt{phase, now, false, false};
  outcome.sooner = true;
  if (again) return;
  failed_[phase].reset();
  outcome.started_phase = phase;
}

void Tunnel::finish_attempt(std::uint8_t phase, WallTime now, Outcome& outcome) {
  failed_[phase].reset();
  auto& attempt = attempts_[phase];
  if (attempt) outcome.finished = {phase, now - attempt->started};
  attempt.reset();
}

void Tunnel::fail_attempt(const Event& event, WallTime now, Outcome& outcome) {
  if (event.rule == nullptr) return;  // told by no line, but by overdue_attempt(), which gave the attempt up
  std::uint8_t phase = phase_of(event);
  if (phase == 0) phase = attempts_[2] ? 2 : 1;
  auto& attempt = attempts_[phase];
  const bool known = attempt.has_value();
  const bool counted = failed_lately(phase, now) || (known && attempt->failed);
  if (!known || event.kind != EventKind::auth_failed) attempt.reset();
  // racoon drops an answer that it cannot accept and waits for a better one until its time is up.
  if (attempt) attempt->failed = true;
  // Many lines tell of one failure. One whose beginning was not seen is a failure too, unless the tunnel stands, or phase 2 only
  // waited for a phase 1 that is under way.
  const bool waited = phase == 2 && attempts_[1];
  if (counted || (!known && (waited || !children_.empty()))) return;
  failed_[phase] = now;
  outcome.failed_phase = phase;
}

bool Tunnel::failed_lately(std::uint8_t phase, WallTime now) const {
  return failed_[phase] && now - *failed_[phase] < attempt_limit;
}

/// An IKE SA that goes away after its child SAs were refused leaves a failed attempt behind, not a tunnel that was up.
State Tunnel::after_failure(State next) const {
  return next == State::down && state_ == State::phase1_up && failed_[2] ? State::failed : next;
}

void Tunnel::add_ike(const Event& event, WallTime now) {
  const auto cookies = cookies_of(event);
  const auto same = [&](const IkeSa& sa) { return sa.cookies == cookies; };
  if (std::any_of(ike_.begin(), ike_.end(), same)) return;
  if (ike_.size() >= max_sas) ike_.erase(ike_.begin());
  ike_.push_back({cookies, now});
}

void Tunnel::remove_ike(const Event& event, WallTime now) {
  const auto cookies = cookies_of(event);
  const auto gone = [&](const IkeSa& sa) { return !cookies || !sa.cookies || sa.cookies == cookies; };
  // racoon tells the expiry and the delete of an IKE SA one after the other.
  const bool held = !ike_.empty() || (cookies && cookies == last_expired_);
  std::erase_if(ike_, gone);
  if (event.kind == EventKind::phase1_expired) last_expired_ = cookies;
  // Deleted, and no successor stands: the child SAs that remain are orphans that either end may have dropped already.
  if (held && ike_.empty() && event.kind == EventKind::phase1_deleted) {
    for (ChildSa& child : children_) {
      if (!child.ends) end_at(child, now + successor_grace);
    }
  }
}

void Tunnel::end_at(ChildSa& child, WallTime end) {
  child.ends = end;
  if (!first_end_ || end < *first_end_) first_end_ = end;
}

/// After children went away, or got a successor.
void Tunnel::find_first_end() {
  first_end_.reset();
  for (const ChildSa& child : children_) {
    if (child.ends && (!first_end_ || *child.ends < *first_end_)) first_end_ = child.ends;
  }
}

void Tunnel::add_child(const Event& event, WallTime now, Outcome& outcome) {
  const auto in = spi_of(event, FieldId::spi_in);
  const auto out = spi_of(event, FieldId::spi_out);
  if (const auto spi = spi_of(event, FieldId::spi); spi && !in && !out) return join_half(*spi, now, outcome);
  finish_attempt(2, now, outcome);
  const auto known = [&](const ChildSa& child) { return (in && is(child, *in)) || (out && is(child, *out)) || (!in && !out); };
  const auto found = std::find_if(children_.begin(), children_.end(), known);
  if (found != children_.end()) {
    if (in) found->spi_in = in;
    if (out) found->spi_out = out;
    found->ends.reset();
    return find_first_end();
  }
  // One direction may be told after the other.
  if (!children_.empty() && children_.back().since + pair_window >= now) {
    ChildSa& last = children_.back();
    if (in && !out && !last.spi_in) return void(last.spi_in = in);
    if (out && !in && !last.spi_out) return void(last.spi_out = out);
  }
  if (children_.size() >= max_sas) children_.erase(children_.begin());
  children_.push_back({in, out, now, {}});
}

/// racoon tells the inbound SA first, the outbound one second; 0.8 prints the same direction for both, so only the order counts.
void Tunnel::join_half(std::uint32_t spi, WallTime now, Outcome& outcome) {
  const auto known = [&](const ChildSa& child) { return is(child, spi); };
  if (std::any_of(children_.begin(), children_.end(), known)) return;
  if (!children_.empty() && !children_.back().spi_out && children_.back().since + pair_window >= now) {
    children_.back().spi_out = spi;
    return;
  }
  // The kernel refused the inbound half a moment ago: the outbound half alone carries no answer back.
  if (half_broken_ && now - *half_broken_ <= pair_window) return;
  finish_attempt(2, now, outcome);
  if (children_.size() >= max_sas) children_.erase(children_.begin());
  children_.push_back({spi, {}, now, {}});
}

void Tunnel::expire_child(const Event& event, WallTime now) {
  const auto spi = spi_of(event, FieldId::spi);
  for (auto child = children_.begin(); child != children_.end(); ++child) {
    if (!spi || !is(*child, *spi)) continue;
    // Soft and hard expiry look the same: the first starts the wait for a successor.
    if (!child->ends) end_at(*child, now + successor_grace);
    // A successor stands already: the old pair is done with.
    if (child + 1 != children_.end()) children_.erase(child);
    return find_first_end();
  }
}

void Tunnel::delete_child(const Event& event) {
  std::optional<std::uint32_t> spi = spi_of(event, FieldId::spi);
  if (!spi) spi = spi_of(event, FieldId::spi_in);
  if (!spi) spi = spi_of(event, FieldId::spi_out);
  if (!spi) children_.clear();
  const auto gone = [&](const ChildSa& child) { return is(child, *spi) || (!child.spi_in && !child.spi_out); };
  if (spi) std::erase_if(children_, gone);
  find_first_end();
}

void Tunnel::drop_all() {
  ike_.clear();
  children_.clear();
  first_end_.reset();
  attempts_ = {};
}

void Tunnel::move_to(State state, WallTime now, Outcome& outcome) {
  outcome.after = state;
  if (state == state_) return;
  if (state == State::up || state_ == State::up) {
    ups_and_downs_[ups_and_downs_seen_++ % flap_changes] = now;
  }
  if (state == State::up) ever_up_ = true;
  state_ = state;
  since_ = now;
  ++changes_;
}

void Tunnel::call_failed(WallTime now) {
  failed_[2] = now;
  if (state_ == State::down) state_ = State::failed;
}

Outcome Tunnel::tick(WallTime now) {
  Outcome outcome;
  outcome.before = outcome.after = state_;
  if (!first_end_ || *first_end_ > now) return outcome;
  const auto over = [&](const ChildSa& child) { return child.ends && *child.ends <= now; };
  std::erase_if(children_, over);
  find_first_end();
  move_to(next_state(state_, Step::recount, holdings()), now, outcome);
  return outcome;
}

std::optional<std::uint8_t> Tunnel::overdue_attempt(WallTime now) {
  for (const std::uint8_t phase : {std::uint8_t{1}, std::uint8_t{2}}) {
    auto& attempt = attempts_[phase];
    if (!attempt || now - attempt->started < attempt_limit) continue;
    const bool told = attempt->failed || failed_lately(phase, attempt->started);
    attempt.reset();
    if (told) continue;
    failed_[phase] = now;
    return phase;
  }
  return std::nullopt;
}

WallTime Tunnel::first_due() const {
  WallTime first = first_end_ ? *first_end_ : WallTime::max();
  for (const auto& attempt : attempts_) {
    if (attempt) first = std::min(first, attempt->started + attempt_limit);
  }
  return first;
}

TunnelFacts Tunnel::facts() const {
  return {state_,       since_,   ike_,       children_, attempts_, failed_, last_expired_, ups_and_downs_, ups_and_downs_seen_,
          half_broken_, changes_, surprises_, ever_up_};
}

void Tunnel::restore(TunnelFacts facts) {
  state_ = facts.state;
  since_ = facts.since;
  ike_ = std::move(facts.ike);
  children_ = std::move(facts.children);
  keep_youngest(ike_);
  keep_youngest(children_);
  find_first_end();
  attempts_ = facts.attempts;
  failed_ = facts.failed;
  attempts_[0].reset();  // there is no such phase: nothing would end it, and its deadline would come again and again
  failed_[0].reset();
  last_expired_ = facts.last_expired;
  ups_and_downs_ = facts.ups_and_downs;
  ups_and_downs_seen_ = facts.ups_and_downs_seen;
  half_broken_ = facts.half_broken;
  changes_ = facts.changes;
  surprises_ = facts.surprises;
  ever_up_ = facts.ever_up;
}

bool Tunnel::flapping(WallTime now) const {
  return ups_and_downs_seen_ >= flap_changes && now - ups_and_downs_[ups_and_downs_seen_ % flap_changes] <= flap_window;
}

}  // namespace ikewatch::tunnel
