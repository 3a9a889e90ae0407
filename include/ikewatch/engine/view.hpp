// What the outside may see of one tunnel: values, no pointers into the engine. Role: engine -> view, metrics, http, dbus.
// Ownership: self-contained copies. Threads: immutable once made; shared as std::shared_ptr<const Snapshot>.
#pragma once

#include <ikewatch/base/time.hpp>
#include <ikewatch/rules/vocabulary.hpp>
#include <ikewatch/tunnel/state.hpp>

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ikewatch::engine {

struct ChildView {
  tunnel::State state = tunnel::State::up;  // up, or down while its end is awaited
  std::optional<std::uint32_t> spi_in;
  std::optional<std::uint32_t> spi_out;
  std::optional<std::string> local_ts;
  std::optional<std::string> remote_ts;
};

struct EvidenceView {
  std::uint64_t line = 0;  // counted from 1 over all input; offline only, 0 when live
  std::string text;
};

struct DiagnosisView {
  rules::Cause cause = rules::Cause::none;
  rules::Side side = rules::Side::unknown;
  rules::Confidence confidence = rules::Confidence::possible;
  bool resolved = false;
  std::uint64_t count = 0;
  std::uint64_t first_line = 0;
  std::uint64_t last_line = 0;
  std::vector<EvidenceView> evidence;
  std::string summary;
  std::string explanation;
  std::vector<std::string> checks;
};

struct TimelineView {
  std::uint64_t line = 0;
  std::optional<WallTime> time;
  rules::EventKind event = rules::EventKind::info;
  tunnel::State state = tunnel::State::unknown;
  std::string text;
};

/// `brief`: without the timeline, which is most of a tunnel that has lived for long.
enum class Detail : std::uint8_t { brief, whole };

struct TunnelView {
  std::string gateway;
  std::string peer;
  std::string name;  // the configured name, else the peer
  std::string dialect;
  tunnel::State state = tunnel::State::unknown;
  bool flapping = false;
  bool configured = false;
  tunnel::State phase1 = tunnel::State::down;  // down, negotiating or up
  std::optional<WallTime> since;               // of the present state
  std::optional<WallTime> last_event;
  std::vector<ChildView> children;
  std::vector<DiagnosisView> diagnoses;  // the root cause first
  std::vector<TimelineView> timeline;
  std::uint64_t state_changes = 0;
  std::uint64_t peer_dead = 0;
  std::array<std::uint64_t, 3> negotiations{};                                 // by phase; [0] unused
  std::map<std::pair<int, rules::Cause>, std::uint64_t> negotiation_failures;  // by phase and cause
};

/// Counters over all tunnels. Histogram buckets are upper bounds in seconds.
inline constexpr std::array<double, 10> duration_buckets = {0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120};
struct DurationHistogram {
  std::array<std::uint64_t, duration_buckets.size() + 1> counts{};  // not cumulative; the last is +Inf
  double sum_seconds = 0;
};

struct Snapshot {
  std::vector<TunnelView> tunnels;  // timelines and checks are left out unless asked for
  std::vector<DiagnosisView> unattributed;
  std::map<std::pair<std::string, std::string>, std::uint64_t> unknown_peer_events;  // by gateway and dialect
  std::map<std::pair<std::string, rules::EventKind>, std::uint64_t> events;          // by dialect and event
  std::map<std::string, std::uint64_t> unmatched_lines;                              // by dialect
  std::array<DurationHistogram, 3> negotiation_duration;                             // by phase; [0] unused
};

}  // namespace ikewatch::engine
