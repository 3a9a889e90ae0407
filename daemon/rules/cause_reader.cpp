#include "cause_reader.hpp"

#include <array>

namespace ikewatch::rules {
namespace {

constexpr std::array<std::string_view, 5> sides{"unknown", "local", "remote", "both", "path"};
constexpr std::array<std::string_view, 3> confidences{"possible", "likely", "confirmed"};

Cause read_cause_word(const YamlNode& node, ProblemLog& log) {
  return read_word<Cause>(node, "cause", cause_named, cause_names(), log).value_or(Cause::none);
}

void outcome_cause(const YamlNode& node, ProblemLog& log, WrittenOutcome& out) { out.cause = read_cause_word(node, log); }
void outcome_side(const YamlNode& node, ProblemLog& log, WrittenOutcome& out) {
  out.side = read_word<Side>(node, "side", side_named, sides, log);
}
void outcome_confidence(const YamlNode& node, ProblemLog& log, WrittenOutcome& out) {
  out.confidence = read_word<Confidence>(node, "confidence", confidence_named, confidences, log);
}
void outcome_rank(const YamlNode& node, ProblemLog& log, WrittenOutcome& out) {
  if (const auto rank = read_number(node, "rank", 100, log)) out.rank = static_cast<std::uint8_t>(*rank);
}

constexpr MapKey<WrittenOutcome> outcome_keys[]{
    {"cause", outcome_cause},
    {"side", outcome_side},
    {"confidence", outcome_confidence},
    {"rank", outcome_rank},
};

WrittenOutcome read_outcome(const YamlNode& node, ProblemLog& log) {
  WrittenOutcome out;
  if (node.kind == YamlNode::Kind::map) {
    read_map<WrittenOutcome>(node, "the value of a cause", outcome_keys, log, out);
  } else {
    out.cause = read_cause_word(node, log);
  }
  return out;
}

void read_cause_value(const YamlNode& key, const YamlNode& value, ProblemLog& log, WrittenCause& out) {
  if (key.text == "by") {
    out.by = read_text(value, "by", log);
  } else if (key.text == "default") {
    out.otherwise = read_outcome(value, log);
  } else {
    out.values.emplace_back(Written{key.text, log.place_of(key)}, read_outcome(value, log));
  }
}

}  // namespace

WrittenCause read_cause(const YamlNode& node, ProblemLog& log) {
  WrittenCause out;
  if (node.kind != YamlNode::Kind::map) {
    out.fixed.cause = read_cause_word(node, log);
    return out;
  }
  for (const std::size_t i : checked_keys(node, log)) read_cause_value(node.key(i), node.value(i), log, out);
  if (!out.by.given()) log.add(node, "a cause with several values needs 'by: FIELD' that says which field they are of");
  return out;
}

std::span<const std::string_view> side_names() { return sides; }
std::span<const std::string_view> confidence_names() { return confidences; }

}  // namespace ikewatch::rules
