// A rule pack of any text is taken whole or refused with reasons. One that is taken matches its examples and the lines of its own
// text.
#include "target.hpp"

#include <ikewatch/base/text.hpp>
#include <ikewatch/rules/rule_set.hpp>
#include <ikewatch/syslog/header.hpp>

namespace ikewatch::fuzz {
namespace {

void match(const rules::RuleSet& rules, std::string_view line) {
  const syslog::Record record = syslog::read_header(line);
  for (const bool headless : {false, true}) {
    rules::Event event;
    const auto verdict = rules.match(record, {headless, rules::no_dialect}, event);
    (void)rules.all_matches(record, {headless, rules::no_dialect});
    if (verdict.standing != rules::Standing::matched) continue;
    must(event.rule != nullptr && event.rule->dialect == verdict.dialect, "the rule is one of its dialect");
    must(event.field_count <= rules::Event::max_fields, "an event has no more fields than it has room for");
    for (const auto& field : event.all_fields()) must(!rules.field_name(field.id).empty(), "every field has a name");
  }
}

}  // namespace

void take(std::string_view bytes) {
  const auto compiled = rules::compile_packs({{"pack.yaml", std::string(bytes)}});
  must((compiled.rules != nullptr) == compiled.problems.empty(), "a pack is refused for a reason, and for none it is taken");
  for (const auto& problem : compiled.problems) must(is_printable(to_string(problem)), "a problem is printable");
  if (!compiled.rules) return;
  for (const auto& problem : rules::test_examples(*compiled.rules)) must(is_printable(to_string(problem)), "so are its proofs");
  while (!bytes.empty()) {
    const auto line = bytes.substr(0, bytes.find('\n'));
    match(*compiled.rules, line);
    bytes.remove_prefix(std::min(bytes.size(), line.size() + 1));
  }
}

}  // namespace ikewatch::fuzz
