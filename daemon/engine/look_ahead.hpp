// Fetches what lines that are still to come need of memory, while the lines before them are worked on. Role: the one place that
// knows of caches: Engine::expect() -> prefetches. It changes nothing, and whatever it gets wrong costs time only. Ownership:
// points into the table, which never moves anything. Threads: the engine's.
//
// Why: with 100,000 tunnels each line meets one that was not touched for long, and feed() finds it by a chain of loads (gateway
// and place in the index, tunnel, what the tunnel has on the heap), each of which waits for the main memory. Here a line makes
// the first step of the chain when it is expected, and the next ones as others are expected after it: all its waits pass behind
// other work. What that brings is told in docs/benchmarks.md.
#pragma once

#include "table.hpp"

#include <array>

namespace ikewatch::engine {

class LookAhead {
 public:
  /// Takes in a line, and lets those before it make their next step.
  void expect(const Table& table, std::string_view gateway, const rules::Event& event);

 private:
  /// Lines between two steps: at 100 ns for a line as long as the main memory takes.
  static constexpr std::size_t pause = 3;
  /// Below so many tunnels everything stays in the cache, and looking ahead costs more than it brings.
  static constexpr std::size_t worthwhile = 2048;

  struct Line {
    PeerIndex::Hash peer = 0;
    bool waits = false;  // for its next step
    bool quiet = false;  // changes nothing but counters, and needs less
    const TunnelEntry* tunnel = nullptr;
  };
  [[nodiscard]] Line& ago(std::size_t count) { return lines_[(last_ - count) % lines_.size()]; }
  static void fetch_index(const Table& table, std::string_view gateway, const rules::Event& event, Line& line);
  static void fetch_tunnel(const Table& table, Line& line);
  static void fetch_heap(Line& line);

  std::array<Line, 8> lines_;
  std::size_t last_ = 0;
};

}  // namespace ikewatch::engine
