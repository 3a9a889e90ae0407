#include "look_ahead.hpp"

#include <ikewatch/rules/values.hpp>

namespace ikewatch::engine {
namespace {

using rules::Event;
using rules::FieldId;

constexpr std::size_t cache_line = 64;

void fetch(const void* from, std::size_t bytes) {
  for (std::size_t at = 0; at < bytes; at += cache_line) __builtin_prefetch(static_cast<const char*>(from) + at, 1);
}

/// Attribution::peer_of() as far as it needs nothing of the gateway, which is not at hand yet.
std::string_view likely_peer(const Event& event) {
  for (const FieldId id : {FieldId::peer, FieldId::dst, FieldId::prefix}) {
    if (const auto text = event.field(id); !text.empty()) return rules::address_part(text);
  }
  return {};
}

}  // namespace

void LookAhead::expect(const Table& table, std::string_view gateway, const Event& event) {
  if (table.size() < worthwhile) return;
  ++last_;
  fetch_heap(ago(2 * pause));
  fetch_tunnel(table, ago(pause));
  fetch_index(table, gateway, event, ago(0));
}

void LookAhead::fetch_index(const Table& table, std::string_view gateway, const Event& event, Line& line) {
  line = {};
  const std::uint32_t place = table.place_of_gateway(gateway);
  if (place == Table::no_gateway) return;
  fetch(&table.gateways()[place], Gateway::hot_bytes);
  const auto peer = likely_peer(event);
  if (peer.empty()) return;
  line.peer = PeerIndex::hash_of(place, peer);
  line.quiet = event.kind == rules::EventKind::info && event.cause == rules::Cause::none;
  line.waits = true;
  table.peers().prefetch(line.peer);
}

void LookAhead::fetch_tunnel(const Table& table, Line& line) {
  if (!line.waits) return;
  const TunnelIndex found = table.peers().find(line.peer, [](TunnelIndex) { return true; });
  if (found == PeerIndex::nobody) return;
  line.tunnel = &table[found];
  fetch(line.tunnel, line.quiet ? TunnelEntry::quiet_bytes : TunnelEntry::hot_bytes);
}

void LookAhead::fetch_heap(Line& line) {
  if (line.tunnel == nullptr || line.quiet) return;
  fetch(line.tunnel->tunnel.children().data(), cache_line);
  fetch(line.tunnel->tunnel.ike_sas().data(), cache_line);
  fetch(line.tunnel->timeline.next_place(), 3 * cache_line);
}

}  // namespace ikewatch::engine
