#include "table.hpp"

#include <ikewatch/base/address.hpp>
#include <ikewatch/base/text.hpp>

namespace ikewatch::engine {
namespace {

constexpr std::size_t longest_peer = 64;  // bytes; an address with its zone has less

}  // namespace

Gateway& Table::gateway(std::string_view name) {
  if (last_gateway_ < gateways_.size() && gateways_[last_gateway_].name == name) return gateways_[last_gateway_];
  // A name may come from a header that anybody wrote; it becomes a label and a part of paths.
  if (!is_printable(name)) return gateway(to_printable(name));
  const auto found = by_name_.find(name);
  if (found != by_name_.end()) return gateways_[last_gateway_ = found->second];
  // Names beyond the limit share the last one's place: a sender that forges host names cannot fill the memory.
  if (gateways_.size() >= max_gateways) return gateways_[last_gateway_ = max_gateways - 1];
  last_gateway_ = static_cast<std::uint32_t>(gateways_.size());
  Gateway& fresh = gateways_.emplace_back();
  fresh.name = name;
  fresh.index = last_gateway_;
  fresh.now = clock;
  by_name_.emplace(std::string(name), last_gateway_);
  return fresh;
}

std::uint32_t Table::place_of_gateway(std::string_view name) const {
  if (last_gateway_ < gateways_.size() && gateways_[last_gateway_].name == name) return last_gateway_;
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? no_gateway : found->second;
}

std::string canonical_peer(std::string_view peer) {
  peer = peer.substr(0, longest_peer);
  if (const auto address = Address::parse(peer)) return address->to_string();
  std::string name = to_printable(peer);
  if (name.size() <= longest_peer) return name;
  std::size_t end = longest_peer;  // a byte may be shown as three
  while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80U) --end;
  name.resize(end);
  return name;
}

/// By the one form that all spellings share.
TunnelIndex Table::canonical(const Gateway& gateway, std::string_view peer) const {
  const auto is_it = [&](TunnelIndex index) { return tunnels_[index].gateway == gateway.index && tunnels_[index].peer == peer; };
  return peers_.find(PeerIndex::hash_of(gateway.index, peer), is_it);
}

std::optional<TunnelIndex> Table::find(const Gateway& gateway, std::string_view peer) const {
  TunnelIndex found = canonical(gateway, peer);
  if (found == PeerIndex::nobody) {
    const auto spelled = gateway.spellings.find(peer);
    found = spelled != gateway.spellings.end() ? spelled->second : canonical(gateway, canonical_peer(peer));
  }
  return found == PeerIndex::nobody ? std::nullopt : std::optional(found);
}

/// Of one that is new, or spelled in another way.
std::optional<TunnelIndex> Table::other_tunnel(Gateway& gateway, std::string_view peer) {
  if (const auto spelled = gateway.spellings.find(peer); spelled != gateway.spellings.end()) return spelled->second;
  const std::string text = canonical_peer(peer);
  if (const TunnelIndex found = canonical(gateway, text); found != PeerIndex::nobody) {
    if (gateway.spellings.size() < (max_spellings - 1) * gateway.tunnels.size())
      gateway.spellings.emplace(std::string(peer), found);
    return found;
  }
  if (tunnels_.size() >= max_tunnels_) return std::nullopt;
  const auto index = static_cast<TunnelIndex>(tunnels_.size());
  TunnelEntry& entry = tunnels_.add();
  entry.gateway = gateway.index;
  entry.peer = entry.name = text;
  gateway.tunnels.push_back(index);
  peers_.insert(PeerIndex::hash_of(gateway.index, text), index);
  return index;
}

}  // namespace ikewatch::engine
