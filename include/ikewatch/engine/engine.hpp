// The engine: owns tunnels and diagnoses; lines and time go in, views come out. Role: between rules and every output.
// Ownership: holds what it learned; keeps shared ownership of rules and knowledge. Threads: one thread at a time; it performs no
// input or output and never asks for the time.
#pragma once

#include <ikewatch/base/time.hpp>
#include <ikewatch/diagnosis/knowledge.hpp>
#include <ikewatch/engine/change.hpp>
#include <ikewatch/engine/memory.hpp>
#include <ikewatch/engine/view.hpp>
#include <ikewatch/rules/rule_set.hpp>

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ikewatch::engine {

struct ConfiguredTunnel {
  std::string name;
  std::string gateway;
  std::string peer;  // an address
  bool on_demand = false;
};

struct ConfiguredGateway {
  std::string name;
  std::vector<std::string> addresses;
  std::string dialect;  // empty: found out
};

struct Settings {
  std::vector<ConfiguredTunnel> tunnels;
  std::vector<ConfiguredGateway> gateways;
  std::size_t max_tunnels = 10000;
  std::size_t timeline = 256;  // entries kept for a tunnel; 0: every one
  /// Live: only peers of the inventory and those that a negotiation vouches for become tunnels; others are one bounded counter.
  bool vouched_only = false;
  /// Collects what take_changes() gives.
  bool changes = false;
};

/// One line, already matched. Views are valid during the call only.
struct Input {
  std::string_view gateway;      // whose log it is
  std::string_view raw;          // the line as it stood in the log
  std::uint64_t line = 0;        // offline: counted from 1 over all input; live: 0
  std::optional<WallTime> time;  // what the log says, for display
  WallTime now;                  // the clock of the state machine; never runs backwards for one gateway
};

class Engine {
 public:
  Engine(std::shared_ptr<const rules::RuleSet> rules, std::shared_ptr<const diagnosis::Knowledge> knowledge, Settings settings);
  ~Engine();
  Engine(Engine&&) noexcept;
  Engine& operator=(Engine&&) noexcept;

  /// Says that this line of a known rule will be fed soon, best as the `look_ahead`-th after the next one: what it needs of
  /// memory is fetched meanwhile. Changes nothing but the time that feed() takes, and keeps neither argument.
  static constexpr std::size_t look_ahead = 8;
  void expect(std::string_view gateway, const rules::Event& event);

  /// Takes one line of a known dialect: `event` is its meaning when the verdict is `matched`.
  void feed(const Input& input, rules::Verdict verdict, const rules::Event& event);

  /// At least `lost` lines of this gateway's log are missing: its tunnels become `unknown`, until their lines tell anew.
  void gap(std::string_view gateway, WallTime now, std::uint64_t lost);

  /// Lets time pass for every gateway (live) or for one (offline): time-outs, grace periods, flapping.
  void tick(WallTime now);
  void tick(std::string_view gateway, WallTime now);
  /// Offline: the log that was fed covers the time until `last`. Its gateways' deadlines run; a daemon that stopped at its end
  /// took nothing down (see docs/adr/0003). What is fed next is another log.
  void end_log(WallTime last);
  [[nodiscard]] std::optional<WallTime> next_deadline() const;

  /// Looks at both ends of each tunnel together, where both logs are known. At any time: what waits for its next line goes on
  /// waiting.
  void correlate();
  /// No line follows: what waited for one is taken as well as it can be, then both ends are looked at.
  void finish();

  /// Every tunnel in the order of (gateway, first seen), one view at a time.
  void for_each_tunnel(const std::function<void(const TunnelView&)>& visit) const;
  [[nodiscard]] std::vector<DiagnosisView> unattributed() const;

  /// Everything for metrics and status, without timelines.
  [[nodiscard]] Snapshot snapshot() const;
  /// How many tunnels are in each state. Cheap, unlike snapshot().
  [[nodiscard]] std::array<std::size_t, tunnel::states> count_states() const;
  /// Events that are of no tunnel because there were as many as Settings::max_tunnels allows, or the peer was a stranger.
  [[nodiscard]] std::uint64_t left_out() const;
  /// One tunnel, by gateway and by configured name or peer.
  [[nodiscard]] std::optional<TunnelView> find(std::string_view gateway, std::string_view tunnel,
                                               Detail detail = Detail::whole) const;

  /// What changed since the last call, in order; at most the youngest 65536. Empty unless Settings::changes is set. What
  /// restore() brings is no change.
  [[nodiscard]] std::vector<Change> take_changes();
  /// How many older ones were given up since the start. Where it grew, whoever follows changes has to look at every tunnel.
  [[nodiscard]] std::uint64_t changes_dropped() const;

  /// What to save: everything, or only the tunnels and gateways that changed after the memory of this generation.
  [[nodiscard]] Memory memory(std::uint64_t after = 0) const;
  /// Takes back a whole memory in the place of everything that is known. The inventory goes before saved tunnels that exceed the
  /// limit; those are dropped.
  void restore(const Memory& memory);

  /// New rules, knowledge and inventory; what is known of tunnels stays.
  void reconfigure(std::shared_ptr<const rules::RuleSet> rules, std::shared_ptr<const diagnosis::Knowledge> knowledge,
                   Settings settings);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ikewatch::engine
