// Lines that never came: what was known of a gateway's tunnels is not known any more.
#include "core.hpp"

#include <algorithm>
#include <string>

namespace ikewatch::engine {

void Core::gap(Gateway& gateway, WallTime now, std::uint64_t lost) {
  settle(gateway);
  gateway.now = std::max(gateway.now, now);
  gateway.burst = {};
  rules::Event event;
  event.kind = rules::EventKind::log_gap;
  const std::string text = "at least " + std::to_string(lost) + (lost == 1 ? " line" : " lines") + " of this log missing";
  for (const TunnelIndex index : gateway.tunnels) {
    TunnelEntry& entry = table[index];
    if (entry.tunnel.state() == tunnel::State::unknown) continue;
    const auto outcome = entry.tunnel.apply(event, gateway.now);
    entry.timeline.add(0, gateway.now, event.kind, outcome.after, text, timeline_limit());
    notice(gateway, index, text);
  }
}

}  // namespace ikewatch::engine
