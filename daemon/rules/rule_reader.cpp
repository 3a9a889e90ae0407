#include "rule_reader.hpp"

#include <algorithm>
#include <array>

#include "cause_reader.hpp"
#include "pack_reader.hpp"

namespace ikewatch::rules {
namespace {

constexpr std::array<std::string_view, 3> attributions{"automatic", "host", "oldest"};

std::optional<Attribution> attribution_named(std::string_view name) {
  const auto found = std::find(attributions.begin(), attributions.end(), name);
  if (found == attributions.end()) return std::nullopt;
  return static_cast<Attribution>(found - attributions.begin());
}

void rule_id(const YamlNode& node, ProblemLog& log, WrittenRule& rule) { rule.id = read_text(node, "id", log); }
void rule_regex(const YamlNode& node, ProblemLog& log, WrittenRule& rule) { rule.regex = read_text(node, "regex", log); }
void rule_tag(const YamlNode& node, ProblemLog& log, WrittenRule& rule) { rule.tag = read_text(node, "tag", log); }
void rule_note(const YamlNode& node, ProblemLog& log, WrittenRule& rule) { rule.note = read_text(node, "note", log); }
void rule_cause(const YamlNode& node, ProblemLog& log, WrittenRule& rule) { rule.cause = read_cause(node, log); }

void rule_match(const YamlNode& node, ProblemLog& log, WrittenRule& rule) {
  rule.forms = read_texts(node, "match", log);
  if (rule.forms.size() <= most_forms_per_rule) return;
  log.add(node, "more than 256 forms of one rule; make several rules of it");
  rule.forms.resize(most_forms_per_rule);
}

void rule_event(const YamlNode& node, ProblemLog& log, WrittenRule& rule) {
  rule.event = read_text(node, "event", log);
  rule.kind = read_word<EventKind>(node, "event", event_named, event_names(), log);
}

void rule_confidence(const YamlNode& node, ProblemLog& log, WrittenRule& rule) {
  rule.confidence = read_word<Confidence>(node, "confidence", confidence_named, confidence_names(), log);
}

void rule_side(const YamlNode& node, ProblemLog& log, WrittenRule& rule) {
  rule.side = read_word<Side>(node, "side", side_named, side_names(), log);
}

void rule_rank(const YamlNode& node, ProblemLog& log, WrittenRule& rule) {
  rule.rank_place = log.place_of(node);
  if (const auto rank = read_number(node, "rank", 100, log)) rule.rank = static_cast<std::uint8_t>(*rank);
}

void rule_phase(const YamlNode& node, ProblemLog& log, WrittenRule& rule) {
  if (const auto phase = read_number(node, "phase", 2, log)) rule.phase = static_cast<std::uint8_t>(*phase);
}

void rule_attribute(const YamlNode& node, ProblemLog& log, WrittenRule& rule) {
  rule.attribution =
      read_word<Attribution>(node, "attribute", attribution_named, attributions, log).value_or(Attribution::automatic);
}

void rule_fallback(const YamlNode& node, ProblemLog& log, WrittenRule& rule) {
  rule.fallback = read_bool(node, "fallback", log).value_or(false);
}

void rule_initiator(const YamlNode& node, ProblemLog& log, WrittenRule& rule) {
  rule.initiator = read_bool(node, "initiator", log).value_or(false);
}

void rule_ends_session(const YamlNode& node, ProblemLog& log, WrittenRule& rule) {
  rule.ends_session = read_bool(node, "ends_session", log).value_or(false);
}

void rule_level(const YamlNode& node, ProblemLog& log, WrittenRule& rule) {
  rule.level_place = log.place_of(node);
  LevelMask mask = 0;
  for (const Written& word : read_texts(node, "level", log)) {
    const auto level = level_named(word.text);
    if (level) mask = static_cast<LevelMask>(mask | mask_of(*level));
    if (!level) log.add(word.place, "unknown level '" + word.text + "'" + did_you_mean(word.text, level_names().subspan(1)));
  }
  rule.levels = mask;
}

void example_line(const YamlNode& node, ProblemLog& log, Example& example) {
  const Written line = read_text(node, "line", log);
  example.line = line.text;
  example.place = line.place;
}

void example_fields(const YamlNode& node, ProblemLog& log, Example& example) {
  if (!expect(node, YamlNode::Kind::map, "fields", log)) return;
  for (const std::size_t i : checked_keys(node, log)) {
    const bool empty = node.value(i).kind == YamlNode::Kind::null;
    example.fields.emplace_back(node.key(i).text,
                                empty ? std::string{} : read_text(node.value(i), "the text of a field", log).text);
  }
}

constexpr MapKey<Example> example_keys[]{{"line", example_line}, {"fields", example_fields}};

void rule_examples(const YamlNode& node, ProblemLog& log, WrittenRule& rule) {
  if (!expect(node, YamlNode::Kind::list, "examples", log)) return;
  for (const YamlNode& item : node.items) {
    Example example;
    read_map<Example>(item, "an example", example_keys, log, example);
    if (example.place.line == 0) log.add(item, "an example without 'line'");
    rule.examples.push_back(std::move(example));
  }
}

constexpr MapKey<WrittenRule> rule_keys[]{
    {"id", rule_id},       {"match", rule_match},       {"regex", rule_regex},         {"tag", rule_tag},
    {"event", rule_event}, {"cause", rule_cause},       {"side", rule_side},           {"confidence", rule_confidence},
    {"rank", rule_rank},   {"phase", rule_phase},       {"attribute", rule_attribute}, {"level", rule_level},
    {"note", rule_note},   {"fallback", rule_fallback}, {"initiator", rule_initiator}, {"examples", rule_examples},
    {"ends_session", rule_ends_session},
};

void check_required(const WrittenRule& rule, ProblemLog& log) {
  if (!rule.id.given()) log.add(rule.place, "a rule without 'id'");
  if (!rule.event.given()) log.add(rule.place, "a rule without 'event'; write info where the line changes nothing");
  if (rule.note.text.empty()) log.add(rule.place, "a rule without 'note'; say in one sentence what the line means");
  if (rule.forms.empty() && !rule.regex.given() && !rule.tag.given())
    log.add(rule.place, "a rule that matches nothing; write 'match' or 'tag'");
  if (!rule.forms.empty() && rule.regex.given())
    log.add(rule.regex.place, "both 'match' and 'regex'; keep one, 'match' where it can say it");
}

}  // namespace

bool is_kebab(std::string_view text) {
  if (text.empty() || text.front() == '-' || text.back() == '-' || text.find("--") != std::string_view::npos) return false;
  return std::all_of(text.begin(), text.end(), [](char c) { return is_lower(c) || is_digit(c) || c == '-'; });
}

WrittenRule read_rule(const YamlNode& node, ProblemLog& log) {
  WrittenRule rule;
  rule.place = log.place_of(node);
  read_map<WrittenRule>(node, "a rule", rule_keys, log, rule);
  if (node.kind == YamlNode::Kind::map) check_required(rule, log);
  return rule;
}

}  // namespace ikewatch::rules
