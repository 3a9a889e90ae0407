// Who is meant to be a peer, and who only knocked.
#include "core.hpp"

namespace ikewatch::engine {
namespace {

using rules::EventKind;

/// One packet and the refusal of it.
constexpr std::chrono::seconds one_burst{2};
/// Every implementation tries again sooner, be it by retransmission or by the next packet that wants the tunnel.
constexpr std::chrono::minutes comes_again{5};
/// So many that each came once are a scan; fewer may be peers whose only attempt the log happens to hold.
constexpr std::size_t crowd = 5;

bool came_once(const TunnelEntry& entry, WallTime end_of_log) {
  if (entry.configured || entry.vouched || !entry.stamped || !entry.first_event || !entry.last_event) return false;
  return *entry.last_event - *entry.first_event <= one_burst && end_of_log - *entry.last_event >= comes_again;
}

/// Before a line tells which of the two ends of an SA is ours, the wrong one may be taken for the peer.
bool is_own_address(const TunnelEntry& entry, const tunnel::Attribution& attribution) {
  const bool nothing_known = entry.tunnel.state() == tunnel::State::unknown && entry.findings.told().empty();
  return nothing_known && !entry.configured && !entry.vouched && attribution.is_local(entry.peer);
}

}  // namespace

/// An SA, or an attempt of our own, says that the peer is meant.
bool vouches_for_itself(const rules::Event& event) {
  if (event.rule->initiator) return true;
  switch (event.kind) {
    case EventKind::phase1_up:
    case EventKind::phase1_rekeying:
    case EventKind::phase2_started:
    case EventKind::phase2_up:
    case EventKind::phase2_rekeying:
    case EventKind::peer_dead:
      return true;
    default:
      return false;
  }
}

/// Offline every peer may be the one that is asked about; only this gateway itself, and a crowd of them, are surely none.
void Core::sort_out_strangers(Gateway& gateway) {
  if (settings_.vouched_only) return;
  for (const TunnelIndex index : gateway.tunnels) {
    if (is_own_address(table[index], gateway.attribution)) table[index].stranger = true;
  }
  std::vector<TunnelIndex> found;
  for (const TunnelIndex index : gateway.tunnels) {
    if (!table[index].stranger && came_once(table[index], gateway.now)) found.push_back(index);
  }
  if (found.size() < crowd) return;
  for (const TunnelIndex index : found) {
    table[index].stranger = true;
    table[index].touched = ++generation_;
    gateway.refused[table[index].dialect] += table[index].events;
  }
}

}  // namespace ikewatch::engine
