#include <ikewatch/config/settings.hpp>

#include "build.hpp"
#include "check.hpp"
#include "cross_check.hpp"

#include <ikewatch/config/options.hpp>

namespace ikewatch::config {
namespace {

template <class Enum>
std::string_view word(Choices words, Enum value) {
  return words[static_cast<std::size_t>(value)];
}

}  // namespace

std::string_view name_of(Scheme scheme) {
  switch (scheme) {
    case Scheme::udp:
      return "udp";
    case Scheme::tcp:
      return "tcp";
    case Scheme::tls:
      return "tls";
    case Scheme::unix_socket:
      return "unix";
    case Scheme::fd:
      break;
  }
  return "fd";
}
std::string_view name_of(SourceType type) { return word(source_types(), type); }
std::string_view name_of(Mode mode) { return word(modes(), mode); }
std::string_view name_of(Severity severity) { return word(severities(), severity); }
std::string_view name_of(ReceiverType type) { return word(receiver_types(), type); }
std::string_view name_of(LogLevel level) { return word(log_levels(), level); }

std::vector<Source> default_sources() {
  Source journal;
  journal.name = "journal";
  journal.type = SourceType::journald;
  journal.units = {"racoon.service"};
  journal.identifiers = {"racoon"};
  return {std::move(journal)};
}

ReadSettings read_settings(const std::string& name, std::string_view text, std::string_view hostname) {
  yaml::Report report(name);
  const auto tree = yaml::read(text, {.bytes = max_file_bytes}, report);
  if (!tree) return {std::nullopt, report.take()};
  const yaml::Node& root = tree->root();
  if (root.kind == yaml::Node::Kind::missing) {
    report.add(yaml::Mark{1, 1},
               "nothing is configured here; write at least `version: 1`, which watches the racoon of this host");
    return {std::nullopt, report.take()};
  }
  check_against_table(root, report);
  auto settings = build_settings(root);
  if (settings.gateway.empty()) settings.gateway = hostname;
  cross_check(settings, root, settings.gateway, report);
  if (report.count() > 0) return {std::nullopt, report.take()};
  return {std::move(settings), {}};
}

engine::Settings to_engine_settings(const Settings& settings) {
  engine::Settings engine;
  for (const auto& tunnel : settings.tunnels) {
    const auto& gateway = tunnel.gateway.empty() ? settings.gateway : tunnel.gateway;
    engine.tunnels.push_back({tunnel.name, gateway, tunnel.peer.to_string(), tunnel.mode == Mode::on_demand});
  }
  for (const auto& gateway : settings.gateways) {
    std::vector<std::string> addresses;
    for (const auto& address : gateway.addresses) addresses.push_back(address.to_string());
    engine.gateways.push_back({gateway.name, std::move(addresses), gateway.dialect});
  }
  engine.max_tunnels = settings.limits.tunnels;
  engine.timeline = settings.limits.timeline;
  return engine;
}

}  // namespace ikewatch::config
