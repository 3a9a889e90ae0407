// Both ends of a tunnel together, where both logs are known.
#include "core.hpp"

#include <ikewatch/diagnosis/both_ends.hpp>

#include <algorithm>

namespace ikewatch::engine {
namespace {

diagnosis::End end_of(const TunnelEntry& entry, std::string_view gateway) {
  return {entry.findings.leading(), gateway, entry.tunnel.state() == tunnel::State::up};
}

/// This end came up after the other one had spoken for the last time: what is told there is over.
bool recovered_since(const TunnelEntry& here, const TunnelEntry& there) {
  return here.tunnel.state() == tunnel::State::up && there.last_event < here.tunnel.since();
}

bool adopt(TunnelEntry& mine, std::string_view here, const TunnelEntry& theirs, std::string_view there) {
  if (recovered_since(mine, theirs)) return false;
  const auto finding = diagnosis::adopt(end_of(mine, here), end_of(theirs, there));
  if (finding) mine.findings.adopt(*finding);
  return finding.has_value();
}

}  // namespace

void Core::correlate() {
  std::multimap<std::string_view, const Gateway*> owners;
  for (const Gateway& gateway : table.gateways()) {
    for (const std::string& local : gateway.attribution.locals()) owners.emplace(local, &gateway);
  }
  for (std::size_t i = 0; i < table.size(); ++i) {
    TunnelEntry& ours = table[static_cast<TunnelIndex>(i)];
    const Gateway& here = table.gateways()[ours.gateway];
    const auto [first, last] = owners.equal_range(ours.peer);
    for (auto owner = first; owner != last; ++owner) {
      if (owner->second == &here) continue;
      for (const std::string& local : here.attribution.locals()) {
        const auto theirs = table.find(*owner->second, local);
        if (theirs && *theirs > i) pair_up(static_cast<TunnelIndex>(i), *theirs);
      }
    }
  }
}

void Core::pair_up(TunnelIndex a, TunnelIndex b) {
  TunnelEntry& ours = table[a];
  TunnelEntry& theirs = table[b];
  Gateway& here = table.gateways()[ours.gateway];
  Gateway& there = table.gateways()[theirs.gateway];
  if (diagnosis::silent_refusal_at_both(end_of(ours, here.name), end_of(theirs, there.name))) {
    for (TunnelEntry* entry : {&ours, &theirs}) entry->findings.adopt(diagnosis::differing_keys(*entry->findings.leading()));
    notice(here, a, {});
    return notice(there, b, {});
  }
  if (adopt(ours, here.name, theirs, there.name)) notice(here, a, {});
  if (adopt(theirs, there.name, ours, here.name)) notice(there, b, {});
}

}  // namespace ikewatch::engine
