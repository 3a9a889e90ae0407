#include "rule_reader.hpp"

#include <algorithm>
#include <array>

#include "cause_reader.hpp"
#include "pack_reader.hpp"

namespace ikewatch::rules {
namespace {

using yaml::MapKey;
using yaml::Node;
using yaml::Report;

constexpr std::array<std::string_view, 3> attributions{"automatic", "host", "oldest"};

std::optional<Attribution> attribution_named(std::string_view name) {
  const auto found = std::find(attributions.begin(), attributions.end(), name);
  if (found == attributions.end()) return std::nullopt;
  return static_cast<Attribution>(found - attributions.begin());
}

void rule_id(const Node& node, Report& report, WrittenRule& rule) { rule.id = read_text(node, "id", report); }
void rule_regex(const Node& node, Report& report, WrittenRule& rule) { rule.regex = read_text(node, "regex", report); }
void rule_tag(const Node& node, Report& report, WrittenRule& rule) { rule.tag = read_text(node, "tag", report); }
void rule_note(const Node& node, Report& report, WrittenRule& rule) { rule.note = read_text(node, "note", report); }
void rule_cause(const Node& node, Report& report, WrittenRule& rule) { rule.cause = read_cause(node, report); }

void rule_match(const Node& node, Report& report, WrittenRule& rule) {
  rule.forms = read_texts(node, "match", report);
  if (rule.forms.size() <= most_forms_per_rule) return;
  report.add(node.at, "more than 256 forms of one rule; make several rules of it");
  rule.forms.resize(most_forms_per_rule);
}

void rule_event(const Node& node, Report& report, WrittenRule& rule) {
  rule.event = read_text(node, "event", report);
  rule.kind = read_word<EventKind>(node, "event", event_named, event_names(), report);
}

void rule_confidence(const Node& node, Report& report, WrittenRule& rule) {
  rule.confidence = read_word<Confidence>(node, "confidence", confidence_named, confidence_names(), report);
}

void rule_side(const Node& node, Report& report, WrittenRule& rule) {
  rule.side = read_word<Side>(node, "side", side_named, side_names(), report);
}

void rule_rank(const Node& node, Report& report, WrittenRule& rule) {
  rule.rank_place = report.place_of(node.at);
  if (const auto rank = read_number(node, "rank", 100, report)) rule.rank = static_cast<std::uint8_t>(*rank);
}

void rule_phase(const Node& node, Report& report, WrittenRule& rule) {
  if (const auto phase = read_number(node, "phase", 2, report)) rule.phase = static_cast<std::uint8_t>(*phase);
}

void rule_attribute(const Node& node, Report& report, WrittenRule& rule) {
  rule.attribution =
      read_word<Attribution>(node, "attribute", attribution_named, attributions, report).value_or(Attribution::automatic);
}

void rule_fallback(const Node& node, Report& report, WrittenRule& rule) {
  rule.fallback = read_bool(node, "fallback", report).value_or(false);
}

void rule_initiator(const Node& node, Report& report, WrittenRule& rule) {
  rule.initiator = read_bool(node, "initiator", report).value_or(false);
}

void rule_ends_session(const Node& node, Report& report, WrittenRule& rule) {
  rule.ends_session = read_bool(node, "ends_session", report).value_or(false);
}

void rule_signal(const Node& node, Report& report, WrittenRule& rule) {
  rule.signal = read_word<Signal>(node, "signal", signal_named, signal_names(), report).value_or(Signal::none);
}

void rule_level(const Node& node, Report& report, WrittenRule& rule) {
  rule.level_place = report.place_of(node.at);
  LevelMask mask = 0;
  for (const Written& word : read_texts(node, "level", report)) {
    const auto level = level_named(word.text);
    if (level) mask = static_cast<LevelMask>(mask | mask_of(*level));
    if (!level)
      report.add(word,
                 "level cannot be " + report.quote(word.text) + yaml::hint(word.text, level_names().subspan(1), pack_quotes));
  }
  rule.levels = mask;
}

void example_line(const Node& node, Report& report, Example& example) {
  const Written line = read_text(node, "line", report);
  example.line = line.text;
  example.place = line.place;
}

void example_fields(const Node& node, Report& report, Example& example) {
  if (!expect(node, Node::Kind::map, "fields", report)) return;
  for (const Node& value : node.children) {
    const bool empty = value.kind == Node::Kind::missing;
    example.fields.emplace_back(value.key, empty ? std::string{} : read_text(value, "the text of a field", report).text);
  }
}

constexpr MapKey<Example> example_keys[]{{"line", example_line, "write the whole line of the log"}, {"fields", example_fields}};

void rule_examples(const Node& node, Report& report, WrittenRule& rule) {
  if (!expect(node, Node::Kind::list, "examples", report)) return;
  for (const Node& item : node.children) {
    Example example;
    read_map<Example>(item, "an example", example_keys, report, example);
    rule.examples.push_back(std::move(example));
  }
}

constexpr std::string_view note_remedy = "say in one sentence what the line means";
constexpr MapKey<WrittenRule> rule_keys[]{
    {"id", rule_id, "write the dialect, a dot and small words with hyphens"},
    {"event", rule_event, "write info where the line changes nothing"},
    {"note", rule_note, note_remedy},
    {"match", rule_match},
    {"regex", rule_regex},
    {"tag", rule_tag},
    {"cause", rule_cause},
    {"side", rule_side},
    {"confidence", rule_confidence},
    {"rank", rule_rank},
    {"phase", rule_phase},
    {"attribute", rule_attribute},
    {"level", rule_level},
    {"fallback", rule_fallback},
    {"initiator", rule_initiator},
    {"ends_session", rule_ends_session},
    {"signal", rule_signal},
    {"examples", rule_examples},
};

void check_together(const Node& node, const WrittenRule& rule, Report& report) {
  if (rule.note.given() && rule.note.text.empty()) report.add(rule.note, "an empty note; " + std::string(note_remedy));
  if (rule.forms.empty() && !rule.regex.given() && !rule.tag.given())
    report.add(node.at, "a rule that matches nothing; write 'match' or 'tag'");
  if (!rule.forms.empty() && rule.regex.given())
    report.add(rule.regex, "both 'match' and 'regex'; keep one, 'match' where it can say it");
}

}  // namespace

bool is_kebab(std::string_view text) {
  if (text.empty() || text.front() == '-' || text.back() == '-' || text.find("--") != std::string_view::npos) return false;
  return std::all_of(text.begin(), text.end(), [](char c) { return is_lower(c) || is_digit(c) || c == '-'; });
}

WrittenRule read_rule(const yaml::Node& node, yaml::Report& report) {
  WrittenRule rule;
  rule.place = report.place_of(node.at);
  read_map<WrittenRule>(node, "a rule", rule_keys, report, rule);
  if (node.kind == Node::Kind::map) check_together(node, rule, report);
  return rule;
}

}  // namespace ikewatch::rules
