#include <ikewatch/view/alerts.hpp>
#include <ikewatch/view/json_words.hpp>

namespace ikewatch::view {
namespace {

void add_scope(JsonWriter& out, const alert::Scope& scope) {
  add(out, "tunnel", scope.tunnel);
  add(out, "gateway", scope.gateway);
  add(out, "alert", scope.alert);
}

void add_alert(JsonWriter& out, const alert::AlertView& alert) {
  out.StartObject();
  add(out, "id", alert.notice.id);
  add(out, "state", name_of(alert.phase));
  add_time(out, "since", alert.notice.starts_at);
  add(out, "labels", alert.notice.labels);
  add(out, "annotations", alert.notice.annotations);
  add_members(out, alert.notice);
  add_key(out, "held");
  if (alert.held == alert::Held::no) {
    out.Null();
  } else {
    out.StartObject();
    add(out, "why", name_of(alert.held));
    add(out, "by", alert.by);
    out.EndObject();
  }
  out.EndObject();
}

void add_silence(JsonWriter& out, const alert::Silence& silence) {
  out.StartObject();
  add(out, "id", silence.id);
  add_scope(out, silence.scope);
  add_time(out, "starts_at", silence.starts_at);
  add_time(out, "ends_at", silence.ends_at);
  add(out, "why", silence.why);
  add(out, "who", silence.who);
  out.EndObject();
}

}  // namespace

void add_members(JsonWriter& out, const alert::Notice& notice) {
  if (notice.member_count == 0) return;
  add_number(out, "count", static_cast<std::int64_t>(notice.member_count));
  add_key(out, "members");
  out.StartArray();
  for (const auto& member : notice.members) {
    out.StartObject();
    add(out, "gateway", member.gateway);
    add(out, "tunnel", member.tunnel);
    add_time(out, "since", member.since);
    add_key(out, "over");
    out.Bool(member.over);
    out.EndObject();
  }
  out.EndArray();
}

std::string to_json(const std::vector<alert::AlertView>& alerts) {
  return json_document([&](JsonWriter& out) {
    out.StartArray();
    for (const auto& alert : alerts) add_alert(out, alert);
    out.EndArray();
  });
}

std::string to_json(const std::vector<alert::Silence>& silences) {
  return json_document([&](JsonWriter& out) {
    out.StartArray();
    for (const auto& silence : silences) add_silence(out, silence);
    out.EndArray();
  });
}

}  // namespace ikewatch::view
