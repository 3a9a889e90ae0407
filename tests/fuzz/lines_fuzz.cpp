// Any line against the packs that ship.
#include "target.hpp"

#include <ikewatch/rules/rule_set.hpp>
#include <ikewatch/rules/values.hpp>
#include <ikewatch/syslog/header.hpp>

#include <algorithm>

namespace ikewatch::fuzz {
namespace {

std::shared_ptr<const rules::RuleSet> shipped_rules() {
  std::vector<rules::PackText> packs;
  for (auto& [name, text] : yaml_files("config/rules")) packs.push_back({name, text});
  auto compiled = rules::compile_packs(packs);
  must(compiled.rules != nullptr, "the packs that ship compile");
  return compiled.rules;
}

bool same(const rules::Event& a, const rules::Event& b) {
  const auto same_field = [](const rules::Field& x, const rules::Field& y) { return x.id == y.id && x.text == y.text; };
  return a.rule == b.rule && a.cause == b.cause &&
         std::equal(a.all_fields().begin(), a.all_fields().end(), b.all_fields().begin(), b.all_fields().end(), same_field);
}

void check(const rules::RuleSet& rules, rules::Verdict verdict, const rules::Event& event) {
  if (verdict.standing == rules::Standing::other) return;
  must(verdict.dialect < rules.dialect_count(), "a line that is known is of a known dialect");
  if (verdict.standing != rules::Standing::matched) return;
  must(event.rule >= rules.rules().data() && event.rule < rules.rules().data() + rules.rules().size(),
       "the rule is one of the packs");
  must(event.rule->dialect == verdict.dialect, "the rule is one of its dialect");
  for (const auto& field : event.all_fields()) {
    must(!rules.field_name(field.id).empty(), "every field has a name");
    (void)rules::address_part(field.text);
    (void)rules::parse_spi(field.text);
    (void)rules::parse_cookies(field.text).answered();
  }
}

void match(const rules::RuleSet& rules, std::string_view line) {
  const syslog::Record record = syslog::read_header(line);
  for (const bool headless : {false, true}) {
    const rules::MatchOptions options{headless, rules::no_dialect};
    rules::Event event;
    const auto verdict = rules.match(record, options, event);
    check(rules, verdict, event);
    rules::Event again;
    must(rules.match(record, options, again).standing == verdict.standing && same(event, again), "a line has one meaning");
    (void)rules.all_matches(record, options);
  }
}

}  // namespace

void take(std::string_view bytes) {
  static const auto rules = shipped_rules();
  match(*rules, bytes);
  while (!bytes.empty()) {
    const auto line = bytes.substr(0, bytes.find('\n'));
    match(*rules, line);
    bytes.remove_prefix(std::min(bytes.size(), line.size() + 1));
  }
}

}  // namespace ikewatch::fuzz
