// Everything that is counted, in the Prometheus text format. Role: snapshot and source counters -> the body of GET /metrics.
// Ownership: builds the text from values given; keeps no registry of its own, so a series lives exactly as long as its tunnel.
// Threads: pure function; process_facts() reads /proc.
#pragma once

#include <ikewatch/engine/view.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ikewatch::metrics {

struct SourceFacts {
  std::string name;
  std::uint64_t lines = 0;
  std::uint64_t bytes = 0;
  std::uint64_t malformed = 0;
  std::map<std::string, std::uint64_t> dropped;  // by reason
  bool up = false;
  std::optional<WallTime> last_line;
};

/// What every Prometheus client library tells of its process.
struct ProcessFacts {
  double cpu_seconds = 0;
  double start_time_seconds = 0;
  std::uint64_t resident_bytes = 0;
  std::uint64_t virtual_bytes = 0;
  std::uint64_t open_fds = 0;
  std::uint64_t max_fds = 0;
};
ProcessFacts process_facts();

struct ReloadFacts {
  bool successful = true;
  WallTime last_success;
};

/// What is sent to one receiver, over all its addresses.
struct ReceiverFacts {
  std::uint64_t attempts = 0;
  std::map<std::string, std::uint64_t> failures;  // by reason, from a closed list
  std::uint64_t waiting = 0;
  std::optional<WallTime> oldest;  // of what waits
};

/// What became of saving the state.
struct StoreFacts {
  bool up = false;  // open, and the last save worked
  std::uint64_t damaged = 0;
  std::uint64_t save_failures = 0;
  std::uint64_t history_dropped = 0;  // changes
  std::optional<WallTime> last_save;
};

struct Facts {
  std::vector<SourceFacts> sources;
  ProcessFacts process;
  ReloadFacts reload;
  std::map<std::pair<std::string, std::string>, std::uint64_t> alerts;  // firing, by name and severity
  std::map<std::string, ReceiverFacts> receivers;
  StoreFacts store;
  std::string version;
  std::string revision;
};

/// The whole exposition (text format 0.0.4).
std::string exposition(const engine::Snapshot& snapshot, const Facts& facts);

}  // namespace ikewatch::metrics
