// What changed since somebody last asked. Role: the engine's steps -> take_changes(). Ownership: owned by Core. Threads: one at a
// time.
#pragma once

#include "table.hpp"

#include <ikewatch/engine/change.hpp>

#include <utility>
#include <vector>

namespace ikewatch::engine {

class Changes {
 public:
  /// Nobody takes them away: the oldest are worth least.
  static constexpr std::size_t max_kept = 65536;

  /// Compares `entry` with what it looked like when it was last noticed.
  void notice(const Gateway& gateway, TunnelIndex index, TunnelEntry& entry, std::string_view text);
  /// Tunnels whose mark of flapping stands: it fades by time alone.
  [[nodiscard]] const std::vector<TunnelIndex>& flapping() const { return flapping_; }
  /// After a restart: what was known before is no news.
  void know(const Gateway& gateway, TunnelIndex index, TunnelEntry& entry, bool flapping);

  std::vector<Change> take() { return std::exchange(kept_, {}); }
  /// Those that were given up so far.
  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }

 private:
  void keep(Change change);

  std::vector<Change> kept_;
  std::uint64_t dropped_ = 0;
  std::vector<TunnelIndex> flapping_;
};

}  // namespace ikewatch::engine
