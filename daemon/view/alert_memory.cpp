// What is saved of alerts, as JSON of our own: times in microseconds, closed lists by their numbers.
#include <ikewatch/view/alerts.hpp>

#include <ikewatch/view/json_words.hpp>
#include "json_reading.hpp"

#include <optional>

namespace ikewatch::view {
namespace {

using alert::Notice;
using rapidjson::Value;

constexpr std::int64_t format = 1;

void add_us(JsonWriter& out, std::string_view key, WallTime time) { add_number(out, key, time.time_since_epoch().count()); }

void add_notice(JsonWriter& out, std::string_view key, const Notice& notice) {
  add_key(out, key);
  out.StartObject();
  add_number(out, "kind", static_cast<int>(notice.kind));
  add(out, "id", notice.id);
  add(out, "key", notice.key);
  add(out, "labels", notice.labels);
  add(out, "annotations", notice.annotations);
  add_number(out, "severity", static_cast<int>(notice.severity));
  add(out, "peer", notice.peer);
  add(out, "state", notice.state);
  add(out, "confidence", notice.confidence);
  add_number(out, "member_count", static_cast<std::int64_t>(notice.member_count));
  add_us(out, "starts_at", notice.starts_at);
  if (notice.ends_at) add_us(out, "ends_at", *notice.ends_at);
  add_number(out, "times", notice.times);
  add(out, "held_by", notice.held_by);
  add_key(out, "members");
  out.StartArray();
  for (const auto& member : notice.members) {
    out.StartArray();
    add(out, member.gateway);
    add(out, member.tunnel);
    out.Int64(member.since.time_since_epoch().count());
    out.Bool(member.over);
    out.EndArray();
  }
  out.EndArray();
  out.EndObject();
}

template <class List, class Add>
void add_list(JsonWriter& out, std::string_view key, const List& list, const Add& add_one) {
  add_key(out, key);
  out.StartArray();
  for (const auto& item : list) {
    out.StartObject();
    add_one(out, item);
    out.EndObject();
  }
  out.EndArray();
}

void add_alert(JsonWriter& out, const alert::AlertMemory& alert) {
  add(out, "subject", alert.subject);
  add(out, "rule", alert.rule);
  add_number(out, "phase", static_cast<int>(alert.phase));
  add_us(out, "since", alert.since);
  add_us(out, "ended", alert.ended);
  add_number(out, "waited", alert.waited.count());
  add_number(out, "told", alert.told ? 1 : 0);
  add(out, "incident", alert.incident);
  if (alert.told) add_notice(out, "notice", alert.notice);
}

void add_incident(JsonWriter& out, const alert::IncidentMemory& incident) {
  add(out, "group", incident.group);
  add(out, "rule", incident.rule);
  add_notice(out, "notice", incident.notice);
  add_number(out, "joined", incident.joined.count());
  add_list(out, "members", incident.members, [](JsonWriter& to, const auto& member) {
    add(to, "subject", member.first);
    add(to, "gateway", member.second.gateway);
    add(to, "tunnel", member.second.tunnel);
    add_us(to, "since", member.second.since);
    add_number(to, "over", member.second.over ? 1 : 0);
  });
}

void add_silence(JsonWriter& out, const alert::Silence& silence) {
  add(out, "id", silence.id);
  add(out, "tunnel", silence.scope.tunnel);
  add(out, "gateway", silence.scope.gateway);
  add(out, "alert", silence.scope.alert);
  add_us(out, "starts_at", silence.starts_at);
  add_us(out, "ends_at", silence.ends_at);
  add(out, "why", silence.why);
  add(out, "who", silence.who);
}

void add_lane(JsonWriter& out, const alert::LaneMemory& lane) {
  add(out, "receiver", lane.receiver);
  add_number(out, "target", static_cast<std::int64_t>(lane.target));
  add_number(out, "disabled", lane.disabled ? 1 : 0);
  add(out, "told", lane.told);
  add_list(out, "letters", lane.letters, [](JsonWriter& to, const alert::LetterMemory& letter) {
    add_notice(to, "notice", letter.notice);
    add_number(to, "must", letter.must ? 1 : 0);
    add_us(to, "queued", letter.queued);
    add_number(to, "repeats", letter.repeats);
  });
}

// --- and back: a member of another type than ours is as if it were not there.

/// Beyond these, arithmetic on times would overflow: the years 1970 to 9999.
WallTime time_in(const Value& from, const char* key) {
  return WallTime{std::chrono::microseconds(std::clamp<std::int64_t>(number_in(from, key), 0, 253'402'300'799'000'000))};
}
alert::Duration span_in(const Value& from, const char* key) {
  return alert::Duration(std::clamp<std::int64_t>(number_in(from, key), 0, 253'402'300'799'000'000));
}

template <class Enum>
Enum word_in(const Value& from, const char* key, Enum last) {
  const auto number = number_in(from, key);
  return number < 0 || number > static_cast<std::int64_t>(last) ? Enum{} : static_cast<Enum>(number);
}

std::map<std::string, std::string> texts_in(const Value& from, const char* key) {
  std::map<std::string, std::string> texts;
  const auto found = from.FindMember(key);
  if (found == from.MemberEnd() || !found->value.IsObject()) return texts;
  for (const auto& member : found->value.GetObject()) {
    if (member.value.IsString()) texts[{member.name.GetString(), member.name.GetStringLength()}] = member.value.GetString();
  }
  return texts;
}

Notice notice_in(const Value& from, const char* key) {
  Notice notice;
  const auto found = from.FindMember(key);
  if (found == from.MemberEnd() || !found->value.IsObject()) return notice;
  const Value& value = found->value;
  notice.kind = word_in(value, "kind", alert::NoticeKind::resolved);
  notice.id = text_in(value, "id");
  notice.key = text_in(value, "key");
  notice.labels = texts_in(value, "labels");
  notice.annotations = texts_in(value, "annotations");
  notice.severity = word_in(value, "severity", alert::Severity::info);
  notice.peer = text_in(value, "peer");
  notice.state = text_in(value, "state");
  notice.confidence = text_in(value, "confidence");
  notice.member_count = static_cast<std::size_t>(std::max<std::int64_t>(0, number_in(value, "member_count")));
  notice.starts_at = time_in(value, "starts_at");
  if (value.HasMember("ends_at")) notice.ends_at = time_in(value, "ends_at");
  notice.times = static_cast<std::uint32_t>(std::clamp<std::int64_t>(number_in(value, "times"), 1, 1'000'000'000));
  notice.held_by = list_in(value, "held_by");
  each(value, "members", [&](const Value& m) {
    if (!m.IsArray() || m.Size() != 4 || !m[0].IsString() || !m[1].IsString() || !m[2].IsInt64() || !m[3].IsBool()) return;
    notice.members.push_back(
        {m[0].GetString(), m[1].GetString(), WallTime{std::chrono::microseconds(m[2].GetInt64())}, m[3].GetBool()});
  });
  return notice;
}

/// The labels are what every receiver knows it by: without the name it is no notice.
bool is_whole(const Notice& notice) { return !notice.id.empty() && notice.labels.contains("alertname"); }

alert::AlertMemory alert_in(const Value& from) {
  alert::AlertMemory alert;
  alert.subject = text_in(from, "subject");
  alert.rule = text_in(from, "rule");
  alert.phase = word_in(from, "phase", alert::Phase::clearing);
  alert.since = time_in(from, "since");
  alert.ended = time_in(from, "ended");
  alert.waited = span_in(from, "waited");
  alert.incident = text_in(from, "incident");
  alert.notice = notice_in(from, "notice");
  alert.told = number_in(from, "told") != 0 && is_whole(alert.notice);
  return alert;
}

alert::IncidentMemory incident_in(const Value& from) {
  alert::IncidentMemory incident;
  incident.group = text_in(from, "group");
  incident.rule = text_in(from, "rule");
  incident.notice = notice_in(from, "notice");
  incident.joined = span_in(from, "joined");
  each_object(from, "members", [&](const Value& m) {
    incident.members.emplace_back(text_in(m, "subject"), alert::Member{text_in(m, "gateway"), text_in(m, "tunnel"),
                                                                       time_in(m, "since"), number_in(m, "over") != 0});
  });
  return incident;
}

alert::Silence silence_in(const Value& from) {
  alert::Silence silence;
  silence.id = text_in(from, "id");
  silence.scope = {list_in(from, "tunnel"), list_in(from, "gateway"), list_in(from, "alert")};
  silence.starts_at = time_in(from, "starts_at");
  silence.ends_at = time_in(from, "ends_at");
  silence.why = text_in(from, "why");
  silence.who = text_in(from, "who");
  return silence;
}

alert::LaneMemory lane_in(const Value& from) {
  alert::LaneMemory lane;
  lane.receiver = text_in(from, "receiver");
  lane.target = static_cast<std::size_t>(std::max<std::int64_t>(0, number_in(from, "target")));
  lane.disabled = number_in(from, "disabled") != 0;
  lane.told = texts_in(from, "told");
  each_object(from, "letters", [&](const Value& letter) {
    alert::LetterMemory memory;
    memory.notice = notice_in(letter, "notice");
    memory.must = number_in(letter, "must") != 0;
    memory.queued = time_in(letter, "queued");
    memory.repeats = static_cast<unsigned>(std::clamp<std::int64_t>(number_in(letter, "repeats"), 0, 100));
    if (is_whole(memory.notice)) lane.letters.push_back(std::move(memory));
  });
  return lane;
}

}  // namespace

std::string to_saved(const AlertMemories& memories) {
  return json_document([&](JsonWriter& out) {
    const auto& board = memories.board;
    out.StartObject();
    add_number(out, "format", format);
    add_us(out, "saved_at", board.saved_at);
    add_list(out, "alerts", board.alerts, add_alert);
    add_list(out, "incidents", board.incidents, add_incident);
    add_list(out, "subjects", board.subjects, [](JsonWriter& to, const alert::SubjectMemory& subject) {
      add(to, "subject", subject.subject);
      add_number(to, "settled", static_cast<int>(subject.settled));
      add_number(to, "failed_phase", subject.failed_phase);
    });
    add_list(out, "silences", board.silences, add_silence);
    add_list(out, "lanes", memories.outbox.lanes, add_lane);
    out.EndObject();
  });
}

std::optional<AlertMemories> from_saved(std::string_view text) {
  rapidjson::Document root;
  root.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag>(text.data(), text.size());
  if (root.HasParseError() || !root.IsObject() || number_in(root, "format") != format) return std::nullopt;
  AlertMemories memories;
  auto& board = memories.board;
  board.saved_at = time_in(root, "saved_at");
  each_object(root, "alerts", [&](const Value& item) { board.alerts.push_back(alert_in(item)); });
  each_object(root, "incidents", [&](const Value& item) {
    if (auto incident = incident_in(item); is_whole(incident.notice)) board.incidents.push_back(std::move(incident));
  });
  each_object(root, "subjects", [&](const Value& item) {
    const auto phase = number_in(item, "failed_phase");
    board.subjects.push_back({text_in(item, "subject"), word_in(item, "settled", tunnel::State::down),
                              phase == 1 || phase == 2 ? static_cast<int>(phase) : 0});
  });
  each_object(root, "silences", [&](const Value& item) { board.silences.push_back(silence_in(item)); });
  each_object(root, "lanes", [&](const Value& item) { memories.outbox.lanes.push_back(lane_in(item)); });
  return memories;
}

}  // namespace ikewatch::view
