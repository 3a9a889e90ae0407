// The engine's work, private to the room: routing of events to tunnels, time, findings, counters.
// Ownership: see Engine. Threads: one at a time.
#pragma once

#include "changes.hpp"
#include "look_ahead.hpp"
#include "table.hpp"

#include <array>

namespace ikewatch::engine {

/// One event with its line, wherever it is kept.
struct Told {
  const rules::Event& event;
  std::string_view raw;
  std::uint64_t line = 0;
  const std::optional<WallTime>& time;
};

using tunnel::Outcome;

/// Whether the event says by itself that its peer is no stranger.
bool vouches_for_itself(const rules::Event& event);

class Core {
 public:
  Core(std::shared_ptr<const rules::RuleSet> rules, std::shared_ptr<const diagnosis::Knowledge> knowledge, Settings settings);

  void feed(const Input& input, rules::Verdict verdict, const rules::Event& event);
  void tick(Gateway& gateway, WallTime now);
  void end_log(WallTime last);
  void gap(Gateway& gateway, WallTime now, std::uint64_t lost);
  void settle(Gateway& gateway);
  void sort_out_strangers(Gateway& gateway);
  /// Marks of flapping fade by time alone.
  void fade_flapping();
  void correlate();
  void reconfigure(std::shared_ptr<const rules::RuleSet> rules, std::shared_ptr<const diagnosis::Knowledge> knowledge,
                   Settings settings);

  [[nodiscard]] TunnelView view(const TunnelEntry& entry, Detail detail) const;
  [[nodiscard]] std::vector<DiagnosisView> diagnoses(const diagnosis::CaseFile& findings, std::string_view peer,
                                                     std::string_view gateway, std::string_view dialect) const;
  [[nodiscard]] std::vector<DiagnosisView> diagnoses_of_no_tunnel(const Gateway& gateway) const;
  [[nodiscard]] Snapshot snapshot() const;
  void count_events(Snapshot& snapshot) const;
  [[nodiscard]] Memory memory(std::uint64_t after) const;
  void restore(const Memory& memory);
  /// The gateway changes: what is saved next holds it.
  void touch(Gateway& gateway);

  Table table;
  LookAhead look_ahead;
  Changes changes;

 private:
  using EventCounts = std::array<std::uint64_t, rules::event_kinds>;

  void take_inventory();
  [[nodiscard]] bool vouches(const Gateway& gateway, std::string_view peer, const rules::Event& event) const;
  void route(Gateway& gateway, const Told& told);
  void route_nameless(Gateway& gateway, const Told& told);
  void host_event(Gateway& gateway, const Told& told);
  void deliver(Gateway& gateway, TunnelIndex index, const Told& told);
  void deliver_held(Gateway& gateway, std::optional<TunnelIndex> index, bool certain);
  void refuse(Gateway& gateway, const Told& told);
  void flush_stale(Gateway& gateway);
  void hold(Gateway& gateway, const Told& told);
  [[nodiscard]] bool is_over(const std::pair<std::uint64_t, TunnelIndex>& pending) const;
  [[nodiscard]] std::optional<TunnelIndex> oldest_pending(Gateway& gateway, bool ours_only) const;
  [[nodiscard]] std::optional<TunnelIndex> rightful_owner(Gateway& gateway, const rules::Event& event) const;
  [[nodiscard]] std::optional<TunnelIndex> best_guess(const Gateway& gateway) const;
  void announce_ending(Gateway& gateway, const Told& told);
  void end_all(Gateway& gateway);
  void lose(Gateway& gateway, TunnelIndex index, const Told& told);

  [[nodiscard]] std::optional<diagnosis::Hint> hint_of(const TunnelEntry& entry, const Told& told, WallTime now) const;
  [[nodiscard]] diagnosis::Hint hint_of_silence(const TunnelEntry& entry, const rules::Event& event, const TimelineEntry& last,
                                                WallTime now) const;
  static void take_back(TunnelEntry& entry, Outcome& outcome, const Told& told, WallTime now);
  void record(TunnelEntry& entry, const Outcome& outcome, const Told& told, rules::Cause cause);
  void notice(Gateway& gateway, TunnelIndex index, std::string_view text);
  void count(TunnelEntry& entry, const Outcome& outcome, rules::Cause cause);
  void reschedule(Gateway& gateway, TunnelIndex index);
  void note_attempt(Gateway& gateway, TunnelIndex index, const rules::Rule& rule, bool began);
  void run_deadlines(Gateway& gateway);
  void time_out(TunnelEntry& entry, std::uint8_t phase, WallTime now);
  using Owners = std::multimap<std::string_view, const Gateway*>;  // by own address
  void meet_by_cookies(TunnelIndex index, const rules::Event& event);
  [[nodiscard]] Owners owners_of_addresses() const;
  void meet_by_addresses(TunnelIndex index, const Owners& owners);
  void meet_by_time(TunnelIndex index, const Owners& owners);
  void meet(TunnelIndex a, TunnelIndex b, bool certain);
  void pair_up(TunnelIndex a, TunnelIndex b);
  [[nodiscard]] TunnelMemory memory_of(TunnelIndex index) const;
  [[nodiscard]] GatewayMemory memory_of(const Gateway& gateway, std::uint64_t after) const;
  [[nodiscard]] HeldMemory memory_of(const HeldEvent& held) const;
  void restore_counters(const Memory& memory);
  void restore_order(Gateway& gateway);
  void restore(Gateway& gateway, const GatewayMemory& saved);
  void restore(Gateway& gateway, TunnelIndex index, const TunnelMemory& saved);
  [[nodiscard]] std::size_t timeline_limit() const;

  EndsByCookies by_cookies_;           // of all gateways together
  std::uint64_t touched_cookies_ = 0;  // see TunnelEntry::touched
  std::uint64_t log_ = 1;              // the log that is being read, counted
  std::uint64_t generation_ = 0;       // changes, counted
  std::uint64_t turns_ = 0;            // phase 1 attempts, counted
  std::shared_ptr<const rules::RuleSet> rules_;
  std::shared_ptr<const diagnosis::Knowledge> knowledge_;
  Settings settings_;
  std::array<EventCounts, 256> events_{};       // by dialect
  std::array<std::uint64_t, 256> unmatched_{};  // by dialect
  std::array<DurationHistogram, 3> durations_;
};

}  // namespace ikewatch::engine
