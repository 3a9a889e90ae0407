// What the engine knows, out to the store and back.
#include "core.hpp"

namespace ikewatch::engine {
namespace {

/// Later lines name these SAs by cookie and SPI only.
void tie(tunnel::Attribution& attribution, const TunnelMemory& saved, TunnelIndex index) {
  for (const auto& sa : saved.ike) {
    if (sa.cookies) attribution.tie_cookie(sa.cookies->initiator, index);
  }
  for (const auto& child : saved.children) {
    if (child.spi_in) attribution.tie_spi(*child.spi_in, index);
    if (child.spi_out) attribution.tie_spi(*child.spi_out, index);
  }
}

}  // namespace

Memory Core::memory() const {
  Memory memory;
  for (std::size_t i = 0; i < table.size(); ++i) {
    const TunnelEntry& entry = table[static_cast<TunnelIndex>(i)];
    TunnelMemory& saved = memory.tunnels.emplace_back();
    saved.gateway = table.gateways()[entry.gateway].name;
    saved.peer = entry.peer;
    if (entry.dialect != rules::no_dialect) saved.dialect = rules_->dialect_name(entry.dialect);
    saved.state = entry.tunnel.state();
    saved.since = entry.tunnel.since();
    saved.last_event = entry.last_event;
    saved.state_changes = entry.tunnel.state_changes();
    saved.peer_dead = entry.peer_dead;
    saved.negotiations = entry.negotiations;
    saved.failures = entry.failures;
    saved.ike = entry.tunnel.ike_sas();
    saved.children = entry.tunnel.children();
    saved.findings = entry.findings.all();
  }
  return memory;
}

void Core::restore(const Memory& memory) {
  for (const TunnelMemory& saved : memory.tunnels) {
    Gateway& gateway = table.gateway(saved.gateway);
    const auto index = table.tunnel(gateway, saved.peer);
    if (!index) return;
    TunnelEntry& entry = table[*index];
    entry.dialect = rules_->dialect_named(saved.dialect);
    entry.last_event = saved.last_event;
    entry.peer_dead = saved.peer_dead;
    entry.negotiations = saved.negotiations;
    entry.failures = saved.failures;
    entry.tunnel.restore(saved.state, saved.since, saved.ike, saved.children, saved.state_changes);
    for (const diagnosis::Finding& finding : saved.findings) entry.findings.adopt(finding);
    tie(gateway.attribution, saved, *index);
    reschedule(gateway, *index);
    changes.know(gateway, *index, entry);
  }
}

}  // namespace ikewatch::engine
