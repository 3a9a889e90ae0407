// Which facts are worth an alert. Role: config -> board. Ownership: values. Threads: plain values, pure functions.
#pragma once

#include <ikewatch/alert/fact.hpp>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ikewatch::alert {

enum class Severity : std::uint8_t { critical, error, warning, info };
std::string_view name_of(Severity severity);

/// Whether `text` fits a pattern in which `*` stands for any text.
bool fits(std::string_view pattern, std::string_view text);
/// Whether it fits any of them; true where there is no pattern at all.
bool fits_any(const std::vector<std::string>& patterns, std::string_view text);

/// All conditions that are given must hold; a list holds when one of its values does. `source` makes it a condition on sources,
/// `trouble` one on the daemon; all others are on tunnels.
struct Condition {
  std::vector<tunnel::State> state;
  std::vector<rules::Cause> cause;
  std::vector<std::string> tunnel;  // names or peers
  std::vector<std::string> gateway;
  std::optional<Mode> mode;
  std::optional<bool> flapping;
  std::optional<int> phase;        // 1 or 2: where the last negotiation failed, until the tunnel is up
  std::optional<Duration> silent;  // no line for this long; what never spoke is not silent
  std::vector<std::string> source;
  std::optional<bool> up;   // source: it can be read
  std::optional<bool> gap;  // source: it lost lines within the last gap_memory
  std::vector<Trouble> trouble;

  [[nodiscard]] SubjectKind subject() const;
};

/// How long a source that lost lines counts as one with a gap.
inline constexpr Duration gap_memory = std::chrono::minutes(5);

struct Rule {
  std::string name;
  Condition when;
  Duration hold{0};         // the condition must hold this long before the alert fires
  Duration clear_after{0};  // and be gone this long before it is resolved
  Severity severity = Severity::warning;
  std::map<std::string, std::string> labels;       // templates over what never changes: alertname gateway tunnel peer severity
  std::map<std::string, std::string> annotations;  // templates over every field of a notice (template.hpp)

  /// A rule on causes tells the root cause; a rule on tunnels without causes tells what follows from one.
  [[nodiscard]] bool names_cause() const { return !when.cause.empty(); }
};

}  // namespace ikewatch::alert
