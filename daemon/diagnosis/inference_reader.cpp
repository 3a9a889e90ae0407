#include "inference_reader.hpp"

#include <ikewatch/base/text.hpp>

#include <algorithm>

namespace ikewatch::diagnosis {
namespace {

using rules::Cause;
using rules::Signal;
using yaml::MapKey;
using yaml::Node;
using yaml::Report;

constexpr std::array<std::string_view, 4> written_sides{"local", "remote", "both", "path"};
constexpr std::array<std::string_view, 3> confidences{"possible", "likely", "confirmed"};

std::optional<std::chrono::seconds> duration_named(std::string_view text) {
  if (text.size() < 2) return std::nullopt;
  const auto number = to_number<std::uint32_t>(text.substr(0, text.size() - 1), 10);
  if (!number || *number > 86400) return std::nullopt;
  if (text.back() == 's') return std::chrono::seconds(*number);
  if (text.back() == 'm') return std::chrono::minutes(*number);
  if (text.back() == 'h') return std::chrono::hours(*number);
  return std::nullopt;
}

std::optional<std::chrono::seconds> read_duration(const Node& node, std::string_view what, Report& report) {
  static constexpr std::array<std::string_view, 3> ways{"30s", "2m", "1h"};
  return yaml::read_word<std::chrono::seconds>(node, what, duration_named, ways, report);
}

/// The words of a list as a set; `named` tells what each is.
template <std::size_t Size, class Value, class Names>
void read_set(const Node& node, std::string_view what, std::optional<Value> (*named)(std::string_view), const Names& names,
              Report& report, std::bitset<Size>& set) {
  if (!expect(node, Node::Kind::list, what, report)) return;
  for (const Node& item : node.children) {
    const auto value = yaml::read_word<Value>(item, what, named, names, report);
    if (value) set.set(static_cast<std::size_t>(*value));
  }
}

std::optional<Cause> real_cause(std::string_view name) {
  const auto cause = rules::cause_named(name);
  return cause == Cause::none ? std::nullopt : cause;
}

void when_own(const Node& node, Report& report, Conditions& when) {
  read_set(node, "own", real_cause, rules::cause_names(), report, when.own);
}
void when_found(const Node& node, Report& report, Conditions& when) {
  read_set(node, "found", real_cause, rules::cause_names(), report, when.found);
}
void when_seen(const Node& node, Report& report, Conditions& when) {
  read_set(node, "seen", rules::signal_named, rules::signal_names(), report, when.seen);
}
void when_unseen(const Node& node, Report& report, Conditions& when) {
  read_set(node, "unseen", rules::signal_named, rules::signal_names(), report, when.unseen);
}
void when_times(const Node& node, Report& report, Conditions& when) {
  const auto times = yaml::read_number(node, "times", History::remembered, report);
  when.times = times.value_or(0);
}
void when_within(const Node& node, Report& report, Conditions& when) {
  when.within = read_duration(node, "within", report).value_or(std::chrono::seconds{0});
}
void when_up(const Node& node, Report& report, Conditions& when) { when.up = yaml::read_bool(node, "up", report); }
void when_ever_up(const Node& node, Report& report, Conditions& when) { when.ever_up = yaml::read_bool(node, "ever_up", report); }
void when_up_within(const Node& node, Report& report, Conditions& when) {
  when.up_within = read_duration(node, "up_within", report);
}
void when_rekeyed_within(const Node& node, Report& report, Conditions& when) {
  when.rekeyed_within = read_duration(node, "rekeyed_within", report);
}
void when_phase1_up(const Node& node, Report& report, Conditions& when) {
  when.phase1_up = yaml::read_bool(node, "phase1_up", report);
}
void when_initiator(const Node& node, Report& report, Conditions& when) {
  when.initiator = yaml::read_bool(node, "initiator", report);
}
void when_phase(const Node& node, Report& report, Conditions& when) {
  if (const auto phase = yaml::read_number(node, "phase", 2, report)) when.phase = static_cast<std::uint8_t>(*phase);
}

constexpr MapKey<Conditions> condition_keys[]{
    {"own", when_own},
    {"found", when_found},
    {"seen", when_seen},
    {"unseen", when_unseen},
    {"times", when_times},
    {"within", when_within},
    {"up", when_up},
    {"ever_up", when_ever_up},
    {"up_within", when_up_within},
    {"phase1_up", when_phase1_up},
    {"rekeyed_within", when_rekeyed_within},
    {"phase", when_phase},
    {"initiator", when_initiator},
};

void gives_cause(const Node& node, Report& report, Inference& inference) {
  const auto cause = yaml::read_word<Cause>(node, "cause", real_cause, rules::cause_names(), report);
  inference.cause = cause.value_or(Cause::none);
}
void gives_side(const Node& node, Report& report, Inference& inference) {
  const auto side = yaml::read_word<rules::Side>(node, "side", rules::side_named, written_sides, report);
  inference.side = side.value_or(rules::Side::unknown);
}
void gives_confidence(const Node& node, Report& report, Inference& inference) {
  const auto read = yaml::read_word<rules::Confidence>(node, "confidence", rules::confidence_named, confidences, report);
  inference.confidence = read.value_or(rules::Confidence::possible);
}
void gives_rank(const Node& node, Report& report, Inference& inference) {
  inference.rank = static_cast<std::uint8_t>(yaml::read_number(node, "rank", 100, report).value_or(0));
}

constexpr MapKey<Inference> gives_keys[]{{"cause", gives_cause, "name one, or write `gives: none`"},
                                         {"side", gives_side},
                                         {"confidence", gives_confidence, "nothing is certain by itself: say how sure this is"},
                                         {"rank", gives_rank, "say how much it tells of the root cause, 0 to 100"}};

void read_id(const Node& node, Report& report, Inference& inference) { inference.id = yaml::read_text(node, "id", report).text; }
void read_occasion(const Node& node, Report& report, Inference& inference) {
  if (!expect(node, Node::Kind::scalar, "on", report)) return;
  if (const auto event = rules::event_named(node.text)) return void(inference.events.set(static_cast<std::size_t>(*event)));
  if (const auto signal = rules::signal_named(node.text)) return void(inference.signals.set(static_cast<std::size_t>(*signal)));
  std::vector<std::string_view> names(rules::signal_names().begin(), rules::signal_names().end());
  names.insert(names.end(), rules::event_names().begin(), rules::event_names().end());
  report.add(node.at, "on cannot be " + report.quote(node.text) + yaml::hint(node.text, names, report.quotes()));
}
void read_on(const Node& node, Report& report, Inference& inference) {
  if (node.kind != Node::Kind::list) return read_occasion(node, report, inference);
  for (const Node& item : node.children) read_occasion(item, report, inference);
}
void read_when(const Node& node, Report& report, Inference& inference) {
  yaml::read_map<Conditions>(node, "when", condition_keys, report, inference.when);
  if (inference.when.times != 0 && inference.when.within.count() == 0)
    report.add(node.at, "`times` needs `within`: say in how long a time");
  if (inference.when.times != 0 && inference.events.any()) report.add(node.at, "`times` counts a signal, not an event");
}
void read_gives(const Node& node, Report& report, Inference& inference) {
  if (node.kind == Node::Kind::scalar && node.text == "none") return;
  yaml::read_map<Inference>(node, "gives", gives_keys, report, inference);
}
void read_note(const Node& node, Report& report, Inference& inference) {
  inference.note = yaml::read_text(node, "note", report).text;
}

constexpr MapKey<Inference> inference_keys[]{{"id", read_id, "name it"},
                                             {"on", read_on, "name the signal or the event that it is asked about"},
                                             {"when", read_when, "say under what conditions"},
                                             {"gives", read_gives, "write what it means then"},
                                             {"note", read_note, "say why, and what else it could be"}};

}  // namespace

void read_inferences(const Node& list, Report& report, Inferences& into) {
  if (!expect(list, Node::Kind::list, "\"inferences\"", report)) return;
  for (const Node& item : list.children) {
    const std::size_t before = report.count();
    Inference inference;
    yaml::read_map<Inference>(item, "an inference", inference_keys, report, inference);
    if (report.count() == before) into.add(std::move(inference));
  }
}

}  // namespace ikewatch::diagnosis
