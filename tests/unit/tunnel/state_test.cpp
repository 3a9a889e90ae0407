#include <ikewatch/tunnel/state.hpp>

#include <gtest/gtest.h>

namespace ikewatch::tunnel {
namespace {

using rules::EventKind;

constexpr Holdings nothing{};
constexpr Holdings ike_only{true, false};
constexpr Holdings child_only{false, true};
constexpr Holdings both{true, true};

TEST(StateTable, EveryCellLeadsToAStateForAnyHoldings) {
  for (std::size_t s = 0; s < states; ++s) {
    for (std::size_t e = 0; e < rules::event_kinds; ++e) {
      for (const Holdings holdings : {nothing, ike_only, child_only, both}) {
        const auto state = static_cast<State>(s);
        const Cell found = cell(state, static_cast<EventKind>(e));
        const State after = next_state(state, found.step, holdings);
        EXPECT_LT(static_cast<std::size_t>(after), states);
        // `up` is never said without a child SA, unless the event says nothing about the state at all.
        if (after == State::up && !holdings.child) {
          EXPECT_EQ(found.step, Step::stay) << name_of(state) << ' ' << e;
        }
      }
    }
  }
}

TEST(StateTable, AChildSaAlwaysMeansUpUnlessEverythingIsGone) {
  for (std::size_t s = 0; s < states; ++s) {
    for (const Step step :
         {Step::negotiate, Step::ike_up, Step::child_begins, Step::child_up, Step::attempt_failed, Step::recount}) {
      EXPECT_EQ(next_state(static_cast<State>(s), step, both), State::up);
    }
  }
}

TEST(StateTable, ARekeyNeverLeavesUp) {
  for (const EventKind event :
       {EventKind::phase1_started, EventKind::phase1_failed, EventKind::phase1_expired, EventKind::phase1_deleted,
        EventKind::phase2_started, EventKind::phase2_rekeying, EventKind::phase2_failed, EventKind::retransmit}) {
    EXPECT_EQ(next_state(State::up, cell(State::up, event).step, child_only), State::up) << rules::name_of(event);
  }
}

TEST(StateTable, AFailureWithNothingLeftIsFailedOrDown) {
  EXPECT_EQ(next_state(State::negotiating, Step::attempt_failed, nothing), State::failed);
  EXPECT_EQ(next_state(State::negotiating, Step::attempt_failed, ike_only), State::phase1_up);
  EXPECT_EQ(next_state(State::up, Step::recount, nothing), State::down);
  EXPECT_EQ(next_state(State::down, Step::all_gone, nothing), State::down);
}

TEST(StateTable, AGapMakesTheStateUnknown) {
  EXPECT_EQ(next_state(State::up, cell(State::up, EventKind::log_gap).step, nothing), State::unknown);
}

TEST(StateNames, AreReadBackAsTheyAreWritten) {
  for (std::size_t s = 0; s < states; ++s) EXPECT_EQ(state_named(name_of(static_cast<State>(s))), static_cast<State>(s));
  EXPECT_FALSE(state_named("UP"));
}

}  // namespace
}  // namespace ikewatch::tunnel
