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

void adopt(TunnelEntry& mine, std::string_view here, const TunnelEntry& theirs, std::string_view there) {
  if (recovered_since(mine, theirs)) return;
  if (const auto finding = diagnosis::adopt(end_of(mine, here), end_of(theirs, there))) mine.findings.adopt(*finding);
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
        const auto theirs = owner->second->by_peer.find(local);
        if (theirs != owner->second->by_peer.end() && theirs->second > i) pair_up(ours, table[theirs->second]);
      }
    }
  }
}

void Core::pair_up(TunnelEntry& ours, TunnelEntry& theirs) {
  const std::string_view here = table.gateways()[ours.gateway].name;
  const std::string_view there = table.gateways()[theirs.gateway].name;
  if (diagnosis::silent_refusal_at_both(end_of(ours, here), end_of(theirs, there))) {
    for (TunnelEntry* entry : {&ours, &theirs}) {
      diagnosis::Finding finding = *entry->findings.leading();
      finding.cause = rules::Cause::psk_mismatch;
      finding.side = rules::Side::both;
      finding.confidence = rules::Confidence::likely;
      finding.rank = 40;
      finding.note = "Both ends answered each other, then both gave up without a word of refusal in either log.";
      entry->findings.adopt(finding);
    }
    return;
  }
  adopt(ours, here, theirs, there);
  adopt(theirs, there, ours, here);
}

}  // namespace ikewatch::engine
