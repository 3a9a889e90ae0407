// Which tunnel a line belongs to, for one gateway: own addresses, cookie pairs, SPIs and connection numbers that earlier lines
// tied to a tunnel. Role: event -> tunnel index. Ownership: a value, one for each gateway. Threads: one at a time.
#pragma once

#include <ikewatch/base/text.hpp>
#include <ikewatch/rules/event.hpp>

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ikewatch::tunnel {

using TunnelIndex = std::uint32_t;

/// A map that forgets its oldest key when it is full: what a hostile log can make us remember is bounded.
template <class Key, std::size_t limit>
class ForgetfulMap {
 public:
  void set(const Key& key, TunnelIndex tunnel) {
    if (const auto [at, inserted] = map_.insert_or_assign(key, tunnel); !inserted) return;
    if (order_.size() < limit) return order_.push_back(key);
    map_.erase(std::exchange(order_[oldest_], key));
    oldest_ = (oldest_ + 1) % limit;
  }
  [[nodiscard]] std::optional<TunnelIndex> find(const Key& key) const {
    const auto found = map_.find(key);
    if (found == map_.end()) return std::nullopt;
    return found->second;
  }

 private:
  boost::unordered_flat_map<Key, TunnelIndex> map_;
  std::vector<Key> order_;  // a ring once it is full
  std::size_t oldest_ = 0;
};

class Attribution {
 public:
  static constexpr std::size_t max_locals = 256;

  /// An address that is the gateway's own: it is never a peer.
  void learn_local(std::string_view address);
  [[nodiscard]] bool is_local(std::string_view address) const;
  [[nodiscard]] const std::vector<std::string>& locals() const { return locals_; }

  /// The peer that the line itself names, as written, without port; empty where it names none.
  [[nodiscard]] std::string_view peer_of(const rules::Event& event) const;

  /// Ties the line's cookies, SPIs and connection number to a tunnel, and learns our own address from it.
  void learn(const rules::Event& event, TunnelIndex tunnel);
  /// Ties SAs that were saved by an earlier run.
  void tie_cookie(std::uint64_t initiator, TunnelIndex tunnel) { cookies_.set(initiator, tunnel); }
  void tie_spi(std::uint32_t spi, TunnelIndex tunnel) { spis_.set(spi, tunnel); }
  /// The tunnel that the line's cookies, SPIs or connection number are tied to.
  [[nodiscard]] std::optional<TunnelIndex> recall(const rules::Event& event) const;

 private:
  void learn_cookies(const rules::Event& event, std::string_view text, TunnelIndex tunnel);
  void learn_spi(const rules::Event& event, std::string_view text, TunnelIndex tunnel);
  [[nodiscard]] std::string_view peer_of_ends(std::string_view src, std::string_view dst) const;

  std::vector<std::string> locals_;
  ForgetfulMap<std::uint64_t, 4096> cookies_;  // by the initiator's: it never changes during an IKE SA's life
  ForgetfulMap<std::uint32_t, 8192> spis_;
  ForgetfulMap<std::string, 512> conns_;
};

}  // namespace ikewatch::tunnel
