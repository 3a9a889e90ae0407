#include <ikewatch/view/json.hpp>

#include "samples.hpp"

#include <ikewatch/base/text.hpp>

#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <algorithm>

namespace ikewatch::view {
namespace {

using rapidjson::Document;
using rapidjson::Value;
using Names = std::vector<std::string>;

Names names_of(const Value& object) {
  Names names;
  for (const auto& member : object.GetObject()) names.emplace_back(member.name.GetString());
  return names;
}

Document parsed(const std::string& text) {
  Document document;
  document.Parse<rapidjson::kParseValidateEncodingFlag>(text.data(), text.size());
  return document;
}

std::string report_of(const std::vector<engine::TunnelView>& tunnels,
                      const std::vector<engine::DiagnosisView>& unattributed = {}) {
  std::string text;
  ReportWriter report([&text](std::string_view piece) { text += piece; });
  report.begin({40, 31, 30});
  for (const auto& tunnel : tunnels) report.tunnel(tunnel);
  report.end(unattributed);
  return text;
}

TEST(Report, HasTheKeysOfTheInterfaceInTheirOrder) {
  const auto document = parsed(report_of({a_failed_tunnel()}, {a_missing_key()}));
  ASSERT_FALSE(document.HasParseError());
  EXPECT_EQ(names_of(document), (Names{"version", "lines", "tunnels", "unattributed"}));
  EXPECT_EQ(names_of(document["lines"]), (Names{"total", "vpn", "matched", "unmatched", "other"}));
  const Value& tunnel = document["tunnels"][0];
  EXPECT_EQ(names_of(tunnel),
            (Names{"gateway", "peer", "name", "dialect", "state", "flapping", "phase1", "children", "diagnoses", "timeline"}));
  EXPECT_EQ(names_of(tunnel["diagnoses"][0]), (Names{"cause", "side", "confidence", "resolved", "count", "first_line",
                                                     "last_line", "evidence", "summary", "explanation", "checks"}));
  EXPECT_EQ(names_of(tunnel["diagnoses"][0]["evidence"][0]), (Names{"line", "text"}));
  EXPECT_EQ(names_of(tunnel["timeline"][0]), (Names{"line", "time", "event", "state", "text"}));
  EXPECT_EQ(names_of(document["unattributed"]), (Names{"diagnoses"}));
  EXPECT_STREQ(document["unattributed"]["diagnoses"][0]["cause"].GetString(), "psk_missing");
}

TEST(Report, CountsWhatIsUnmatchedAndOther) {
  const auto document = parsed(report_of({}));
  EXPECT_EQ(document["version"].GetInt(), 1);
  EXPECT_EQ(document["lines"]["total"].GetInt(), 40);
  EXPECT_EQ(document["lines"]["unmatched"].GetInt(), 1);
  EXPECT_EQ(document["lines"]["other"].GetInt(), 9);
  EXPECT_EQ(document["tunnels"].Size(), 0U);
  EXPECT_EQ(document["unattributed"]["diagnoses"].Size(), 0U);
}

TEST(Report, EndsWithOneLineEnd) {
  const auto text = report_of({a_failed_tunnel()});
  EXPECT_TRUE(text.ends_with("}\n"));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
}

TEST(Report, IsHandedOnInPieces) {
  std::size_t pieces = 0;
  std::string text;
  ReportWriter report([&](std::string_view piece) { ++pieces, text += piece; });
  report.begin({});
  for (int i = 0; i < 1000; ++i) report.tunnel(a_failed_tunnel());
  EXPECT_GT(pieces, 3U);
  report.end({});
  EXPECT_EQ(parsed(text)["tunnels"].Size(), 1000U);
}

TEST(TunnelAsJson, TellsTimesAndTheirAbsence) {
  const auto document = parsed(to_json(a_failed_tunnel()));
  EXPECT_STREQ(document["timeline"][0]["time"].GetString(), "2026-11-22T10:00:00+00:00");
  EXPECT_TRUE(document["timeline"][1]["time"].IsNull());
  EXPECT_STREQ(document["timeline"][1]["state"].GetString(), "failed");
  EXPECT_STREQ(document["phase1"].GetString(), "down");
  EXPECT_FALSE(document["flapping"].GetBool());
}

TEST(TunnelAsJson, WritesSpisWithEightHexDigits) {
  const auto document = parsed(to_json(a_tunnel_that_stands()));
  const Value& child = document["children"][0];
  EXPECT_EQ(names_of(child), (Names{"state", "spi_in", "spi_out", "local_ts", "remote_ts"}));
  EXPECT_STREQ(child["spi_in"].GetString(), "0x0a04c9f0");
  EXPECT_TRUE(child["spi_out"].IsNull());
  EXPECT_TRUE(child["local_ts"].IsNull());
  EXPECT_STREQ(child["remote_ts"].GetString(), "10.20.0.0/16");
}

TEST(TunnelAsJson, LetsHostileTextNeitherBreakOutNorReachATerminal) {
  auto tunnel = a_failed_tunnel();
  tunnel.diagnoses[0].evidence[0].text = hostile;
  tunnel.timeline[0].text = std::string("line\nbreak \xe2\x82\xac and a zero \0 byte", 32);
  const auto text = to_json(tunnel);
  const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20; };
  EXPECT_TRUE(std::none_of(text.begin(), text.end(), control));
  const auto document = parsed(text);
  ASSERT_FALSE(document.HasParseError());
  EXPECT_EQ(document["diagnoses"][0]["evidence"][0]["text"].GetString(), to_printable(hostile));
  EXPECT_EQ(document["timeline"][0]["text"].GetString(), to_printable(tunnel.timeline[0].text));
}

TEST(TunnelsAsJson, AreOneArray) {
  const auto document = parsed(to_json(std::vector{a_failed_tunnel(), a_tunnel_that_stands()}));
  ASSERT_TRUE(document.IsArray());
  EXPECT_STREQ(document[1]["state"].GetString(), "up");
  EXPECT_EQ(to_json(std::vector<engine::TunnelView>{}), "[]");
}

class EventLines : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto compiled = rules::compile_packs(
        {{"small.yaml",
          "version: 1\ndialect: racoon\nprefix: racoon\nclaims: {programs: [racoon]}\nrules:\n"
          "  - id: racoon.no-key\n    match: \"no key {peer:address} in {path:rest}\"\n"
          "    event: phase1_failed\n    cause: psk_missing\n    note: \"No key.\"\n    examples:\n"
          "      - {line: \"racoon: ERROR: no key 198.51.100.7 in a\", fields: {peer: 198.51.100.7, path: a}}\n"}});
    ASSERT_TRUE(compiled.problems.empty()) << to_string(compiled.problems.front());
    rules_ = compiled.rules;
  }
  Document line_for(std::string_view raw, std::optional<WallTime> time = std::nullopt) {
    syslog::Record record;
    record.raw = raw;
    record.program = "racoon";
    record.text = raw;
    rules::Event event;
    const auto verdict = rules_->match(record, {}, event);
    const bool known = verdict.standing == rules::Standing::matched;
    append_event(text_, {7, time, "gw1", known ? "198.51.100.7" : "", verdict, known ? &event : nullptr}, *rules_);
    EXPECT_TRUE(text_.ends_with("}\n"));
    return parsed(text_);
  }
  std::shared_ptr<const rules::RuleSet> rules_;
  std::string text_;
};

TEST_F(EventLines, TellRuleEventCauseAndFields) {
  const auto line = line_for("ERROR: no key 198.51.100.7 in /etc/psk.txt", ten_o_clock);
  ASSERT_FALSE(line.HasParseError());
  EXPECT_EQ(names_of(line), (Names{"line", "time", "gateway", "dialect", "rule", "event", "peer", "cause", "fields"}));
  EXPECT_EQ(line["line"].GetInt(), 7);
  EXPECT_STREQ(line["time"].GetString(), "2026-11-22T10:00:00+00:00");
  EXPECT_STREQ(line["dialect"].GetString(), "racoon");
  EXPECT_STREQ(line["rule"].GetString(), "racoon.no-key");
  EXPECT_STREQ(line["event"].GetString(), "phase1_failed");
  EXPECT_STREQ(line["cause"].GetString(), "psk_missing");
  EXPECT_STREQ(line["fields"]["path"].GetString(), "/etc/psk.txt");
}

TEST_F(EventLines, TellALineThatNoRuleKnows) {
  const auto line = line_for("ERROR: what is this");
  ASSERT_FALSE(line.HasParseError());
  EXPECT_STREQ(line["event"].GetString(), "unmatched");
  for (const auto* name : {"rule", "time", "peer", "cause"}) EXPECT_TRUE(line[name].IsNull()) << name;
  EXPECT_EQ(line["fields"].MemberCount(), 0U);
}

TEST_F(EventLines, MakeBytesThatAreNoTextPrintable) {
  const auto line = line_for("ERROR: no key 198.51.100.7 in \xff\x1b\"");
  ASSERT_FALSE(line.HasParseError());
  EXPECT_EQ(std::string(line["fields"]["path"].GetString()).find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace ikewatch::view
