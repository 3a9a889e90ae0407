#include <ikewatch/view/status.hpp>

#include "samples.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace ikewatch::view {
namespace {

using engine::Change;
using tunnel::State;
using namespace std::chrono_literals;

constexpr TextOptions wide{.width = 0};

StatusRow a_row(const std::string& name, State state) {
  return {"edge-1", name, "198.51.100.7", state, false, "", ten_o_clock - 90s};
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

TEST(StatusTable, PutsWhatIsWrongFirst) {
  auto flaps = a_row("flaps", State::up);
  flaps.flapping = true;
  auto fails = a_row("zz", State::failed);
  fails.cause = "psk_missing";
  const auto text = status_table({a_row("up", State::up), a_row("idle", State::idle), flaps, a_row("new", State::negotiating),
                                  fails, a_row("gone", State::down), a_row("who", State::unknown)},
                                 wide, ten_o_clock);
  EXPECT_EQ(text,
            "TUNNEL  PEER          GATEWAY  STATE         FOR     CAUSE\n"
            "gone    198.51.100.7  edge-1   down          1m 30s\n"
            "zz      198.51.100.7  edge-1   failed        1m 30s  psk_missing\n"
            "flaps   198.51.100.7  edge-1   up, flapping  1m 30s\n"
            "new     198.51.100.7  edge-1   negotiating   1m 30s\n"
            "who     198.51.100.7  edge-1   unknown       1m 30s\n"
            "idle    198.51.100.7  edge-1   idle          1m 30s\n"
            "up      198.51.100.7  edge-1   up            1m 30s\n"
            "\n7 tunnels: 1 failed, 1 down, 1 negotiating, 1 unknown, 2 up, 1 idle.\n");
}

TEST(StatusTable, FitsItsWidthWithoutCuttingWhatMatters) {
  auto row = a_row("a-tunnel-with-a-name-that-is-far-too-long-for-a-terminal", State::failed);
  row.cause = "phase2_proposal_mismatch";
  row.gateway = "ein-übergroßer-name-eines-gateways";
  for (const std::size_t width : {70U, 80U, 100U, 200U}) {
    const auto line = lines_of(status_table({row}, {.width = width}, ten_o_clock))[1];
    std::size_t characters = 0;
    for (const char byte : line) characters += (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U ? 1 : 0;
    EXPECT_LE(characters, width);
    EXPECT_NE(line.find("failed"), std::string::npos);
    EXPECT_NE(line.find(width < 100 ? "phase2_" : "phase2_proposal_mismatch"), std::string::npos) << line;
  }
}

TEST(StatusTable, LeavesOutThePeerFirst) {
  EXPECT_EQ(lines_of(status_table({a_row("branch", State::up)}, {.width = 45}, ten_o_clock))[0],
            "TUNNEL  GATEWAY  STATE  FOR     CAUSE");
}

TEST(StatusTable, SaysThatThereIsNothing) { EXPECT_EQ(status_table({}, wide, ten_o_clock), "No tunnel is known yet.\n"); }

TEST(StatusTable, ShowsNoControlCharacters) {
  auto row = a_row(std::string(hostile), State::up);
  row.gateway = row.cause = row.peer = hostile;
  EXPECT_EQ(status_table({row}, wide, ten_o_clock).find('\x1b'), std::string::npos);
}

Change a_change(State from, State to, std::chrono::microseconds ago) {
  Change change;
  change.from = from;
  change.to = to;
  change.at = ten_o_clock - ago;
  return change;
}

std::string strip(const std::vector<Change>& history, State present, std::optional<WallTime> since = std::nullopt) {
  const auto line = lines_of(day_strip(history, present, since, ten_o_clock, {}))[0];
  return line.substr(std::string("  Last day:  ").size());
}

std::string times(std::size_t count, const char* mark) {
  std::string text;
  while (count-- > 0) text += mark;
  return text;
}

TEST(DayStrip, ShowsHalfHours) {
  EXPECT_EQ(
      strip({a_change(State::idle, State::up, 12h), a_change(State::up, State::down, 6h), a_change(State::down, State::up, 3h)},
            State::up),
      times(24, "·") + times(12, "█") + times(6, "▁") + times(6, "█"));
}

TEST(DayStrip, ShowsShortTroubleAsPartOfItsHalfHour) {
  EXPECT_EQ(strip({a_change(State::up, State::down, 75min), a_change(State::down, State::up, 70min)}, State::up),
            times(45, "█") + "▄" + times(2, "█"));
}

TEST(DayStrip, GoesBackToTheBeginningOfThePresentState) {
  EXPECT_EQ(strip({}, State::up, ten_o_clock - 100h), times(48, "█"));
  EXPECT_EQ(strip({}, State::failed, ten_o_clock - 1h), times(46, "·") + times(2, "▁"));
  EXPECT_EQ(strip({}, State::unknown), times(48, "·"));
}

TEST(DayStrip, KnowsWhatWasBeforeTheDayBegan) {
  EXPECT_EQ(strip({a_change(State::idle, State::up, 48h), a_change(State::up, State::failed, 12h)}, State::failed),
            times(24, "█") + times(24, "▁"));
}

TEST(SilenceTable, ShowsWhatIsSilencedForHowLongAndWhy) {
  alert::Silence silence{
      "5d41402abc4b", {{"branch-*"}, {"edge-1"}, {"TunnelDown"}}, ten_o_clock, ten_o_clock + 90min, "new router", "root"};
  EXPECT_EQ(lines_of(silence_table({silence}, wide, ten_o_clock))[1],
            "5d41402abc4b  branch-*, at edge-1, alert TunnelDown  1h 30m  root  new router");
  EXPECT_EQ(silence_table({}, wide, ten_o_clock), "No silence is in force.\n");
}

}  // namespace
}  // namespace ikewatch::view
