#include <ikewatch/view/reading.hpp>

#include "json_reading.hpp"

#include <ikewatch/base/text.hpp>
#include <ikewatch/syslog/header.hpp>

#include <algorithm>

namespace ikewatch::view {
namespace {

using engine::Change;
using engine::ChangeKind;
using rapidjson::Document;
using rapidjson::Value;
using tunnel::State;

/// Iterative, so that no nesting takes the stack.
void parse(Document& document, std::string_view text) {
  document.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag>(text.data(), text.size());
}

std::optional<WallTime> moment(const std::string& text) {
  if (text.empty()) return std::nullopt;
  return syslog::decode_stamp({text, syslog::StampForm::iso}, {WallTime{}, {}});
}

State state_in(const Value& from, const char* key) { return tunnel::state_named(text_in(from, key)).value_or(State::unknown); }

rules::Cause cause_in(const Value& from) { return rules::cause_named(text_in(from, "cause")).value_or(rules::Cause::none); }

std::uint64_t count_in(const Value& from, const char* key) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(0, number_in(from, key)));
}

std::optional<std::uint32_t> spi_in(const Value& from, const char* key) {
  const auto text = text_in(from, key);
  return text.starts_with("0x") ? to_number<std::uint32_t>(std::string_view(text).substr(2), 16) : std::nullopt;
}

std::optional<std::string> maybe_text(const Value& from, const char* key) {
  auto text = text_in(from, key);
  return text.empty() ? std::nullopt : std::optional(std::move(text));
}

engine::ChildView child_of(const Value& from) {
  return {state_in(from, "state"), spi_in(from, "spi_in"), spi_in(from, "spi_out"), maybe_text(from, "local_ts"),
          maybe_text(from, "remote_ts")};
}

engine::DiagnosisView diagnosis_of(const Value& from) {
  engine::DiagnosisView diagnosis;
  diagnosis.cause = cause_in(from);
  diagnosis.side = rules::side_named(text_in(from, "side")).value_or(rules::Side::unknown);
  diagnosis.confidence = rules::confidence_named(text_in(from, "confidence")).value_or(rules::Confidence::possible);
  diagnosis.resolved = flag_in(from, "resolved");
  diagnosis.count = count_in(from, "count");
  diagnosis.first_line = count_in(from, "first_line");
  diagnosis.last_line = count_in(from, "last_line");
  each_object(from, "evidence", [&](const Value& item) {
    diagnosis.evidence.push_back({count_in(item, "line"), text_in(item, "text")});
  });
  diagnosis.summary = text_in(from, "summary");
  diagnosis.explanation = text_in(from, "explanation");
  diagnosis.checks = list_in(from, "checks");
  return diagnosis;
}

engine::TimelineView entry_of(const Value& from) {
  return {count_in(from, "line"), moment(text_in(from, "time")),
          rules::event_named(text_in(from, "event")).value_or(rules::EventKind::info), state_in(from, "state"),
          text_in(from, "text")};
}

Change change_of(const Value& from) {
  Change change;
  const auto kind = text_in(from, "change");
  change.kind = kind == "state" ? ChangeKind::state : kind == "flapping" ? ChangeKind::flapping : ChangeKind::diagnosis;
  change.at = moment(text_in(from, "time")).value_or(WallTime{});
  change.gateway = text_in(from, "gateway");
  change.tunnel = text_in(from, "tunnel");
  change.peer = text_in(from, "peer");
  change.from = state_in(from, "from");
  change.to = state_in(from, "state");
  change.flapping = flag_in(from, "flapping");
  change.cause = cause_in(from);
  change.side = rules::side_named(text_in(from, "side")).value_or(rules::Side::unknown);
  change.confidence = rules::confidence_named(text_in(from, "confidence")).value_or(rules::Confidence::possible);
  change.text = text_in(from, "text");
  return change;
}

alert::Silence silence_of(const Value& from) {
  return {.id = text_in(from, "id"),
          .scope = {list_in(from, "tunnel"), list_in(from, "gateway"), list_in(from, "alert")},
          .starts_at = moment(text_in(from, "starts_at")).value_or(WallTime{}),
          .ends_at = moment(text_in(from, "ends_at")).value_or(WallTime{}),
          .why = text_in(from, "why"),
          .who = text_in(from, "who")};
}

template <class Item>
std::optional<std::vector<Item>> list_of(std::string_view text, Item (*read)(const Value&)) {
  Document document;
  parse(document, text);
  if (document.HasParseError() || !document.IsArray()) return std::nullopt;
  std::vector<Item> items;
  for (const auto& item : document.GetArray()) {
    if (item.IsObject()) items.push_back(read(item));
  }
  return items;
}

/// A text, or a list of them.
std::vector<std::string> patterns_in(const Value& from, const char* key) {
  const auto one = text_in(from, key);
  return one.empty() ? list_in(from, key) : std::vector{one};
}

std::string unknown_member(const Value& from) {
  constexpr std::string_view known[] = {"tunnel", "gateway", "alert", "for", "ends_at", "why"};
  for (const auto& member : from.GetObject()) {
    const std::string_view name(member.name.GetString(), member.name.GetStringLength());
    if (std::find(std::begin(known), std::end(known), name) == std::end(known)) return std::string(name);
  }
  return {};
}

std::optional<WallTime> end_in(const Value& from, WallTime now) {
  const auto length = text_in(from, "for");
  if (length.empty()) return moment(text_in(from, "ends_at"));
  const auto span = parse_duration(length);
  return span ? std::optional(now + *span) : std::nullopt;
}

}  // namespace

std::optional<engine::TunnelView> tunnel_from_json(std::string_view text) {
  Document document;
  parse(document, text);
  if (document.HasParseError() || !document.IsObject()) return std::nullopt;
  engine::TunnelView tunnel;
  tunnel.gateway = text_in(document, "gateway");
  tunnel.peer = text_in(document, "peer");
  tunnel.name = text_in(document, "name");
  tunnel.dialect = text_in(document, "dialect");
  tunnel.state = state_in(document, "state");
  tunnel.flapping = flag_in(document, "flapping");
  tunnel.phase1 = state_in(document, "phase1");
  each_object(document, "children", [&](const Value& item) { tunnel.children.push_back(child_of(item)); });
  each_object(document, "diagnoses", [&](const Value& item) { tunnel.diagnoses.push_back(diagnosis_of(item)); });
  each_object(document, "timeline", [&](const Value& item) { tunnel.timeline.push_back(entry_of(item)); });
  return tunnel;
}

std::optional<std::vector<Change>> history_from_json(std::string_view text) { return list_of<Change>(text, change_of); }

std::optional<std::vector<alert::Silence>> silences_from_json(std::string_view text) {
  return list_of<alert::Silence>(text, silence_of);
}

Result<alert::Silence> silence_request(std::string_view text, WallTime now) {
  Document document;
  parse(document, text);
  if (document.HasParseError() || !document.IsObject()) return Problem{{}, "the body must be a JSON object"};
  if (const auto name = unknown_member(document); !name.empty())
    return Problem{{}, "unknown member " + to_printable(name) + "; there are tunnel, gateway, alert, for, ends_at and why"};
  alert::Silence silence;
  silence.scope = {patterns_in(document, "tunnel"), patterns_in(document, "gateway"), patterns_in(document, "alert")};
  if (silence.scope == alert::Scope{}) return Problem{{}, "name a tunnel, a gateway or an alert; \"*\" stands for any"};
  const auto end = end_in(document, now);
  if (!end) return Problem{{}, "say until when: \"for\": \"2h\", or \"ends_at\" as 2026-11-22T10:00:00Z"};
  silence.starts_at = now;
  silence.ends_at = *end;
  silence.why = text_in(document, "why");
  return silence;
}

}  // namespace ikewatch::view
