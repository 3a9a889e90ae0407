// One subject as the board keeps it: its last fact and what only time tells. Role: private to the board. Ownership: values.
#pragma once

#include <ikewatch/alert/rule.hpp>

#include <string>
#include <variant>

namespace ikewatch::alert {

struct Subject {
  std::variant<TunnelFact, SourceFact, DaemonFact> fact;
  Duration last_line{0};                           // of `fact`, on the steady clock; meaningless where it never spoke
  tunnel::State settled = tunnel::State::unknown;  // the last state that was not on the way to another one
  int failed_phase = 0;                            // of the last negotiation that failed since the tunnel was up
  std::optional<Duration> gap_at;
  std::optional<Duration> recheck;  // when time alone may change an answer
};

/// Takes the next fact of the same subject; `first` where there was none before.
void take(Subject& subject, TunnelFact fact, Moment now, bool first);
void take(Subject& subject, SourceFact fact, Moment now, bool first);
void take(Subject& subject, DaemonFact fact, Moment now, bool first);

struct Answer {
  bool holds = false;
  std::optional<Duration> recheck;  // when it may become another one by time alone
};

/// Whether the condition holds. An `on_demand` tunnel that nothing wants is idle, not down. A tunnel that tries again is still
/// what it was until the attempt leads somewhere: `negotiating` and `phase1_up` after `failed` or `down` end no condition on
/// these.
Answer evaluate(const Condition& when, const Subject& subject, Duration now);

/// The key of a subject in maps and in what is saved: kind and names, which no two subjects share.
std::string key_of(const TunnelName& name);
std::string source_key(std::string_view name);
std::string daemon_key(Trouble trouble, std::string_view part);

}  // namespace ikewatch::alert
