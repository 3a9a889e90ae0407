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
  fresh.now = clock;
  by_name_.emplace(std::string(name), last_gateway_);
  return fresh;
}

std::uint32_t Table::index_of(const Gateway& gateway) const { return by_name_.find(gateway.name)->second; }

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

std::optional<TunnelIndex> Table::find(const Gateway& gateway, std::string_view peer) const {
  auto found = gateway.by_peer.find(peer);
  if (found == gateway.by_peer.end()) found = gateway.by_peer.find(canonical_peer(peer));
  return found == gateway.by_peer.end() ? std::nullopt : std::optional(found->second);
}

std::optional<TunnelIndex> Table::tunnel(Gateway& gateway, std::string_view peer) {
  if (const auto found = gateway.by_peer.find(peer); found != gateway.by_peer.end()) return found->second;
  const std::string canonical = canonical_peer(peer);
  if (const auto found = gateway.by_peer.find(canonical); found != gateway.by_peer.end()) {
    if (gateway.by_peer.size() < max_spellings * gateway.tunnels.size())
      gateway.by_peer.emplace(std::string(peer), found->second);
    return found->second;
  }
  if (tunnels_.size() >= max_tunnels_) return std::nullopt;
  const auto index = static_cast<TunnelIndex>(tunnels_.size());
  TunnelEntry& entry = tunnels_.emplace_back();
  entry.gateway = index_of(gateway);
  entry.peer = entry.name = canonical;
  gateway.tunnels.push_back(index);
  gateway.by_peer.emplace(canonical, index);
  return index;
}

}  // namespace ikewatch::engine
