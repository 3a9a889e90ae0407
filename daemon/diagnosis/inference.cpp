#include <ikewatch/diagnosis/inference.hpp>

#include <algorithm>
#include <utility>

namespace ikewatch::diagnosis {
namespace {

using rules::Signal;

bool any_found(const CaseFile& findings, const std::bitset<rules::causes>& wanted) {
  const auto fits = [&](const Finding& finding) {
    return !finding.resolved && wanted.test(static_cast<std::size_t>(finding.cause));
  };
  return std::any_of(findings.all().begin(), findings.all().end(), fits);
}

/// Since when signals count as part of the negotiation that is under way, or of the last one.
WallTime negotiation_began(const Situation& situation) {
  const auto& attempt = situation.tunnel.attempt(1);
  const WallTime recently = situation.now - 2 * tunnel::Tunnel::attempt_limit;  // each of the two phases may last that long
  return attempt ? attempt->started : recently;
}

bool all_seen(const Situation& situation, const std::bitset<rules::signals>& wanted) {
  const WallTime since = negotiation_began(situation);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted.test(i) && situation.history.count_since(static_cast<Signal>(i), since) == 0) return false;
  }
  return true;
}

bool none_seen(const Situation& situation, const std::bitset<rules::signals>& unwanted) {
  const WallTime since = negotiation_began(situation);
  for (std::size_t i = 0; i < unwanted.size(); ++i) {
    if (unwanted.test(i) && situation.history.count_since(static_cast<Signal>(i), since) != 0) return false;
  }
  return true;
}

bool is_up(const tunnel::Tunnel& tunnel) { return tunnel.state() == tunnel::State::up; }

bool lately(std::optional<WallTime> when, std::chrono::seconds limit, WallTime now) { return when && now - *when <= limit; }

Signal signal_of(const rules::Event& event) { return event.rule == nullptr ? Signal::none : event.rule->signal; }

std::uint8_t phase_of(const rules::Event& event) { return event.rule == nullptr ? std::uint8_t{0} : event.rule->phase; }

}  // namespace

bool Conditions::hold(const Situation& s) const {
  if (own.any() && !own.test(static_cast<std::size_t>(s.event.cause))) return false;
  if (up && *up != is_up(s.tunnel)) return false;
  if (ever_up && *ever_up != s.history.last_up().has_value()) return false;
  if (up_within && !is_up(s.tunnel) && !lately(s.history.last_up(), *up_within, s.now)) return false;
  if (rekeyed_within && !lately(s.history.child_changed(), *rekeyed_within, s.now)) return false;
  if (phase1_up && *phase1_up != (s.tunnel.phase1() == tunnel::State::up)) return false;
  if (initiator && *initiator != s.initiator) return false;
  if (phase && *phase != phase_of(s.event)) return false;
  if (times != 0 && s.history.count_since(signal_of(s.event), s.now - within) < times) return false;
  if (found.any() && !any_found(s.findings, found)) return false;
  return all_seen(s, seen) && none_seen(s, unseen);
}

void Inferences::add(Inference inference) {
  events_ |= inference.events;
  all_.push_back(std::move(inference));
}

const Inference* Inferences::find(const Situation& situation) const {
  const Signal signal = signal_of(situation.event);
  const auto kind = static_cast<std::size_t>(situation.event.kind);
  if (signal == Signal::none && !events_.test(kind)) return nullptr;
  const auto fits = [&](const Inference& inference) {
    const bool concerned = inference.events.test(kind) || inference.signals.test(static_cast<std::size_t>(signal));
    return concerned && inference.when.hold(situation);
  };
  const auto found = std::find_if(all_.begin(), all_.end(), fits);
  return found == all_.end() ? nullptr : &*found;
}

}  // namespace ikewatch::diagnosis
