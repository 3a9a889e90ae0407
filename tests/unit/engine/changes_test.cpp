#include <ikewatch/engine/engine.hpp>

#include <gtest/gtest.h>

#include <support/event_builder.hpp>

namespace ikewatch::engine {
namespace {

using rules::Cause;
using rules::EventKind;
using rules::FieldId;
using tunnel::State;

/// Events are made by hand here.
std::shared_ptr<const rules::RuleSet> no_rules() { return rules::compile_packs({}).rules; }

class ChangesOf : public testing::Test {
 protected:
  explicit ChangesOf(bool wanted = true) : engine_(no_rules(), std::make_shared<diagnosis::Knowledge>(), settings(wanted)) {}

  static Settings settings(bool wanted) {
    Settings settings;
    settings.tunnels = {{"lyon", "gw1", "198.51.100.7", false}};
    settings.changes = wanted;
    return settings;
  }
  void happens(EventKind kind, int second, Cause cause = Cause::none) {
    test::EventBuilder event(kind);
    event.with(FieldId::peer, "198.51.100.7");
    if (cause != Cause::none) event.because(cause, 75);
    now_ = WallTime{} + std::chrono::seconds(1000 + second);
    engine_.feed({"gw1", "the line", 0, {}, now_}, {rules::Standing::matched, 0}, event);
  }
  std::vector<ChangeKind> kinds() {
    std::vector<ChangeKind> all;
    for (const Change& change : engine_.take_changes()) all.push_back(change.kind);
    return all;
  }

  Engine engine_;
  WallTime now_;
};

TEST_F(ChangesOf, ATunnelThatComesUpAreItsStates) {
  happens(EventKind::phase1_started, 0);
  happens(EventKind::phase2_up, 1);
  const auto changes = engine_.take_changes();
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[0].from, State::idle);
  EXPECT_EQ(changes[0].to, State::negotiating);
  EXPECT_EQ(changes[1].to, State::up);
  EXPECT_EQ(changes[1].tunnel, "lyon");
  EXPECT_EQ(changes[1].gateway, "gw1");
  EXPECT_EQ(changes[1].text, "the line");
  EXPECT_EQ(changes[1].at, now_);
}

TEST_F(ChangesOf, AFailureAreStateAndDiagnosis) {
  happens(EventKind::phase1_failed, 0, Cause::psk_missing);
  EXPECT_EQ(kinds(), (std::vector{ChangeKind::state, ChangeKind::diagnosis}));
}

TEST_F(ChangesOf, TheSameFailureAgainIsNone) {
  happens(EventKind::phase1_failed, 0, Cause::psk_missing);
  (void)engine_.take_changes();
  happens(EventKind::phase1_failed, 1, Cause::psk_missing);
  EXPECT_TRUE(engine_.take_changes().empty());
}

TEST_F(ChangesOf, ARecoveryTellsThatNoCauseLeads) {
  happens(EventKind::phase1_failed, 0, Cause::psk_missing);
  (void)engine_.take_changes();
  happens(EventKind::phase2_up, 5);
  const auto changes = engine_.take_changes();
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[1].kind, ChangeKind::diagnosis);
  EXPECT_EQ(changes[1].cause, Cause::none);
}

TEST_F(ChangesOf, FlappingIsToldWhenItBeginsAndWhenTimeEndsIt) {
  for (int i = 0; i < 2; ++i) {
    happens(EventKind::phase2_up, i * 20);
    happens(EventKind::peer_dead, i * 20 + 10);
  }
  const auto begun = kinds();
  EXPECT_EQ(std::count(begun.begin(), begun.end(), ChangeKind::flapping), 1);
  engine_.tick(now_ + std::chrono::minutes(11));
  const auto ended = engine_.take_changes();
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended[0].kind, ChangeKind::flapping);
  EXPECT_FALSE(ended[0].flapping);
}

TEST_F(ChangesOf, ThatNobodyTakesAreGivenUpAndCounted) {
  std::size_t told = 0;
  for (int i = 0; engine_.changes_dropped() == 0 && told < 200'000; ++i, told += 2) {
    happens(EventKind::phase2_up, i * 20);
    happens(EventKind::peer_dead, i * 20 + 10);
  }
  const auto dropped = engine_.changes_dropped();
  EXPECT_GT(dropped, 0U);
  const auto kept = engine_.take_changes();
  EXPECT_EQ(kept.back().at, now_);
  EXPECT_GE(kept.size() + dropped, told);
  happens(EventKind::phase2_up, 10'000'000);
  EXPECT_EQ(engine_.changes_dropped(), dropped);
}

TEST_F(ChangesOf, WhatARestartBringsIsNoNews) {
  happens(EventKind::phase2_up, 0);
  Engine successor(no_rules(), std::make_shared<diagnosis::Knowledge>(), settings(true));
  successor.restore(engine_.memory());
  successor.tick(now_ + std::chrono::seconds(1));
  EXPECT_TRUE(successor.take_changes().empty());
}

class UnwantedChanges : public ChangesOf {
 protected:
  UnwantedChanges() : ChangesOf(false) {}
};

TEST_F(UnwantedChanges, AreNotCollected) {
  happens(EventKind::phase2_up, 0);
  EXPECT_TRUE(engine_.take_changes().empty());
}

}  // namespace
}  // namespace ikewatch::engine
