#include <ikewatch/tunnel/state.hpp>

#include <array>

namespace ikewatch::tunnel {
namespace {

using rules::EventKind;

constexpr std::array<std::string_view, states> state_names = {"unknown", "idle",   "negotiating", "phase1_up",
                                                              "up",      "failed", "down"};

using Row = std::array<Cell, states>;

constexpr Row always(Step step) {
  Row row{};
  for (Cell& cell : row) cell = {step, true};
  return row;
}

/// The same step everywhere, but a surprise in the states that are named: the event presupposes what the tunnel does not have.
template <class... States>
constexpr Row surprising_in(Step step, States... odd) {
  Row row = always(step);
  ((row[static_cast<std::size_t>(odd)].expected = false), ...);
  return row;
}

constexpr std::array<Row, rules::event_kinds> make_table() {
  std::array<Row, rules::event_kinds> table{};
  const auto set = [&table](EventKind event, Row row) { table[static_cast<std::size_t>(event)] = row; };
  using enum State;
  set(EventKind::phase1_started, always(Step::negotiate));
  set(EventKind::phase1_up, always(Step::ike_up));
  set(EventKind::phase1_failed, always(Step::attempt_failed));
  set(EventKind::phase1_rekeying, surprising_in(Step::stay, idle, failed, down));
  set(EventKind::phase1_expired, surprising_in(Step::recount, idle, negotiating, failed, down));
  set(EventKind::phase1_deleted, surprising_in(Step::recount, idle, negotiating));
  set(EventKind::phase2_started, surprising_in(Step::child_begins, failed, down));
  set(EventKind::phase2_up, surprising_in(Step::child_up, idle, failed, down));
  set(EventKind::phase2_failed, always(Step::attempt_failed));
  set(EventKind::phase2_rekeying, surprising_in(Step::stay, idle, negotiating, phase1_up, failed, down));
  set(EventKind::phase2_expired, surprising_in(Step::recount, idle, negotiating, failed));
  set(EventKind::phase2_deleted, surprising_in(Step::recount, idle, negotiating, failed));
  set(EventKind::peer_dead, surprising_in(Step::all_gone, idle, down));
  set(EventKind::peer_silent, always(Step::attempt_failed));
  set(EventKind::retransmit, always(Step::stay));
  set(EventKind::notify_received, always(Step::stay));
  set(EventKind::auth_failed, always(Step::attempt_failed));
  set(EventKind::certificate_problem, always(Step::stay));
  set(EventKind::identity_problem, always(Step::stay));
  set(EventKind::nat_detected, always(Step::stay));
  set(EventKind::traffic_dropped, always(Step::stay));
  set(EventKind::policy_missing, always(Step::attempt_failed));
  set(EventKind::daemon_started, always(Step::all_gone));
  set(EventKind::daemon_stopped, always(Step::all_gone));
  set(EventKind::config_error, always(Step::stay));
  set(EventKind::resource_error, always(Step::stay));
  set(EventKind::operator_action, always(Step::stay));
  set(EventKind::log_gap, always(Step::lost_sight));
  set(EventKind::info, always(Step::stay));
  return table;
}

constexpr auto table = make_table();

State standing(Holdings holdings, State otherwise) {
  if (holdings.child) return State::up;
  return holdings.ike ? State::phase1_up : otherwise;
}

bool stood(State state) { return state == State::up || state == State::phase1_up; }

}  // namespace

std::string_view name_of(State state) { return state_names[static_cast<std::size_t>(state)]; }

std::optional<State> state_named(std::string_view name) {
  for (std::size_t i = 0; i < states; ++i) {
    if (state_names[i] == name) return static_cast<State>(i);
  }
  return std::nullopt;
}

Cell cell(State state, rules::EventKind event) { return table[static_cast<std::size_t>(event)][static_cast<std::size_t>(state)]; }

State next_state(State state, Step step, Holdings holdings) {
  switch (step) {
    case Step::stay:
      return state;
    case Step::negotiate:
      return standing(holdings, State::negotiating);
    case Step::ike_up:
    case Step::child_begins:
      return holdings.child ? State::up : State::phase1_up;
    case Step::child_up:
      return standing(holdings, State::phase1_up);
    case Step::attempt_failed:
      return standing(holdings, stood(state) && state == State::up ? State::down : State::failed);
    case Step::recount:
      return standing(holdings, stood(state) ? State::down : state);
    case Step::all_gone:
      return stood(state) ? State::down : (state == State::negotiating ? State::failed : state);
    case Step::lost_sight:
      return State::unknown;
  }
  return state;
}

}  // namespace ikewatch::tunnel
