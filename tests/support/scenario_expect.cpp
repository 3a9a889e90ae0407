#include "scenario_expect.hpp"

#include <algorithm>
#include <array>
#include <numeric>

namespace ikewatch::test {
namespace {

using engine::DiagnosisView;
using engine::TunnelView;
using rules::Cause;
using tunnel::State;

/// Empty when `found` is what was wanted.
std::string same(std::string_view wanted, std::string_view found) {
  if (wanted == found) return {};
  return "wanted " + std::string(wanted) + ", found " + std::string(found);
}

std::string same(std::string_view wanted, std::uint64_t found) { return same(wanted, std::to_string(found)); }
std::string same(std::string_view wanted, bool found) { return same(wanted, found ? std::string_view("true") : "false"); }

const DiagnosisView* leading(const std::vector<DiagnosisView>& all) {
  return all.empty() || all.front().resolved ? nullptr : &all.front();
}

std::string names_of(const std::vector<DiagnosisView>& all) {
  std::string names;
  for (const auto& diagnosis : all) {
    names +=
        (names.empty() ? "" : ", ") + std::string(rules::name_of(diagnosis.cause)) + (diagnosis.resolved ? " (resolved)" : "");
  }
  return names.empty() ? "no diagnosis" : names;
}

std::string lead(const TunnelView& view, Words& words) {
  const auto wanted = words.next();
  if (wanted != "none" && !rules::cause_named(wanted)) return "no cause is named " + std::string(wanted);
  const auto* first = leading(view.diagnoses);
  const auto found = first != nullptr ? rules::name_of(first->cause) : std::string_view("none");
  return wanted == found ? std::string{} : "wanted " + std::string(wanted) + ", found " + names_of(view.diagnoses);
}

/// A diagnosis behind the first one, or one that is over.
std::string has(const TunnelView& view, Words& words, bool resolved) {
  const auto wanted = rules::cause_named(words.next());
  if (!wanted) return "no cause is named so";
  const auto fits = [&](const DiagnosisView& diagnosis) { return diagnosis.cause == *wanted && diagnosis.resolved == resolved; };
  const auto* first = leading(view.diagnoses);
  const auto begin = view.diagnoses.begin() + (first != nullptr ? 1 : 0);
  return std::any_of(begin, view.diagnoses.end(), fits) ? std::string{} : "found " + names_of(view.diagnoses);
}

std::string also(const TunnelView& view, Words& words) { return has(view, words, false); }
std::string resolved(const TunnelView& view, Words& words) { return has(view, words, true); }

std::string side(const TunnelView& view, Words& words) {
  const auto* first = leading(view.diagnoses);
  return first == nullptr ? "there is no cause" : same(words.next(), rules::name_of(first->side));
}

std::string confidence(const TunnelView& view, Words& words) {
  const auto* first = leading(view.diagnoses);
  return first == nullptr ? "there is no cause" : same(words.next(), rules::name_of(first->confidence));
}

std::string evidence(const TunnelView& view, Words& words) {
  const auto wanted = words.take_rest();
  const auto holds = [&](const engine::EvidenceView& line) { return line.text.find(wanted) != std::string::npos; };
  const auto* first = leading(view.diagnoses);
  if (first == nullptr) return "there is no cause";
  return std::any_of(first->evidence.begin(), first->evidence.end(), holds) ? std::string{} : "no line of evidence holds it";
}

std::string told(const TunnelView& view, Words& words) { return same(words.next(), view.diagnoses.size()); }
std::string state(const TunnelView& view, Words& words) { return same(words.next(), tunnel::name_of(view.state)); }
std::string phase1(const TunnelView& view, Words& words) { return same(words.next(), tunnel::name_of(view.phase1)); }
std::string flapping(const TunnelView& view, Words& words) { return same(words.next(), view.flapping); }
std::string name(const TunnelView& view, Words& words) { return same(words.next(), std::string_view(view.name)); }
std::string dialect(const TunnelView& view, Words& words) { return same(words.next(), std::string_view(view.dialect)); }
std::string changes(const TunnelView& view, Words& words) { return same(words.next(), view.state_changes); }
std::string peer_dead(const TunnelView& view, Words& words) { return same(words.next(), view.peer_dead); }
std::string children(const TunnelView& view, Words& words) { return same(words.next(), view.children.size()); }

std::string negotiations(const TunnelView& view, Words& words) {
  const auto phase = words.number();
  if (!phase || *phase < 1 || *phase > 2) return "the phase is 1 or 2";
  return same(words.next(), view.negotiations[*phase]);
}

/// `failures phase1 psk_missing 1`, `failures phase1 all 3`.
std::string failures(const TunnelView& view, Words& words) {
  const auto phase = words.next();
  const auto cause = words.next();
  if (phase != "phase1" && phase != "phase2") return "the phase is phase1 or phase2";
  if (cause != "all" && cause != "none" && !rules::cause_named(cause)) return "no cause is named " + std::string(cause);
  std::uint64_t sum = 0;
  for (const auto& [key, count] : view.negotiation_failures) {
    const bool counts = key.first == (phase == "phase1" ? 1 : 2) && (cause == "all" || rules::name_of(key.second) == cause);
    if (counts) sum += count;
  }
  return same(words.next(), sum);
}

std::string spis(const TunnelView& view, Words& words) {
  const auto in = to_number<std::uint32_t>(words.next());
  const auto out = to_number<std::uint32_t>(words.next());
  const auto pair = [&](const engine::ChildView& child) { return child.spi_in == in && child.spi_out == out; };
  return std::any_of(view.children.begin(), view.children.end(), pair) ? std::string{} : "no child SA has these SPIs";
}

/// `timeline phase1_failed 3`: how many entries tell of that event.
std::string timeline(const TunnelView& view, Words& words) {
  const auto event = rules::event_named(words.next());
  if (!event) return "no event is named so";
  const auto fits = [&](const engine::TimelineView& entry) { return entry.event == *event; };
  return same(words.next(), static_cast<std::uint64_t>(std::count_if(view.timeline.begin(), view.timeline.end(), fits)));
}

struct Subject {
  std::string_view name;
  std::string (*check)(const TunnelView&, Words&);
};
constexpr std::array subjects = {
    Subject{"state", state},
    Subject{"phase1", phase1},
    Subject{"cause", lead},
    Subject{"also", also},
    Subject{"resolved", resolved},
    Subject{"side", side},
    Subject{"confidence", confidence},
    Subject{"evidence", evidence},
    Subject{"diagnoses", told},
    Subject{"children", children},
    Subject{"spis", spis},
    Subject{"flapping", flapping},
    Subject{"name", name},
    Subject{"dialect", dialect},
    Subject{"changes", changes},
    Subject{"peer_dead", peer_dead},
    Subject{"failures", failures},
    Subject{"timeline", timeline},
    Subject{"negotiations", negotiations},
};

std::uint64_t tunnels_in(const engine::Engine& engine) { return engine.snapshot().tunnels.size(); }

std::uint64_t unknown_peer_events(const engine::Engine& engine, std::string_view gateway) {
  std::uint64_t sum = 0;
  for (const auto& [key, count] : engine.snapshot().unknown_peer_events) {
    if (key.first == gateway) sum += count;
  }
  return sum;
}

bool names_cause(std::string_view subject) { return subject == "cause" || subject == "also" || subject == "resolved"; }

}  // namespace

std::string Expectations::check(const engine::Engine& engine, Words words) {
  any_ = true;
  const auto first = words.next();
  if (first == "tunnels") return same(words.next(), tunnels_in(engine));
  if (first == "unattributed") return check_unattributed(engine, words);
  return check_tunnel(engine, first, words);
}

std::string Expectations::check_tunnel(const engine::Engine& engine, std::string_view gateway, Words words) {
  const auto peer = words.next();
  if (peer == "unknown_peers") return same(words.next(), unknown_peer_events(engine, gateway));
  const auto subject = words.next();
  const auto view = engine.find(gateway, peer);
  if (subject == "absent") return view ? "the tunnel is there" : std::string{};
  const auto known = std::find_if(subjects.begin(), subjects.end(), [&](const Subject& s) { return s.name == subject; });
  if (known == subjects.end()) return "nothing of a tunnel is called \"" + std::string(subject) + '"';
  if (!view) return "there is no such tunnel";
  const Tunnel tunnel{view->gateway, view->peer};
  asked_.insert(tunnel);
  if (names_cause(subject)) {
    if (const auto cause = rules::cause_named(Words(words).next())) asked_causes_.insert({tunnel, *cause});
  }
  const std::string wrong = known->check(*view, words);
  if (!wrong.empty()) return std::string(subject) + " of " + view->peer + ": " + wrong;
  return words.rest().empty() ? std::string{} : "more words than " + std::string(subject) + " has: " + std::string(words.rest());
}

std::string Expectations::check_unattributed(const engine::Engine& engine, Words words) {
  TunnelView none;
  none.diagnoses = engine.unattributed();
  const auto subject = words.next();
  if (subject != "cause" && subject != "also") return "unattributed: cause or also";
  if (const auto cause = rules::cause_named(Words(words).next())) asked_causes_.insert({Tunnel{}, *cause});
  const std::string wrong = subject == "cause" ? lead(none, words) : also(none, words);
  return wrong.empty() ? wrong : "unattributed: " + wrong;
}

std::string Expectations::unsaid(const engine::Engine& engine) const {
  if (!any_) return "a scenario without any EXPECT shows nothing";
  const auto missing = [this](const Tunnel& tunnel, const std::vector<DiagnosisView>& all) {
    const auto found = std::find_if(all.begin(), all.end(), [&](const auto& d) {
      return !asked_causes_.contains({tunnel, d.cause});
    });
    return found == all.end() ? std::string{} : "nobody expected the cause " + std::string(rules::name_of(found->cause));
  };
  for (const TunnelView& view : engine.snapshot().tunnels) {
    const Tunnel tunnel{view.gateway, view.peer};
    if (!asked_.contains(tunnel)) return "nobody asked for the tunnel " + view.peer + " of " + view.gateway;
    if (const auto cause = missing(tunnel, view.diagnoses); !cause.empty()) return cause + " of " + view.peer;
  }
  const auto cause = missing(Tunnel{}, engine.unattributed());
  return cause.empty() ? cause : cause + " of no tunnel";
}

}  // namespace ikewatch::test
