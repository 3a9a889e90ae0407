// The states of a tunnel and the total table of what each event does in each state. Role: the tunnel room's core decision.
// Threads: constants and pure functions.
#pragma once

#include <ikewatch/rules/vocabulary.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace ikewatch::tunnel {

enum class State : std::uint8_t { unknown, idle, negotiating, phase1_up, up, failed, down };
inline constexpr std::size_t states = static_cast<std::size_t>(State::down) + 1;

std::string_view name_of(State state);
std::optional<State> state_named(std::string_view name);

/// What an event asks of a tunnel. The state that results also depends on the SAs that the tunnel holds afterwards.
enum class Step : std::uint8_t {
  stay,            // says nothing about the state
  negotiate,       // an attempt begins
  ike_up,          // an IKE SA stands
  child_begins,    // a child SA is being made, so an IKE SA must stand
  child_up,        // a child SA stands
  attempt_failed,  // an attempt ended without an SA
  recount,         // some SA is gone; what is left decides
  all_gone,        // every SA is gone
  lost_sight,      // the log has a gap
};

struct Cell {
  Step step = Step::stay;
  bool expected = true;  // false: logs arrive late, twice or with gaps; the event is taken and counted as a surprise
};

/// The cell of the table; there is one for every pair.
Cell cell(State state, rules::EventKind event);

/// The SAs that a tunnel holds.
struct Holdings {
  bool ike = false;
  bool child = false;
};

/// The state that follows from a step, given what the tunnel holds after the event was taken in.
State next_state(State state, Step step, Holdings holdings);

}  // namespace ikewatch::tunnel
