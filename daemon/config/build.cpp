#include "build.hpp"

#include "check.hpp"
#include "values.hpp"

#include <ikewatch/config/options.hpp>

#include <algorithm>

namespace ikewatch::config {
namespace {

using yaml::Node;

const std::string_view* text_of(const Node* node) {
  return node != nullptr && node->kind == Node::Kind::scalar ? &node->text : nullptr;
}

/// The keys of one section, each read into its target where it is there and readable.
class Fields {
 public:
  explicit Fields(const Node* node) : node_(node) {}

  [[nodiscard]] const Node* at(std::string_view key) const { return node_ == nullptr ? nullptr : node_->find(key); }

  void text(std::string_view key, std::string& target) const {
    if (const auto* found = text_of(at(key))) target = *found;
  }

  /// Reads with one of the functions of values.hpp.
  template <class Read, class Target>
  void value(std::string_view key, Read read, Target& target) const {
    const auto* found = text_of(at(key));
    if (found == nullptr) return;
    if (auto reading = read(*found); reading.value) target = Target(*reading.value);
  }

  template <class Enum>
  void choice(std::string_view key, Choices words, Enum& target) const {
    const auto* found = text_of(at(key));
    if (found == nullptr) return;
    const auto word = std::ranges::find(words, *found);
    if (word != words.end()) target = static_cast<Enum>(word - words.begin());
  }

  void texts(std::string_view key, std::vector<std::string>& target) const {
    for (const auto* item : items_of(at(key))) {
      if (const auto* found = text_of(item)) target.emplace_back(*found);
    }
  }

  void text_map(std::string_view key, std::map<std::string, std::string>& target) const {
    const auto* section = at(key);
    if (section == nullptr) return;
    for (const auto& child : section->children) {
      if (child.kind == Node::Kind::scalar) target.emplace(child.key, child.text);
    }
  }

 private:
  const Node* node_;
};

Spot spot_of(const Node* node) { return node == nullptr ? Spot{} : Spot{node->at.line, node->at.column}; }

Tls build_tls(const Fields& fields) {
  Tls tls;
  fields.text("certificate", tls.certificate);
  fields.text("key", tls.key);
  fields.text("client_ca", tls.client_ca);
  fields.choice("client_auth", client_auths(), tls.client_auth);
  fields.texts("allowed_names", tls.allowed_names);
  fields.choice("minimum", tls_versions(), tls.minimum);
  fields.value("handshake_timeout", read_duration, tls.handshake_timeout);
  tls.certificate_at = spot_of(fields.at("certificate"));
  tls.key_at = spot_of(fields.at("key"));
  tls.client_ca_at = spot_of(fields.at("client_ca"));
  return tls;
}

Source build_source(const Fields& fields) {
  Source source;
  fields.text("name", source.name);
  fields.choice("type", source_types(), source.type);
  fields.texts("units", source.units);
  fields.texts("identifiers", source.identifiers);
  fields.text("namespace", source.name_space);
  fields.text("directory", source.directory);
  fields.value("listen", read_endpoint, source.listen);
  fields.value("receive_buffer", read_size, source.receive_buffer);
  fields.text("path", source.path);
  fields.choice("socket", socket_kinds(), source.socket);
  fields.value("max_connections_per_address", read_number, source.max_connections_per_address);
  fields.value("idle_timeout", read_duration, source.idle_timeout);
  if (const auto* section = fields.at("tls")) source.tls = build_tls(Fields(section));
  return source;
}

Gateway build_gateway(const Fields& fields) {
  Gateway gateway;
  fields.text("name", gateway.name);
  fields.text("dialect", gateway.dialect);
  fields.text("timezone", gateway.timezone);
  for (const auto* item : items_of(fields.at("addresses"))) {
    const auto* text = text_of(item);
    const auto address = text == nullptr ? std::nullopt : Address::parse(*text);
    gateway.addresses.push_back(address.value_or(Address{}));
  }
  return gateway;
}

Tunnel build_tunnel(const Fields& fields) {
  Tunnel tunnel;
  fields.text("name", tunnel.name);
  fields.text("gateway", tunnel.gateway);
  fields.value("peer", read_address, tunnel.peer);
  fields.choice("mode", modes(), tunnel.mode);
  return tunnel;
}

When build_when(const Fields& fields) {
  When when;
  for (const auto* item : items_of(fields.at("state"))) {
    const auto* text = text_of(item);
    if (const auto state = text == nullptr ? std::nullopt : tunnel::state_named(*text)) when.state.push_back(*state);
  }
  for (const auto* item : items_of(fields.at("cause"))) {
    const auto* text = text_of(item);
    if (const auto cause = text == nullptr ? std::nullopt : rules::cause_named(*text)) when.cause.push_back(*cause);
  }
  fields.texts("tunnel", when.tunnel);
  fields.texts("gateway", when.gateway);
  fields.value("flapping", read_boolean, when.flapping);
  std::uint64_t phase = 0;
  fields.value("phase", read_number, phase);
  if (phase == 1 || phase == 2) when.phase = static_cast<int>(phase);
  fields.value("silent", read_duration, when.silent);
  if (fields.at("mode") != nullptr) fields.choice("mode", modes(), when.mode.emplace());
  fields.texts("source", when.source);
  fields.value("up", read_boolean, when.up);
  fields.value("gap", read_boolean, when.gap);
  for (const auto* item : items_of(fields.at("daemon"))) {
    const auto* text = text_of(item);
    if (const auto trouble = text == nullptr ? std::nullopt : alert::trouble_named(*text)) when.daemon.push_back(*trouble);
  }
  return when;
}

Alert build_alert(const Fields& fields) {
  Alert alert;
  fields.text("name", alert.name);
  alert.when = build_when(Fields(fields.at("when")));
  fields.value("for", read_duration, alert.hold);
  fields.value("clear_after", read_duration, alert.clear_after);
  fields.choice("severity", severities(), alert.severity);
  fields.text_map("labels", alert.labels);
  fields.text_map("annotations", alert.annotations);
  return alert;
}

Maintenance build_maintenance(const Fields& fields) {
  Maintenance window;
  fields.text("name", window.name);
  for (const auto* item : items_of(fields.at("days"))) {
    const auto* text = text_of(item);
    const auto day = text == nullptr ? day_words().end() : std::ranges::find(day_words(), *text);
    if (day != day_words().end()) window.days.push_back(static_cast<int>(day - day_words().begin()));
  }
  fields.value("from", read_clock, window.from);
  fields.value("to", read_clock, window.to);
  fields.text("timezone", window.timezone);
  fields.texts("tunnel", window.tunnel);
  fields.texts("gateway", window.gateway);
  fields.texts("alert", window.alert);
  return window;
}

Receiver build_receiver(const Fields& fields) {
  Receiver receiver;
  fields.text("name", receiver.name);
  fields.choice("type", receiver_types(), receiver.type);
  fields.texts("url", receiver.urls);
  fields.texts("urls", receiver.urls);
  fields.text("secret_file", receiver.secret_file);
  fields.text("url_file", receiver.url_file);
  fields.text("body", receiver.body);
  fields.texts("headers", receiver.headers);
  if (const auto* section = fields.at("tls")) {
    const Fields tls(section);
    receiver.tls.emplace();
    tls.text("ca", receiver.tls->ca);
    tls.text("certificate", receiver.tls->certificate);
    tls.text("key", receiver.tls->key);
  }
  fields.value("timeout", read_duration, receiver.timeout);
  fields.texts("alerts", receiver.alerts);
  return receiver;
}

template <class Entry>
void build_list(const Node* list, Entry (*build)(const Fields&), std::vector<Entry>& target) {
  if (list == nullptr) return;
  target.clear();
  for (const auto& item : list->children) target.push_back(build(Fields(&item)));
}

void build_limits(const Fields& fields, Limits& limits) {
  fields.value("tunnels", read_number, limits.tunnels);
  fields.value("line", read_size, limits.line);
  fields.value("connections", read_number, limits.connections);
  fields.value("timeline", read_number, limits.timeline);
  fields.value("threads", read_number, limits.threads);
}

}  // namespace

Settings build_settings(const Node& root) {
  const Fields top(&root);
  Settings settings;
  top.text("gateway", settings.gateway);
  build_list(top.at("sources"), build_source, settings.sources);
  build_list(top.at("gateways"), build_gateway, settings.gateways);
  build_list(top.at("tunnels"), build_tunnel, settings.tunnels);
  build_list(top.at("alerts"), build_alert, settings.alerts);
  build_list(top.at("maintenance"), build_maintenance, settings.maintenance);
  build_list(top.at("receivers"), build_receiver, settings.receivers);
  Fields(top.at("rules")).texts("packs", settings.rules.packs);
  const Fields http(top.at("http"));
  http.value("listen", read_socket_address, settings.http.listen);
  http.text("token_file", settings.http.token_file);
  const Fields dbus(top.at("dbus"));
  dbus.value("enabled", read_boolean, settings.dbus.enabled);
  dbus.text("group", settings.dbus.group);
  const Fields state(top.at("state"));
  state.text("directory", settings.state.directory);
  state.value("history", read_duration, settings.state.history);
  Fields(top.at("log")).choice("level", log_levels(), settings.log.level);
  build_limits(Fields(top.at("limits")), settings.limits);
  return settings;
}

}  // namespace ikewatch::config
