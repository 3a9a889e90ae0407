// Both ends of a tunnel together, where both logs are known.
#include "core.hpp"

#include <ikewatch/diagnosis/both_ends.hpp>

#include <algorithm>

namespace ikewatch::engine {
namespace {

using rules::FieldId;
using tunnel::IkeCookies;

/// Both ends log the beginning of a negotiation within a round trip; clocks are kept by NTP, and stamps are whole seconds.
constexpr std::chrono::seconds same_moment{2};

diagnosis::End end_of(const TunnelEntry& entry, std::string_view gateway) {
  return {entry.findings.leading(), gateway, entry.tunnel.state() == tunnel::State::up};
}

/// This end came up after the other one had spoken for the last time: what is told there is over.
bool recovered_since(const TunnelEntry& here, const TunnelEntry& there) {
  return here.tunnel.state() == tunnel::State::up && there.last_event < here.tunnel.since();
}

bool adopt(TunnelEntry& mine, std::string_view here, const TunnelEntry& theirs, std::string_view there) {
  if (recovered_since(mine, theirs)) return false;
  auto finding = diagnosis::adopt(end_of(mine, here), end_of(theirs, there));
  if (!finding) return false;
  if (!mine.far_end->certain) finding->confidence = std::min(finding->confidence, rules::Confidence::likely);
  mine.findings.adopt(*finding);
  return true;
}

std::uint64_t key_of(const IkeCookies& cookies) {
  constexpr std::uint64_t spread = 0x9e3779b97f4a7c15;  // 2^64 divided by the golden ratio
  return cookies.initiator * spread ^ cookies.responder;
}

bool began_together(const TunnelEntry& a, const TunnelEntry& b) {
  return a.began && b.began && *a.began <= *b.began + same_moment && *b.began <= *a.began + same_moment;
}

}  // namespace

/// An IKE SA has the same cookies at both ends, whatever NAT makes of the addresses (RFC 2408 section 2.5.3).
void Core::meet_by_cookies(TunnelIndex index, const rules::Event& event) {
  const auto cookies = IkeCookies::parse(event.field(FieldId::cookies));
  if (!cookies || cookies->responder == 0) return;
  const auto other = by_cookies_.find(key_of(*cookies));
  if (other && table[*other].gateway != table[index].gateway) return meet(index, *other, true);
  if (by_cookies_.set(key_of(*cookies), index)) touched_cookies_ = ++generation_;
}

void Core::meet(TunnelIndex a, TunnelIndex b, bool certain) {
  table[a].far_end = FarEnd{b, certain};
  table[b].far_end = FarEnd{a, certain};
  table[a].touched = table[b].touched = ++generation_;
}

Core::Owners Core::owners_of_addresses() const {
  Owners owners;
  for (const Gateway& gateway : table.gateways()) {
    for (const std::string& local : gateway.attribution.locals()) owners.emplace(local, &gateway);
  }
  return owners;
}

/// Each end's peer is an address of the other one.
void Core::meet_by_addresses(TunnelIndex index, const Owners& owners) {
  const Gateway& here = table.gateways()[table[index].gateway];
  const auto [first, last] = owners.equal_range(table[index].peer);
  for (auto owner = first; owner != last; ++owner) {
    if (owner->second == &here) continue;
    for (const std::string& local : here.attribution.locals()) {
      if (const auto theirs = table.find(*owner->second, local)) return meet(index, *theirs, true);
    }
  }
}

/// This end's peer is an address of the other one, which sees a translated address; the one negotiation that began there at the
/// same time is taken for ours.
void Core::meet_by_time(TunnelIndex index, const Owners& owners) {
  TunnelEntry& ours = table[index];
  if (!ours.began || ours.began == ours.looked_for || owners.count(ours.peer) != 1) return;
  ours.looked_for = ours.began;
  ours.touched = ++generation_;
  const Gateway& there = *owners.find(ours.peer)->second;
  if (&there == &table.gateways()[ours.gateway]) return;
  const auto fits = [&](TunnelIndex theirs) {
    return !table[theirs].far_end && !owners.contains(table[theirs].peer) && began_together(ours, table[theirs]);
  };
  const auto found = std::find_if(there.tunnels.begin(), there.tunnels.end(), fits);
  if (found == there.tunnels.end() || std::any_of(found + 1, there.tunnels.end(), fits)) return;
  meet(index, *found, false);
}

void Core::correlate() {
  if (table.gateways().size() < 2) return;
  const Owners owners = owners_of_addresses();
  const auto all = static_cast<TunnelIndex>(table.size());
  for (TunnelIndex i = 0; i < all; ++i) {
    if (!table[i].far_end) meet_by_addresses(i, owners);
  }
  for (TunnelIndex i = 0; i < all; ++i) {
    if (!table[i].far_end) meet_by_time(i, owners);
  }
  for (TunnelIndex i = 0; i < all; ++i) {
    if (table[i].far_end && i < table[i].far_end->tunnel) pair_up(i, table[i].far_end->tunnel);
  }
}

void Core::pair_up(TunnelIndex a, TunnelIndex b) {
  TunnelEntry& ours = table[a];
  TunnelEntry& theirs = table[b];
  if (!theirs.far_end || theirs.far_end->tunnel != a) return;  // it met another one since
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
