// What the engine knows, as plain values that can be saved and given back. Role: engine <-> store. Ownership: self-contained
// copies. Threads: a plain value.
#pragma once

#include <ikewatch/base/time.hpp>
#include <ikewatch/diagnosis/case_file.hpp>
#include <ikewatch/tunnel/tunnel.hpp>

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ikewatch::engine {

struct TunnelMemory {
  std::string gateway;
  std::string peer;
  std::string dialect;
  tunnel::State state = tunnel::State::unknown;
  std::optional<WallTime> since;
  std::optional<WallTime> last_event;
  std::uint64_t state_changes = 0;
  std::uint64_t peer_dead = 0;
  std::array<std::uint64_t, 3> negotiations{};                     // by phase; [0] unused
  std::map<std::pair<int, rules::Cause>, std::uint64_t> failures;  // by phase and cause
  std::vector<tunnel::IkeSa> ike;
  std::vector<tunnel::ChildSa> children;
  std::vector<diagnosis::Finding> findings;
};

struct Memory {
  std::vector<TunnelMemory> tunnels;
};

}  // namespace ikewatch::engine
