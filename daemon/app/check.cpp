#include "check.hpp"

#include "data.hpp"
#include "exit.hpp"
#include "gateways.hpp"
#include "open_source.hpp"

#include <ikewatch/base/text.hpp>
#include <ikewatch/config/settings.hpp>
#include <ikewatch/syslog/header.hpp>
#include <ikewatch/view/catalogue.hpp>

#include <iomanip>
#include <iostream>

namespace ikewatch::app {
namespace {

/// Packs alone: `rules` needs no configuration. Nothing where a problem was told.
std::shared_ptr<const rules::RuleSet> read_rules(const std::vector<std::string>& packs) {
  Meaning meaning = read_meaning(packs);
  complain(meaning.problems);
  return meaning.problems.empty() ? meaning.rules : nullptr;
}

void print_list(const rules::RuleSet& rules, rules::DialectId only) {
  for (const rules::Rule& rule : rules.rules()) {
    if (only != rules::no_dialect && rule.dialect != only) continue;
    std::cout << std::left << std::setw(44) << rule.id << ' ' << std::setw(20) << rules::name_of(rule.event) << ' ' << rule.note
              << '\n';
  }
}

void print_match(const rules::RuleSet& rules, const rules::Event& event) {
  const rules::Rule& rule = *event.rule;
  std::cout << "rule        " << rule.id << "\n            " << to_string(Problem{rule.place, "defined here"}) << '\n';
  std::cout << "event       " << rules::name_of(event.kind) << '\n';
  if (event.cause != rules::Cause::none) {
    std::cout << "cause       " << rules::name_of(event.cause) << " (" << rules::name_of(event.confidence) << ", side "
              << rules::name_of(event.side) << ", rank " << int{event.rank} << ")\n";
  }
  std::cout << "meaning     " << rule.note << '\n';
  for (const rules::Field& field : event.all_fields()) {
    std::cout << "field       " << rules.field_name(field.id) << " = " << to_printable(field.text) << '\n';
  }
}

}  // namespace

int check(const std::string& config_path) {
  const auto text = read_file(config_path, config::max_file_bytes);
  if (!text) return complain(text.error()), wrong_usage;
  const auto read = config::read_settings(config_path, *text, host_name());
  complain(read.problems);
  const Findings certificates = read.settings ? examine_certificates(*read.settings, config_path) : Findings{};
  complain(certificates.problems);
  for (const Problem& warning : certificates.warnings) complain(Problem{warning.place, "warning: " + warning.what});
  const Meaning meaning = read_meaning(read.settings ? read.settings->rules.packs : std::vector<std::string>{});
  complain(meaning.problems);
  Problems examples;
  if (meaning.rules) examples = rules::test_examples(*meaning.rules);
  complain(examples);
  const auto problems = read.problems.size() + certificates.problems.size() + meaning.problems.size() + examples.size();
  if (problems != 0) return found_problems;
  std::cout << config_path << ": no problem; " << meaning.rules->rules().size() << " rules\n";
  return done;
}

int rules_list(const ListOptions& options) {
  const Meaning meaning = read_meaning(options.packs);
  complain(meaning.problems);
  if (!meaning.problems.empty()) return found_problems;
  const rules::RuleSet& rules = *meaning.rules;
  const auto only = options.dialect.empty() ? rules::no_dialect : rules.dialect_named(options.dialect);
  if (!options.dialect.empty() && only == rules::no_dialect) {
    complain(Problem{{}, "--dialect " + options.dialect + ": no rule pack speaks it"});
    return wrong_usage;
  }
  if (options.format == ListFormat::json) return std::cout << view::catalogue_json(rules, only), done;
  if (options.format == ListFormat::text) return print_list(rules, only), done;
  const bool whole = only == rules::no_dialect;
  std::cout << (whole ? view::catalogue_index(rules, *meaning.knowledge) : view::catalogue_page(rules, *meaning.knowledge, only));
  return done;
}

int rules_test(const std::vector<std::string>& packs) {
  const auto rules = read_rules(packs);
  if (!rules) return found_problems;
  const Problems problems = rules::test_examples(*rules);
  complain(problems);
  std::size_t examples = 0;
  for (const rules::Rule& rule : rules->rules()) examples += rule.examples.size();
  std::cout << rules->rules().size() << " rules, " << examples << " examples, " << problems.size() << " problems\n";
  return problems.empty() ? done : found_problems;
}

int rules_try(const std::vector<std::string>& packs, const std::string& line) {
  const auto rules = read_rules(packs);
  if (!rules) return found_problems;
  const syslog::Record record = syslog::read_header(line);
  rules::MatchOptions options;
  options.headless = true;
  rules::Event event;
  const auto verdict = rules->match(record, options, event);
  std::cout << "host        " << to_printable(record.host) << "\nprogram     " << to_printable(record.program) << '\n';
  if (!record.tag.empty()) std::cout << "tag         " << to_printable(record.tag) << '\n';
  std::cout << "text        " << to_printable(record.text) << '\n';
  if (verdict.standing == rules::Standing::other) return std::cout << "dialect     none that a pack speaks\n", found_problems;
  std::cout << "dialect     " << rules->dialect_name(verdict.dialect) << '\n';
  if (verdict.standing == rules::Standing::unmatched) return std::cout << "rule        none\n", found_problems;
  print_match(*rules, event);
  return done;
}

}  // namespace ikewatch::app
