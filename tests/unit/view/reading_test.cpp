// JSON of our own read back: nothing is lost, and nothing that a stranger writes does harm.
#include <ikewatch/view/reading.hpp>

#include "samples.hpp"

#include <ikewatch/view/alerts.hpp>
#include <ikewatch/view/json.hpp>
#include <ikewatch/view/text.hpp>

#include <gtest/gtest.h>

namespace ikewatch::view {
namespace {

using namespace std::chrono_literals;

TEST(TunnelFromJson, IsTheTunnelAgain) {
  for (const auto& tunnel : {a_failed_tunnel(), a_tunnel_that_stands()}) {
    const auto text = to_json(tunnel);
    const auto read = tunnel_from_json(text);
    ASSERT_TRUE(read);
    EXPECT_EQ(to_json(*read), text);
  }
}

TEST(HistoryFromJson, IsTheHistoryAgain) {
  engine::Change change;
  change.kind = engine::ChangeKind::diagnosis;
  change.at = ten_o_clock + 123456us;
  change.gateway = "edge-1";
  change.cause = rules::Cause::psk_missing;
  change.side = rules::Side::local;
  change.confidence = rules::Confidence::confirmed;
  change.text = "racoon: ERROR: no";
  std::vector<engine::Change> history = {change, {}};
  history[1].flapping = true;
  history[1].kind = engine::ChangeKind::flapping;
  const auto read = history_from_json(to_json(history));
  ASSERT_TRUE(read);
  EXPECT_EQ(to_json(*read), to_json(history));
}

TEST(SilencesFromJson, AreTheSilencesAgain) {
  const std::vector<alert::Silence> silences = {
      {"5d41402abc4b", {{"a"}, {}, {"b", "c"}}, ten_o_clock, ten_o_clock + 1h, "why", "who"}};
  const auto read = silences_from_json(to_json(silences));
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, silences);
}

TEST(FromJson, TakesAnyBytes) {
  for (const std::string text :
       {"", "[", "{", "null", "7", "[7, null, [], \"x\"]", "{\"timeline\": [[]], \"children\": {}, \"state\": 7}"}) {
    static_cast<void>(tunnel_from_json(text));
    static_cast<void>(history_from_json(text));
    static_cast<void>(silences_from_json(text));
  }
  EXPECT_FALSE(tunnel_from_json("[]"));
  EXPECT_FALSE(history_from_json("{}"));
  EXPECT_FALSE(tunnel_from_json(std::string(1'000'000, '[')));
  EXPECT_TRUE(tunnel_from_json("{\"state\": \"x\", \"children\": 7, \"diagnoses\": [7], \"timeline\": [{}]}"));
}

std::string problem_with(std::string_view body) {
  const auto silence = silence_request(body, ten_o_clock);
  return silence ? "" : silence.error().what.substr(0, 14);
}

TEST(SilenceRequest, NamesWhatAndUntilWhen) {
  const auto silence =
      silence_request(R"({"tunnel": ["a", "b*"], "gateway": "edge-1", "for": "1h30m", "why": "new"})", ten_o_clock);
  ASSERT_TRUE(silence);
  EXPECT_EQ(silence->scope, (alert::Scope{{"a", "b*"}, {"edge-1"}, {}}));
  EXPECT_EQ(silence->starts_at, ten_o_clock);
  EXPECT_EQ(silence->ends_at, ten_o_clock + 90min);
  EXPECT_EQ(silence->why, "new");
  const auto until = silence_request(R"({"alert": "TunnelDown", "ends_at": "2026-11-22T12:00:00+01:00"})", ten_o_clock);
  ASSERT_TRUE(until);
  EXPECT_EQ(until->ends_at, ten_o_clock + 1h);
}

TEST(SilenceRequest, SaysWhatIsMissing) {
  EXPECT_EQ(problem_with(""), "the body must ");
  EXPECT_EQ(problem_with("[]"), "the body must ");
  EXPECT_EQ(problem_with(R"({"for": "2h"})"), "name a tunnel,");
  EXPECT_EQ(problem_with(R"({"tunnel": "", "for": "2h"})"), "name a tunnel,");
  EXPECT_EQ(problem_with(R"({"tunnel": "a"})"), "say until when");
  EXPECT_EQ(problem_with(R"({"tunnel": "a", "for": 7})"), "say until when");
  EXPECT_EQ(problem_with(R"({"tunnel": "a", "ends_at": "noon"})"), "say until when");
  EXPECT_EQ(problem_with(R"({"tunel": "a", "for": "2h"})"), "unknown member");
}

}  // namespace
}  // namespace ikewatch::view
