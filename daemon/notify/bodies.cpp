#include "bodies.hpp"

#include <ikewatch/alert/template.hpp>
#include <ikewatch/view/json_words.hpp>

#include <algorithm>
#include <array>

namespace ikewatch::notify {
namespace {

using alert::Notice;
using alert::NoticeKind;
using view::add;
using view::add_key;
using view::add_members;
using view::add_time;
using view::json_document;
using Writer = view::JsonWriter;

constexpr std::array<std::string_view, 6> own_labels = {"alertname", "gateway", "tunnel", "severity", "source", "component"};
constexpr std::array<std::string_view, 5> own_annotations = {"cause", "side", "summary", "description", "checks"};

/// Left out where it is empty.
void put_known(Writer& out, std::string_view key, std::string_view value) {
  if (!value.empty()) add(out, key, value);
}

std::string text_of(const alert::Texts& texts, const std::string& name) {
  const auto found = texts.find(name);
  return found == texts.end() ? std::string{} : found->second;
}

bool is_over(const Notice& notice) { return notice.kind == NoticeKind::resolved; }

void put_texts(Writer& out, std::string_view key, const alert::Texts& texts, std::span<const std::string_view> without = {}) {
  add_key(out, key);
  out.StartObject();
  for (const auto& [name, value] : texts) {
    if (std::ranges::find(without, name) == without.end()) add(out, name, value);
  }
  out.EndObject();
}

void put_lines(Writer& out, std::string_view key, std::string_view text) {
  add_key(out, key);
  out.StartArray();
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    add(out, line);
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
  out.EndArray();
}

void put_alert(Writer& out, const Notice& notice, std::string_view link, WallTime now) {
  out.StartObject();
  put_texts(out, "labels", notice.labels);
  put_texts(out, "annotations", notice.annotations);
  add_time(out, "startsAt", notice.starts_at);
  // An end that lies ahead of the receiver's clock would be no end; the sender's "now" may.
  add_time(out, "endsAt", is_over(notice) ? std::min(notice.ends_at.value_or(now), now) : now + believed_for);
  put_known(out, "generatorURL", link);
  out.EndObject();
}

/// `&`, `<` and `>` are Slack's own (https://api.slack.com/reference/surfaces/formatting#escaping).
std::string slack_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') out += "&amp;";
    if (c == '<') out += "&lt;";
    if (c == '>') out += "&gt;";
    if (c != '&' && c != '<' && c != '>') out += c;
  }
  return out;
}

std::string clock_time(WallTime time) {
  const auto text = to_iso8601(std::chrono::floor<std::chrono::seconds>(time));
  return text.substr(0, 10) + ' ' + text.substr(11, 5);
}

std::string bullet_list(std::string_view lines) {
  std::string text;
  while (!lines.empty()) {
    const auto line = lines.substr(0, lines.find('\n'));
    text += "\n- " + std::string(line);
    lines.remove_prefix(std::min(line.size() + 1, lines.size()));
  }
  return text;
}

void put_slack_section(Writer& out, std::string_view text) {
  out.StartObject();
  add(out, "type", "section");
  add_key(out, "text");
  out.StartObject();
  add(out, "type", "mrkdwn");
  add(out, "text", alert::shortened(text, 2900));  // 3000 characters are Slack's limit
  out.EndObject();
  out.EndObject();
}

std::string slack_details(const Notice& notice, std::string_view link) {
  std::string text = slack_escaped(text_of(notice.annotations, "description"));
  if (const auto side = text_of(notice.annotations, "side"); !side.empty()) text += "\nWho must act: " + slack_escaped(side);
  if (const auto checks = text_of(notice.annotations, "checks"); !checks.empty())
    text += "\nTo check:" + slack_escaped(bullet_list(checks));
  if (!link.empty()) text += "\n<" + std::string(link) + "|ikewatch>";
  return text;
}

}  // namespace

std::string old_news(const Notice& notice) {
  if (!is_over(notice) || notice.times < 2 || !notice.ends_at) return {};
  return "fired " + std::to_string(notice.times) + " times from " + clock_time(notice.starts_at) + " to " +
         clock_time(*notice.ends_at) + " UTC";
}

std::string headline(const Notice& notice, WallTime now) {
  const auto duration = to_human(std::chrono::floor<std::chrono::seconds>(notice.ends_at.value_or(now) - notice.starts_at));
  const auto summary = text_of(notice.labels, "alertname") + ": " + text_of(notice.annotations, "summary");
  if (!is_over(notice)) return summary;
  const auto old = old_news(notice);
  return "Over after " + duration + (old.empty() ? "" : " (" + old + ")") + ": " + summary;
}

std::string alertmanager_body(const std::vector<Notice>& notices, std::string_view link, WallTime now) {
  return json_document([&](Writer& out) {
    out.StartArray();
    for (const auto& notice : notices) put_alert(out, notice, link, now);
    out.EndArray();
  });
}

std::string webhook_body(const Notice& notice) {
  return json_document([&](Writer& out) {
    out.StartObject();
    add(out, "type", is_over(notice) ? "alert.resolved" : "alert.firing");
    add_time(out, "timestamp", is_over(notice) ? notice.ends_at.value_or(notice.starts_at) : notice.starts_at);
    add_key(out, "data");
    out.StartObject();
    add(out, "id", notice.id);
    add(out, "key", notice.key);
    for (const auto name : own_labels) put_known(out, name, text_of(notice.labels, std::string(name)));
    for (const auto name : own_annotations) {
      if (name != "checks") put_known(out, name, text_of(notice.annotations, std::string(name)));
    }
    put_lines(out, "checks", text_of(notice.annotations, "checks"));
    put_known(out, "confidence", notice.confidence);
    put_known(out, "peer", notice.peer);
    put_known(out, "state", notice.state);
    add_time(out, "starts_at", notice.starts_at);
    if (notice.ends_at) add_time(out, "ends_at", *notice.ends_at);
    add_key(out, "times");
    out.Uint(notice.times);
    add_members(out, notice);
    put_texts(out, "labels", notice.labels, own_labels);
    put_texts(out, "annotations", notice.annotations, own_annotations);
    out.EndObject();
    out.EndObject();
  });
}

std::string slack_body(const Notice& notice, std::string_view link, WallTime now) {
  const auto severity = text_of(notice.labels, "severity");
  const auto head = (is_over(notice) ? "" : "[" + severity + "] ") + headline(notice, now);
  return json_document([&](Writer& out) {
    out.StartObject();
    add(out, "text", slack_escaped(head));
    add_key(out, "blocks");
    out.StartArray();
    put_slack_section(out, "*" + slack_escaped(head) + "*");
    if (!is_over(notice)) put_slack_section(out, slack_details(notice, link));
    out.EndArray();
    out.EndObject();
  });
}

std::string pagerduty_body(const Notice& notice, std::string_view routing_key, std::string_view link, WallTime now) {
  return json_document([&](Writer& out) {
    out.StartObject();
    add(out, "routing_key", routing_key);
    add(out, "event_action", is_over(notice) ? "resolve" : "trigger");
    add(out, "dedup_key", "ikewatch:" + notice.key);
    add(out, "client", "ikewatch");
    put_known(out, "client_url", link);
    add_key(out, "payload");
    out.StartObject();
    add(out, "summary", alert::shortened(headline(notice, now), 1024));
    add(out, "source", text_of(notice.labels, "gateway"));
    add(out, "severity", alert::name_of(notice.severity));
    add_time(out, "timestamp", notice.starts_at);
    put_known(out, "component", text_of(notice.labels, "tunnel"));
    put_known(out, "group", text_of(notice.labels, "peer_network"));
    put_known(out, "class", text_of(notice.annotations, "cause"));
    add_key(out, "custom_details");
    out.StartObject();
    for (const auto& texts : {notice.labels, notice.annotations}) {
      for (const auto& [name, value] : texts) add(out, name, value);
    }
    put_known(out, "peer", notice.peer);
    add_members(out, notice);
    out.EndObject();
    out.EndObject();
    out.EndObject();
  });
}

}  // namespace ikewatch::notify
