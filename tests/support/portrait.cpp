#include "portrait.hpp"

#include <ikewatch/view/json.hpp>

#include <sstream>

namespace ikewatch::test {
namespace {

void put(std::ostream& out, const std::optional<WallTime>& time) {
  out << ' ' << (time ? std::to_string(time->time_since_epoch().count()) : "-");
}

/// What the JSON leaves out.
void put(std::ostream& out, const engine::TunnelView& tunnel) {
  out << tunnel.gateway << ' ' << tunnel.name << ' ' << tunnel.configured << ' ' << tunnel.state_changes << ' '
      << tunnel.peer_dead << ' ' << tunnel.negotiations[1] << ' ' << tunnel.negotiations[2];
  put(out, tunnel.since);
  put(out, tunnel.last_event);
  for (const auto& [key, count] : tunnel.negotiation_failures)
    out << ' ' << key.first << rules::name_of(key.second) << '=' << count;
  out << '\n';
}

void put(std::ostream& out, const engine::Snapshot& snapshot) {
  for (const auto& tunnel : snapshot.tunnels) put(out, tunnel);
  for (const auto& diagnosis : snapshot.unattributed) {
    out << "unattributed " << rules::name_of(diagnosis.cause) << ' ' << diagnosis.count << ' ' << diagnosis.resolved;
    for (const auto& evidence : diagnosis.evidence) out << " [" << evidence.text << ']';
    out << '\n';
  }
  for (const auto& [key, count] : snapshot.unknown_peer_events) out << "stranger " << key.first << key.second << count << '\n';
  for (const auto& [key, count] : snapshot.events) out << key.first << ' ' << rules::name_of(key.second) << ' ' << count << '\n';
  for (const auto& [dialect, count] : snapshot.unmatched_lines) out << "unmatched " << dialect << ' ' << count << '\n';
  for (const auto& durations : snapshot.negotiation_duration) {
    for (const auto count : durations.counts) out << count << ' ';
    out << durations.sum_seconds << '\n';
  }
}

}  // namespace

std::string portrait(const engine::Engine& engine) {
  std::vector<engine::TunnelView> tunnels;
  engine.for_each_tunnel([&](const engine::TunnelView& tunnel) { tunnels.push_back(tunnel); });
  std::ostringstream out;
  out.precision(17);
  out << view::to_json(tunnels) << '\n';
  put(out, engine.snapshot());
  return out.str();
}

}  // namespace ikewatch::test
