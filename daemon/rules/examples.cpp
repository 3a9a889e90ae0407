#include <ikewatch/base/text.hpp>
#include <ikewatch/rules/rule_set.hpp>
#include <ikewatch/syslog/header.hpp>

#include <algorithm>

namespace ikewatch::rules {
namespace {

std::string quoted(std::string_view text) { return "'" + to_printable(text) + "'"; }

class ExampleTest {
 public:
  ExampleTest(const RuleSet& rules, const Rule& rule, const Example& example, Problems& out)
      : rules_(rules), rule_(rule), example_(example), out_(out) {}

  void run() {
    const auto record = syslog::read_header(example_.line);
    Event event;
    const Verdict verdict = rules_.match(record, options_, event);
    if (verdict.standing != Standing::matched) return fail(unmatched(verdict));
    if (event.rule != &rule_) return fail("rule " + event.rule->id + " takes this example of " + rule_.id);
    check_fields(event);
    check_alone(record);
  }

 private:
  std::string unmatched(const Verdict& verdict) const {
    if (verdict.standing == Standing::other)
      return "no dialect claims this example of " + rule_.id + "; look at its header and at 'claims'";
    return "no rule of " + std::string(rules_.dialect_name(verdict.dialect)) + " fits this example of " + rule_.id;
  }

  void check_fields(const Event& event) {
    for (const Field& field : event.all_fields()) check_field(rules_.field_name(field.id), field.text);
    for (const auto& [name, text] : example_.fields) {
      const std::string_view wanted = name;  // C++20 lets a lambda take a structured binding, Clang 14 does not yet
      const auto captured = [&](const Field& field) { return rules_.field_name(field.id) == wanted; };
      const auto all = event.all_fields();
      if (std::none_of(all.begin(), all.end(), captured)) fail("this example gives no field " + quoted(name));
    }
  }

  void check_field(std::string_view name, std::string_view text) {
    const auto named =
        std::find_if(example_.fields.begin(), example_.fields.end(), [&](const auto& field) { return field.first == name; });
    if (named == example_.fields.end()) return fail("field '" + std::string(name) + "' is not named; it is " + quoted(text));
    if (named->second != text) fail("field '" + std::string(name) + "' is " + quoted(text) + ", not " + quoted(named->second));
  }

  void check_alone(const syslog::Record& record) {
    for (const Rule* other : rules_.all_matches(record, options_)) {
      if (other != &rule_ && other->dialect == rule_.dialect)
        fail("rule " + other->id + " (line " + std::to_string(other->place.line) + ") fits this example of " + rule_.id +
             " too; make one of them narrower, or the wider one 'fallback: true'");
    }
  }

  void fail(std::string what) { out_.push_back({example_.place, std::move(what)}); }

  const RuleSet& rules_;
  const Rule& rule_;
  const Example& example_;
  Problems& out_;
  MatchOptions options_{.headless = true};
};

}  // namespace

Problems test_examples(const RuleSet& rules) {
  Problems out;
  for (const Rule& rule : rules.rules()) {
    if (rule.examples.empty()) out.push_back({rule.place, "rule " + rule.id + " has no example; it needs one line at least"});
    for (const Example& example : rule.examples) ExampleTest(rules, rule, example, out).run();
  }
  return out;
}

}  // namespace ikewatch::rules
