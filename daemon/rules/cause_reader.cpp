#include "cause_reader.hpp"

#include <array>

#include "pack_format.hpp"

namespace ikewatch::rules {
namespace {

using yaml::MapKey;
using yaml::Node;
using yaml::Report;

constexpr std::array<std::string_view, 5> sides{"unknown", "local", "remote", "both", "path"};
constexpr std::array<std::string_view, 3> confidences{"possible", "likely", "confirmed"};

Cause read_cause_word(const Node& node, Report& report) {
  return read_word<Cause>(node, "cause", cause_named, cause_names(), report).value_or(Cause::none);
}

void outcome_cause(const Node& node, Report& report, WrittenOutcome& out) { out.cause = read_cause_word(node, report); }
void outcome_side(const Node& node, Report& report, WrittenOutcome& out) {
  out.side = read_word<Side>(node, "side", side_named, sides, report);
}
void outcome_confidence(const Node& node, Report& report, WrittenOutcome& out) {
  out.confidence = read_word<Confidence>(node, "confidence", confidence_named, confidences, report);
}
void outcome_rank(const Node& node, Report& report, WrittenOutcome& out) {
  if (const auto rank = read_number(node, "rank", 100, report)) out.rank = static_cast<std::uint8_t>(*rank);
}

constexpr MapKey<WrittenOutcome> outcome_keys[]{
    {"cause", outcome_cause},
    {"side", outcome_side},
    {"confidence", outcome_confidence},
    {"rank", outcome_rank},
};
static_assert(describes("rules[].cause.*", outcome_keys));

WrittenOutcome read_outcome(const Node& node, Report& report) {
  WrittenOutcome out;
  if (node.kind == Node::Kind::map) {
    read_map<WrittenOutcome>(node, "the value of a cause", outcome_keys, report, out);
  } else {
    out.cause = read_cause_word(node, report);
  }
  return out;
}

void read_cause_value(const Node& value, Report& report, WrittenCause& out) {
  if (value.key == "by") {
    out.by = read_text(value, "by", report);
  } else if (value.key == "default") {
    out.otherwise = read_outcome(value, report);
  } else {
    out.values.emplace_back(Written{std::string(value.key), report.place_of(value.key_at)}, read_outcome(value, report));
  }
}

}  // namespace

WrittenCause read_cause(const yaml::Node& node, yaml::Report& report) {
  WrittenCause out;
  if (node.kind != Node::Kind::map) {
    out.fixed.cause = read_cause_word(node, report);
    return out;
  }
  for (const Node& value : node.children) read_cause_value(value, report, out);
  if (!out.by.given()) report.add(node.at, "a cause with several values needs 'by: FIELD' that says which field they are of");
  return out;
}

std::span<const std::string_view> side_names() { return sides; }
std::span<const std::string_view> confidence_names() { return confidences; }

}  // namespace ikewatch::rules
