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
  /// False where that was known.
  bool set(const Key& key, TunnelIndex tunnel) {
    const auto [at, inserted] = map_.try_emplace(key, tunnel);
    if (!inserted) return std::exchange(at->second, tunnel) != tunnel;
    if (order_.size() < limit) return order_.push_back(key), true;
    map_.erase(std::exchange(order_[oldest_], key));
    oldest_ = (oldest_ + 1) % limit;
    return true;
  }
  [[nodiscard]] std::optional<TunnelIndex> find(const Key& key) const {
    const auto found = map_.find(key);
    if (found == map_.end()) return std::nullopt;
    return found->second;
  }

  /// For saving: every key at its place, and which place is overwritten next.
  struct Facts {
    std::vector<std::pair<Key, TunnelIndex>> places;
    std::size_t oldest = 0;
  };
  [[nodiscard]] Facts facts() const {
    Facts facts{{}, oldest_};
    facts.places.reserve(order_.size());
    for (const Key& key : order_) facts.places.emplace_back(key, map_.find(key)->second);
    return facts;
  }
  /// Keys that stand there twice, or beyond the limit, are left out.
  void restore(const Facts& facts) {
    for (const auto& [key, tunnel] : facts.places) {
      if (order_.size() < limit) set(key, tunnel);
    }
    if (order_.size() == limit) oldest_ = facts.oldest % limit;
  }

 private:
  boost::unordered_flat_map<Key, TunnelIndex> map_;
  std::vector<Key> order_;  // a ring once it is full
  std::size_t oldest_ = 0;
};

class Attribution {
 public:
  static constexpr std::size_t max_locals = 256;

  /// Longer connection numbers are none.
  static constexpr std::size_t max_conn = 64;

  /// An address that is the gateway's own: it is never a peer.
  void learn_local(std::string_view address);
  /// One that the configuration names: it is not saved, since the configuration may change.
  void own(std::string_view address);
  [[nodiscard]] bool is_local(std::string_view address) const;
  [[nodiscard]] const std::vector<std::string>& locals() const { return locals_; }

  /// The peer that the line itself names, as written, without port; empty where it names none.
  [[nodiscard]] std::string_view peer_of(const rules::Event& event) const;

  /// Ties the line's cookies, SPIs and connection number to a tunnel, and learns our own address from it.
  void learn(const rules::Event& event, TunnelIndex tunnel);

  using Cookies = ForgetfulMap<std::uint64_t, 4096>;  // by the initiator's: it never changes during an IKE SA's life
  using Spis = ForgetfulMap<std::uint32_t, 8192>;
  using Conns = ForgetfulMap<std::string, 512>;
  struct Ties {
    Cookies::Facts cookies;
    Spis::Facts spis;
    Conns::Facts conns;
  };
  /// For saving. news() grows whenever ties() would give something else than before.
  [[nodiscard]] Ties ties() const { return {cookies_.facts(), spis_.facts(), conns_.facts()}; }
  [[nodiscard]] std::uint64_t news() const { return news_; }
  [[nodiscard]] const std::vector<std::string>& learned() const { return learned_; }
  void restore(const Ties& ties, const std::vector<std::string>& learned);

  /// The tunnel that the line's cookies, SPIs or connection number are tied to.
  [[nodiscard]] std::optional<TunnelIndex> recall(const rules::Event& event) const;

 private:
  void learn_cookies(const rules::Event& event, std::string_view text, TunnelIndex tunnel);
  void learn_spi(const rules::Event& event, std::string_view text, TunnelIndex tunnel);
  [[nodiscard]] std::string_view peer_of_ends(std::string_view src, std::string_view dst) const;

  std::vector<std::string> locals_;
  std::vector<std::string> learned_;  // those of `locals_` that a line told
  Cookies cookies_;
  Spis spis_;
  Conns conns_;
  std::uint64_t news_ = 0;
};

}  // namespace ikewatch::tunnel
