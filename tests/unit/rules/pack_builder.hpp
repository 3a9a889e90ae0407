// Small packs and records for the tests of this room.
#pragma once

#include <gtest/gtest.h>
#include <ikewatch/rules/rule_set.hpp>

#include <string>
#include <string_view>

namespace ikewatch::rules {

inline constexpr const char* racoon_head = "version: 1\ndialect: racoon\nprefix: racoon\nclaims: {programs: [racoon]}\nrules:\n";
inline constexpr const char* ios_head =
    "version: 1\ndialect: cisco-ios\nprefix: cisco-ios\nclaims: {tags: [\"CRYPTO-*\"], openers: [\"ISAKMP\", "
    "\"IKEv2\"]}\nrules:\n";
inline constexpr const char* asa_head =
    "version: 1\ndialect: cisco-asa\nprefix: cisco-asa\nclaims: {tags: [\"713*\"], openers: [\"[IKEv1\"]}\nrules:\n";

/// One rule in the flow form; `more` holds further keys, each with a comma before it.
inline std::string rule(std::string_view id, std::string_view match, std::string_view more = {}) {
  return "  - {id: " + std::string(id) + ", match: \"" + std::string(match) + "\", event: info, note: \"Says so.\"" +
         std::string(more) + "}\n";
}

inline Compiled compile(const std::string& text) { return compile_packs({{"pack.yaml", text}}); }

/// A pack that must be right.
inline std::shared_ptr<const RuleSet> rules_of(const std::vector<PackText>& packs) {
  auto compiled = compile_packs(packs);
  for (const auto& problem : compiled.problems) ADD_FAILURE() << to_string(problem);
  return compiled.rules;
}
inline std::shared_ptr<const RuleSet> rules_of(const std::string& text) { return rules_of({{"pack.yaml", text}}); }

inline std::string first_problem(const std::string& text) {
  const auto compiled = compile(text);
  EXPECT_EQ(compiled.rules, nullptr);
  return compiled.problems.empty() ? std::string("(none)") : to_string(compiled.problems.front());
}

inline syslog::Record of_program(std::string_view program, std::string_view text) {
  syslog::Record record;
  record.program = program;
  record.raw = record.text = text;
  return record;
}
inline syslog::Record of_tag(std::string_view tag, std::string_view text) {
  syslog::Record record;
  record.tag = tag;
  record.raw = record.text = text;
  return record;
}
inline syslog::Record bare(std::string_view text) { return of_program({}, text); }

/// What became of a line, in one text: "rule-id name=text name=text", "unmatched" or "other".
inline std::string told(const RuleSet& rules, const syslog::Record& record, const MatchOptions& options = {}) {
  Event event;
  const Verdict verdict = rules.match(record, options, event);
  if (verdict.standing == Standing::other) return "other";
  if (verdict.standing == Standing::unmatched) return "unmatched";
  std::string out = event.rule->id;
  for (const Field& field : event.all_fields()) {
    out += " " + std::string(rules.field_name(field.id)) + "=" + std::string(field.text);
  }
  return out;
}

}  // namespace ikewatch::rules
