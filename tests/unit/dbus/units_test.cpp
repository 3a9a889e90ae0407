// What the states of a unit, one after the other, say of its daemon.
#include "units.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace ikewatch::dbus {
namespace {

/// "active running success 1": as systemd tells it.
UnitState state(const std::string& text) {
  UnitState made;
  std::istringstream words(text);
  words >> made.active >> made.sub >> made.result >> made.invocation;
  return made;
}

/// What is told, in short: "failed oom-kill", "failed to start exit-code".
std::vector<std::string> told(std::initializer_list<const char*> states) {
  UnitHistory history;
  std::vector<std::string> all;
  for (const char* each : states) {
    for (const auto& change : history.take("racoon.service", state(each))) {
      EXPECT_EQ(change.unit, "racoon.service");
      std::string text(name_of(change.event));
      if (change.event == UnitEvent::failed) text += (change.starting ? " to start " : " ") + change.result;
      all.push_back(text);
    }
  }
  return all;
}

using Told = std::vector<std::string>;

TEST(UnitHistory, SaysNothingOfWhatItFinds) {
  for (const char* first :
       {"active running success 1", "inactive dead success 0", "failed failed exit-code 1", "activating start success 1"})
    EXPECT_EQ(told({first, first}), Told{}) << first;
}

TEST(UnitHistory, TellsStopAndStart) {
  EXPECT_EQ(told({"active running success 1", "deactivating stop-sigterm success 1", "inactive dead success 0",
                  "activating start success 2", "active running success 2"}),
            (Told{"stopped", "started"}));
}

TEST(UnitHistory, TellsARestartOfWhichSomeStatesWereNotSeen) {
  EXPECT_EQ(told({"active running success 1", "activating start success 2", "active running success 2"}),
            (Told{"stopped", "started"}));
  EXPECT_EQ(told({"active running success 1", "active running success 2"}), (Told{"stopped", "started"}));
  EXPECT_EQ(told({"active running success 1", "deactivating stop success 1", "active running success 2"}),
            (Told{"stopped", "started"}));
}

TEST(UnitHistory, TakesAReloadForNothing) {
  EXPECT_EQ(told({"active running success 1", "reloading reload success 1", "active running success 1"}), Told{});
}

TEST(UnitHistory, TellsACrashWithItsResult) {
  EXPECT_EQ(told({"active running success 1", "failed failed oom-kill 1"}), Told{"failed oom-kill"});
  EXPECT_EQ(told({"active running success 1", "activating auto-restart core-dump 1", "activating start core-dump 2",
                  "active running success 2"}),
            (Told{"failed core-dump", "started"}));
}

TEST(UnitHistory, TellsAStartThatFailsOnceUntilItRuns) {
  EXPECT_EQ(
      told({"inactive dead success 0", "activating start success 1", "failed failed exit-code 1", "activating start exit-code 2",
            "failed failed exit-code 2", "active running success 3", "failed failed exit-code 3"}),
      (Told{"failed to start exit-code", "started", "failed exit-code"}));
  EXPECT_EQ(told({"active running success 1", "activating start success 2", "activating auto-restart exit-code 2",
                  "activating start exit-code 3", "activating auto-restart exit-code 3"}),
            (Told{"stopped", "failed to start exit-code"}));
}

TEST(UnitHistory, CountsAStopOfAServiceThatRestartsAlwaysAsAStop) {
  EXPECT_EQ(told({"active running success 1", "activating auto-restart success 1", "active running success 2"}),
            (Told{"stopped", "started"}));
}

}  // namespace
}  // namespace ikewatch::dbus
