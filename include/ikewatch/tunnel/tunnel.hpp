// One tunnel: the SAs that it holds, the attempts that are under way, and its state. Role: events of one (gateway, peer) pair ->
// transitions. Ownership: a value, owned by the engine's table. Threads: one at a time; given time, never asks for it.
#pragma once

#include <ikewatch/base/time.hpp>
#include <ikewatch/rules/event.hpp>
#include <ikewatch/rules/rule_set.hpp>
#include <ikewatch/tunnel/state.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ikewatch::tunnel {

/// The cookie pair of an IKE SA (RFC 2408 section 2.5.3). A responder cookie of zero: no answer ever came.
struct IkeCookies {
  std::uint64_t initiator = 0;
  std::uint64_t responder = 0;
  bool operator==(const IkeCookies&) const = default;
  /// From `16 hex : 16 hex`, nothing for placeholders.
  static std::optional<IkeCookies> parse(std::string_view text);
};

struct IkeSa {
  std::optional<IkeCookies> cookies;  // devices that print none give one nameless SA
  WallTime since;
};

struct ChildSa {
  std::optional<std::uint32_t> spi_in;
  std::optional<std::uint32_t> spi_out;
  WallTime since;
  std::optional<WallTime> ends;  // expired, a successor is awaited until then
};

struct Attempt {
  std::uint8_t phase = 0;
  WallTime started;
  bool answered = false;
  bool failed = false;  // a failure was told, but the daemon still waits for its end
};

/// What one event did.
struct Outcome {
  State before = State::unknown;
  State after = State::unknown;
  std::optional<WallTime> since;  // of `before`
  bool surprising = false;
  bool sooner = false;                                                         // deadline() moved nearer
  bool came_up = false;                                                        // a child SA stands where none stood
  std::optional<std::uint8_t> started_phase;                                   // a new negotiation
  std::optional<std::uint8_t> failed_phase;                                    // a negotiation that ended in failure, told once
  std::optional<std::pair<std::uint8_t, std::chrono::microseconds>> finished;  // phase and duration of one that succeeded
};

/// Everything that a Tunnel holds, as plain values that can be saved and given back.
struct TunnelFacts {
  State state = State::unknown;
  std::optional<WallTime> since;
  std::vector<IkeSa> ike;
  std::vector<ChildSa> children;
  std::array<std::optional<Attempt>, 3> attempts;
  std::array<std::optional<WallTime>, 3> failed;
  std::optional<IkeCookies> last_expired;
  std::array<WallTime, 4> ups_and_downs{};
  std::uint64_t ups_and_downs_seen = 0;
  std::optional<WallTime> half_broken;
  std::uint64_t changes = 0;
  std::uint64_t surprises = 0;
  bool ever_up = false;
};

class Tunnel {
 public:
  /// How long an expired child SA may still be followed by its successor before it counts as gone. Both ends rekey within
  /// seconds; a minute covers retransmissions (5 times 10 s).
  static constexpr std::chrono::seconds successor_grace{60};
  /// A negotiation without any end line counts as unanswered after this: five retransmissions and a margin.
  static constexpr std::chrono::seconds attempt_limit{90};
  static constexpr std::size_t max_sas = 64;

  /// Takes one event at `now`.
  Outcome apply(const rules::Event& event, WallTime now);
  /// Lets time pass: ends grace periods. An attempt that ran out is reported by overdue_attempt().
  Outcome tick(WallTime now);
  /// The phase of an attempt that nothing ended until `now`; it is given up by the call.
  std::optional<std::uint8_t> overdue_attempt(WallTime now);
  /// The next moment at which tick() or overdue_attempt() has something to do; the end of time where there is none.
  [[nodiscard]] WallTime first_due() const;
  [[nodiscard]] std::optional<WallTime> deadline() const {
    const WallTime first = first_due();
    return first == WallTime::max() ? std::nullopt : std::optional(first);
  }

  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] State phase1() const;
  [[nodiscard]] std::optional<WallTime> since() const { return since_; }
  [[nodiscard]] const std::vector<ChildSa>& children() const { return children_; }
  [[nodiscard]] const std::vector<IkeSa>& ike_sas() const { return ike_; }
  [[nodiscard]] const std::optional<Attempt>& attempt(std::uint8_t phase) const { return attempts_[phase]; }
  [[nodiscard]] std::uint64_t state_changes() const { return changes_; }
  [[nodiscard]] std::uint64_t surprises() const { return surprises_; }
  [[nodiscard]] bool ever_up() const { return ever_up_; }
  [[nodiscard]] bool flapping(WallTime now) const;
  /// Everything, for saving: a tunnel that was given it back does what this one does.
  [[nodiscard]] TunnelFacts facts() const;
  void restore(TunnelFacts facts);
  /// What stood a moment ago never was in use: the attempt failed.
  void call_failed(WallTime now);
  /// For a tunnel of the inventory: idle from the first second on.
  void expect() {
    if (state_ == State::unknown) state_ = State::idle;
  }

 private:
  void take(const rules::Event& event, WallTime now, Outcome& outcome);
  void begin_attempt(const rules::Event& event, std::uint8_t phase, WallTime now, Outcome& outcome);
  void finish_attempt(std::uint8_t phase, WallTime now, Outcome& outcome);
  void fail_attempt(const rules::Event& event, WallTime now, Outcome& outcome);
  void add_ike(const rules::Event& event, WallTime now);
  void remove_ike(const rules::Event& event, WallTime now);
  void add_child(const rules::Event& event, WallTime now, Outcome& outcome);
  void join_half(std::uint32_t spi, WallTime now, Outcome& outcome);
  void expire_child(const rules::Event& event, WallTime now);
  void end_at(ChildSa& child, WallTime end);
  void find_first_end();
  void delete_child(const rules::Event& event);
  void drop_all();
  [[nodiscard]] bool failed_lately(std::uint8_t phase, WallTime now) const;
  [[nodiscard]] State after_failure(State next) const;
  void move_to(State state, WallTime now, Outcome& outcome);
  [[nodiscard]] Holdings holdings() const { return {!ike_.empty(), !children_.empty()}; }

  // What every event looks at stands first, so that it shares few cache lines.
  State state_ = State::unknown;
  bool ever_up_ = false;
  std::size_t ups_and_downs_seen_ = 0;
  std::optional<WallTime> since_;
  std::optional<WallTime> first_end_;  // the earliest ChildSa::ends
  std::vector<ChildSa> children_;
  std::vector<IkeSa> ike_;
  std::array<std::optional<WallTime>, 3> failed_;   // by phase: the last failure, until a success or a new attempt
  std::array<std::optional<Attempt>, 3> attempts_;  // by phase; [0] unused
  std::uint64_t changes_ = 0;
  std::uint64_t surprises_ = 0;
  std::optional<WallTime> half_broken_;      // the kernel refused one direction of an SA just now
  std::array<WallTime, 4> ups_and_downs_{};  // the last moments of entering or leaving `up`, the next to go first
  std::optional<IkeCookies> last_expired_;   // of an IKE SA whose delete may still be told
};

}  // namespace ikewatch::tunnel
