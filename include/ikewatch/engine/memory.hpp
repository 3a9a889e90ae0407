// What the engine knows, as plain values that can be saved and given back. An engine that was given back the memory of another
// one does what that one would have done, line for line: whatever decides what a later line means, or what anybody is shown, is
// in here. (Deadlines and the order of pending attempts are made again from it.) Role: engine <-> store. Ownership:
// self-contained copies. Threads: a plain value.
#pragma once

#include <ikewatch/base/time.hpp>
#include <ikewatch/diagnosis/case_file.hpp>
#include <ikewatch/diagnosis/history.hpp>
#include <ikewatch/engine/view.hpp>
#include <ikewatch/tunnel/attribution.hpp>
#include <ikewatch/tunnel/tunnel.hpp>

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ikewatch::engine {

struct TimelineEntry {
  std::uint64_t line = 0;
  std::optional<WallTime> time;
  rules::EventKind event = rules::EventKind::info;
  tunnel::State state = tunnel::State::unknown;
  std::string text;  // as it stood in the log, possibly not printable
};

struct CaseMemory {
  std::vector<diagnosis::Finding> findings;
  std::uint64_t next_order = 0;
};

struct FarEndMemory {
  tunnel::TunnelIndex tunnel = 0;
  bool certain = false;
};

struct TunnelMemory {
  tunnel::TunnelIndex index = 0;  // its place in the engine that gave this memory; ties and bursts name it
  std::string gateway;
  std::string peer;
  std::string name;  // the configured one, else the peer; for people who look into the store
  std::string dialect;
  bool configured = false;
  bool initiates = false;
  bool vouched = false;
  bool stranger = false;
  bool stamped = false;
  std::uint64_t events = 0;
  bool flapping = false;   // as it was last told to anybody
  std::uint64_t turn = 0;  // among the phase 1 attempts that wait for their end; 0: none waits
  tunnel::TunnelFacts facts;
  std::optional<WallTime> first_event;
  std::optional<WallTime> last_event;
  std::uint64_t peer_dead = 0;
  std::array<std::uint64_t, 3> negotiations{};                     // by phase; [0] unused
  std::map<std::pair<int, rules::Cause>, std::uint64_t> failures;  // by phase and cause
  CaseMemory diagnoses;
  std::vector<TimelineEntry> timeline;  // the oldest first
  diagnosis::History::Facts history;
  std::optional<FarEndMemory> far_end;
  std::optional<WallTime> began;
  std::optional<WallTime> looked_for;
};

/// An event that waits for what follows it.
struct HeldMemory {
  std::string raw;
  std::string rule;  // its id
  rules::EventKind kind = rules::EventKind::info;
  rules::Cause cause = rules::Cause::none;
  rules::Side side = rules::Side::unknown;
  rules::Confidence confidence = rules::Confidence::possible;
  std::uint8_t rank = 0;
  std::vector<std::pair<std::string, std::string>> fields;  // name and text of those that the engine understands
  std::uint64_t line = 0;
  std::optional<WallTime> time;
  WallTime now;
};

struct BurstMemory {
  std::optional<tunnel::TunnelIndex> tunnel;
  WallTime at;
  bool closed = false;
  bool refused = false;
};

struct GatewayMemory {
  std::uint32_t index = 0;
  std::string name;
  WallTime now;
  std::uint64_t log = 0;
  BurstMemory burst;
  std::vector<HeldMemory> held;
  std::optional<HeldMemory> ending;
  CaseMemory diagnoses;                           // that belong to no tunnel
  std::map<std::string, std::uint64_t> refused;   // events of strangers, by dialect
  std::vector<std::string> locals;                // own addresses that lines told
  std::optional<tunnel::Attribution::Ties> ties;  // nothing: as they were
};

/// IKE SAs by their cookies, of all gateways together.
using EndsByCookies = tunnel::ForgetfulMap<std::uint64_t, 65536>;

struct Memory {
  /// Engine::memory(generation) gives what changed after this one.
  std::uint64_t generation = 0;
  /// All tunnels and gateways are here; else only those that changed.
  bool whole = true;
  WallTime clock;  // the last moment of which every gateway was told
  std::uint64_t log = 1;
  std::uint64_t turns = 0;
  std::map<std::pair<std::string, rules::EventKind>, std::uint64_t> events;  // by dialect and event
  std::map<std::string, std::uint64_t> unmatched;                            // by dialect
  std::array<DurationHistogram, 3> durations;
  std::optional<EndsByCookies::Facts> ends;  // nothing: as they were
  std::vector<GatewayMemory> gateways;
  std::vector<TunnelMemory> tunnels;
};

}  // namespace ikewatch::engine
