#include <ikewatch/engine/facts.hpp>

#include <ikewatch/base/address.hpp>

namespace ikewatch::engine {
namespace {

std::string canonical(const std::string& address) {
  const auto parsed = Address::parse(address);
  return parsed ? parsed->to_string() : address;
}

void tell_cause(alert::TunnelFact& fact, const TunnelView& tunnel) {
  if (tunnel.diagnoses.empty() || tunnel.diagnoses.front().resolved) return;
  const DiagnosisView& leading = tunnel.diagnoses.front();
  fact.cause = leading.cause;
  fact.side = leading.side;
  fact.confidence = leading.confidence;
  fact.summary = leading.summary;
  fact.explanation = leading.explanation;
  fact.checks = leading.checks;
}

}  // namespace

FactMaker::FactMaker(const Settings& settings) {
  for (const auto& tunnel : settings.tunnels)
    inventory_[{tunnel.gateway, canonical(tunnel.peer)}] = {tunnel.name, tunnel.on_demand};
  for (const auto& gateway : settings.gateways) {
    for (const auto& address : gateway.addresses) {
      owner_.emplace(canonical(address), gateway.name);
      addresses_[gateway.name].push_back(canonical(address));
    }
  }
}

/// The tunnel of the gateway that owns the peer's address, to an address of this gateway.
std::optional<alert::TunnelName> FactMaker::twin_of(const TunnelView& tunnel) const {
  const auto other = owner_.find(tunnel.peer);
  const auto ours = addresses_.find(tunnel.gateway);
  if (other == owner_.end() || ours == addresses_.end() || other->second == tunnel.gateway) return std::nullopt;
  for (const auto& address : ours->second) {
    const auto known = inventory_.find({other->second, address});
    if (known != inventory_.end()) return alert::TunnelName{other->second, known->second.name};
  }
  return alert::TunnelName{other->second, ours->second.front()};
}

alert::TunnelFact FactMaker::operator()(const TunnelView& tunnel) const {
  alert::TunnelFact fact;
  fact.name = {tunnel.gateway, tunnel.name};
  fact.peer = tunnel.peer;
  fact.state = tunnel.state;
  fact.flapping = tunnel.flapping;
  fact.last_event = tunnel.last_event;
  for (const auto& [key, count] : tunnel.negotiation_failures) {
    if (key.first == 1 || key.first == 2) fact.failures.at(static_cast<std::size_t>(key.first)) += count;
  }
  if (const auto known = inventory_.find({tunnel.gateway, tunnel.peer}); known != inventory_.end())
    fact.mode = known->second.on_demand ? alert::Mode::on_demand : alert::Mode::always_on;
  fact.twin = twin_of(tunnel);
  tell_cause(fact, tunnel);
  return fact;
}

}  // namespace ikewatch::engine
