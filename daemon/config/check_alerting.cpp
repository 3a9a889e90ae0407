#include "check_alerting.hpp"

#include "entries.hpp"
#include "values.hpp"

#include <ikewatch/alert/template.hpp>

#include <algorithm>
#include <array>
#include <span>

namespace ikewatch::config {
namespace {

using yaml::Node;
using yaml::quote;
using yaml::Report;

/// Whether any name fits a word of `when`: patterns and addresses may fit what is not known yet.
template <class List>
void check_word(const Node& node, const List& list, std::string_view own, std::string_view section, Report& report) {
  if (list.empty() || node.kind != Node::Kind::scalar) return;
  const bool open = node.text.find('*') != std::string::npos || Address::parse(node.text) || node.text == own;
  const bool known = std::ranges::any_of(list, [&](const auto& entry) { return entry.name == node.text; });
  if (open || known) return;
  report.add(node.at, quote(node.text) + " is not in `" + std::string(section) + "`; " + remedy_for(node.text, list, section));
}

void check_reserved(const Node* section, std::span<const std::string_view> reserved, Report& report) {
  if (section == nullptr) return;
  for (const auto& child : section->children) {
    if (std::ranges::find(reserved, child.key) == reserved.end()) continue;
    report.add(child.key_at, quote(child.key) + " is set by ikewatch itself; choose another name");
  }
}

template <class List>
void check_words(const Node* when, std::string_view key, const List& list, std::string_view own, std::string_view section,
                 Report& report) {
  const auto* words = when->find(key);
  if (words == nullptr) return;
  if (words->kind == Node::Kind::scalar) return check_word(*words, list, own, section, report);
  for (const auto& word : words->children) check_word(word, list, own, section, report);
}

/// The fields that a template may name, and those of a receiver beside them.
constexpr std::array<std::string_view, 3> receiver_fields = {"secret", "headline", "link"};

void check_template(const Node* node, std::span<const std::string_view> known, Report& report) {
  if (node == nullptr || node->kind != Node::Kind::scalar) return;
  if (const auto wrong = alert::complain_of_template(node->text, known); !wrong.empty()) report.add(node->at, wrong);
}

void check_templates(const Node* section, std::span<const std::string_view> known, Report& report) {
  if (section == nullptr) return;
  for (const auto& child : section->children) check_template(&child, known, report);
}

/// What an alert is on: tunnels, sources or the daemon. Conditions of another kind never hold.
void check_subject(const When& when, const Node& node, Report& report) {
  static constexpr std::array<std::string_view, 7> of_tunnels = {"state",    "cause", "tunnel", "gateway",
                                                                 "flapping", "phase", "mode"};
  static constexpr std::array<std::string_view, 2> of_sources = {"up", "gap"};
  const auto refuse = [&](std::span<const std::string_view> keys, std::string_view why) {
    for (const auto key : keys) {
      if (const auto* found = node.find(key)) report.add(found->key_at, quote(key) + std::string(why));
    }
  };
  const bool source = node.find("source") != nullptr;
  const bool daemon = node.find("daemon") != nullptr;
  if (source || daemon) refuse(of_tunnels, " is a condition on tunnels; write an alert of its own for it");
  if (!source) refuse(of_sources, " is a condition on sources; add `source: \"*\"`");
  if (daemon && (source || when.silent))
    report.add(node.find("daemon")->key_at, "daemon stands alone; write an alert of its own for it");
  if (source && !daemon && !when.silent && !when.up && !when.gap)
    report.add(node.find("source")->key_at, "source: nothing is asked of it; add `silent: 1h`, `up: false` or `gap: true`");
}

void check_alerts(const Settings& settings, const Node& root, std::string_view own, Report& report) {
  static constexpr std::array<std::string_view, 8> labels = {"alertname", "gateway",  "tunnel",       "severity",
                                                             "source",    "incident", "peer_network", "component"};
  static constexpr std::array<std::string_view, 5> annotations = {"cause", "side", "summary", "description", "checks"};
  const Entries entries(root, "alerts");
  for (std::size_t i = 0; i < entries.size(); ++i) {
    check_reserved(entries.find(i, "labels"), labels, report);
    check_reserved(entries.find(i, "annotations"), annotations, report);
    check_templates(entries.find(i, "labels"), alert::identity_fields(), report);
    check_templates(entries.find(i, "annotations"), alert::notice_fields(), report);
    const auto* when = entries.find(i, "when");
    if (when == nullptr || when->kind != Node::Kind::map) continue;
    if (when->children.empty())
      report.add(when->at, "when: no condition; write at least one, for example `state: [failed, down]`");
    check_subject(settings.alerts[i].when, *when, report);
    check_words(when, "tunnel", settings.tunnels, {}, "tunnels", report);
    check_words(when, "gateway", settings.gateways, own, "gateways", report);
    check_words(when, "source", settings.sources, {}, "sources", report);
  }
}

void check_windows(const Settings& settings, const Node& root, std::string_view own, Report& report) {
  const auto* list = root.find("maintenance");
  if (list == nullptr) return;
  for (const auto& window : list->children) {
    if (window.kind != Node::Kind::map) continue;
    check_words(&window, "tunnel", settings.tunnels, {}, "tunnels", report);
    check_words(&window, "gateway", settings.gateways, own, "gateways", report);
    check_words(&window, "alert", settings.alerts, {}, "alerts", report);
  }
}

void check_request(const Receiver& receiver, std::size_t index, const Entries& entries, Report& report) {
  std::vector<std::string_view> known(alert::notice_fields().begin(), alert::notice_fields().end());
  known.insert(known.end(), receiver_fields.begin(), receiver_fields.end());
  check_template(entries.find(index, "body"), known, report);
  if (const auto* headers = entries.find(index, "headers"); headers != nullptr && headers->kind == Node::Kind::list) {
    for (const auto& header : headers->children) {
      if (header.kind != Node::Kind::scalar) continue;
      if (const auto wrong = complain_of_header(header.text); !wrong.empty()) report.add(header.at, wrong);
      check_template(&header, known, report);
    }
  }
  if (receiver.tls && receiver.tls->certificate.empty() != receiver.tls->key.empty())
    report.add(entries.find(index, "tls")->key_at,
               "tls: a certificate needs its key and a key its certificate; write both or none");
}

/// What a receiver of this type lacks; empty where it is complete.
std::string lacking(const Receiver& receiver) {
  const bool url = !receiver.urls.empty() || !receiver.url_file.empty();
  const bool secret = !receiver.secret_file.empty();
  switch (receiver.type) {
    case ReceiverType::alertmanager:
      return url ? "" : "`urls` is missing; add `urls: [\"http://127.0.0.1:9093\"]`";
    case ReceiverType::webhook:
      return url ? "" : "`url` is missing; add `url: https://hooks.example/ikewatch`";
    case ReceiverType::slack:
      return url || secret ? "" : "the webhook URL is missing; put it into a file and add `secret_file: /path/of/it`";
    case ReceiverType::pagerduty:
      return secret ? "" : "the routing key is missing; put it into a file and add `secret_file: /path/of/it`";
    case ReceiverType::webhook_template:
      break;
  }
  if (!url) return "`url` is missing; add `url: https://hooks.example/ikewatch`";
  return receiver.body.empty() ? "`body` is missing; add `body: \"{alertname} on {tunnel}: {summary}\"`" : "";
}

void check_receivers(const Settings& settings, const Node& root, Report& report) {
  const Entries entries(root, "receivers");
  const auto alerts = names_of(settings.alerts);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto& receiver = settings.receivers[i];
    const auto what = entries.has(i, "type") ? lacking(receiver) : std::string{};
    if (!what.empty()) report.add(entries.at(i, "name"), "receiver " + quote(receiver.name) + ": " + what);
    const bool both = receiver.type == ReceiverType::alertmanager && entries.has(i, "url") && entries.has(i, "urls");
    if (both) report.add(entries.find(i, "url")->key_at, "url beside urls; delete url and list every URL under urls");
    check_request(receiver, i, entries, report);
    const auto* list = entries.find(i, "alerts");
    if (list == nullptr || list->kind != Node::Kind::list) continue;
    for (const auto& item : list->children) {
      if (item.kind != Node::Kind::scalar || alerts.contains(item.text)) continue;
      report.add(item.at, "no alert is called " + quote(item.text) + "; " + remedy_for(item.text, settings.alerts, "alerts"));
    }
  }
}

}  // namespace

void check_alerting(const Settings& settings, const Node& root, std::string_view own_gateway, Report& report) {
  check_alerts(settings, root, own_gateway, report);
  check_windows(settings, root, own_gateway, report);
  check_receivers(settings, root, report);
}

}  // namespace ikewatch::config
