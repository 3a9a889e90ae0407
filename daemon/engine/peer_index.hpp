// Which tunnel a peer of a gateway is. Role: a hash table of all gateways together, without keys: those stand in the tunnels,
// which whoever asks looks at anyway. Eight bytes for each place, so that a search reads one cache line, whose address is known
// before anything else of the gateway or of the tunnel was read. Ownership: a value; nothing is ever removed. Threads: one at a
// time.
#pragma once

#include <ikewatch/tunnel/attribution.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace ikewatch::engine {

using tunnel::TunnelIndex;

class PeerIndex {
 public:
  using Hash = std::uint32_t;
  static constexpr TunnelIndex nobody = 0xffffffff;

  static Hash hash_of(std::uint32_t gateway, std::string_view peer) {
    constexpr std::uint64_t spread = 0x9e3779b97f4a7c15;  // 2^64 divided by the golden ratio
    return static_cast<Hash>((std::hash<std::string_view>{}(peer) + gateway) * spread >> 32);
  }

  /// The first tunnel of that hash which `is_it` agrees to, else `nobody`.
  template <class Test>
  [[nodiscard]] TunnelIndex find(Hash hash, const Test& is_it) const {
    for (std::size_t at = hash & mask_; places_[at].tunnel != nobody; at = (at + 1) & mask_) {
      if (places_[at].hash == hash && is_it(places_[at].tunnel)) return places_[at].tunnel;
    }
    return nobody;
  }

  void insert(Hash hash, TunnelIndex tunnel) {
    if (++used_ * 2 > places_.size()) grow();
    put({hash, tunnel});
  }

  void prefetch(Hash hash) const { __builtin_prefetch(&places_[hash & mask_]); }

 private:
  struct Place {
    Hash hash = 0;
    TunnelIndex tunnel = nobody;
  };

  void put(Place place) {
    std::size_t at = place.hash & mask_;
    while (places_[at].tunnel != nobody) at = (at + 1) & mask_;
    places_[at] = place;
  }
  void grow() {
    std::vector<Place> before(places_.size() * 2);
    before.swap(places_);
    mask_ = places_.size() - 1;
    for (const Place& place : before) {
      if (place.tunnel != nobody) put(place);
    }
  }

  std::vector<Place> places_ = std::vector<Place>(16);
  std::size_t mask_ = 15;
  std::size_t used_ = 0;
};

}  // namespace ikewatch::engine
