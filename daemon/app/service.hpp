// The daemon as a service: what the service manager and the log are told of its life. Role: the hooks of the daemon that lead to
// systemd and to the journal. Ownership: refers to an engine that outlives it. Threads: the loop's; pulses may beat on any.
#pragma once

#include "chronicle.hpp"
#include "heartbeat.hpp"

#include <ikewatch/config/settings.hpp>
#include <ikewatch/engine/engine.hpp>
#include <ikewatch/metrics/exposition.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace ikewatch::app {

class Service {
 public:
  explicit Service(const engine::Engine& engine);

  /// Says to the service manager that a reload is over, taken or refused, when it goes.
  class Reloading {
   public:
    Reloading();
    ~Reloading();
    Reloading(const Reloading&) = delete;
    Reloading& operator=(const Reloading&) = delete;
  };

  /// At the start, before anything is told, and when a reload was taken.
  static void configure(const config::Settings& settings);
  /// Everything is open.
  void started(const config::Settings& settings, const std::string& endpoint);
  void take(const std::vector<engine::Change>& changes);
  /// Every second: the loop goes round.
  void tick(const std::vector<metrics::SourceFacts>& sources);
  static void stopping();
  static void stopped();

  /// Whoever works on a thread of its own registers here; see heartbeat.hpp.
  [[nodiscard]] Heartbeats& workers() { return workers_; }

 private:
  void feed_watchdog();
  void complain_of_stuck(std::chrono::steady_clock::time_point now);
  void tell_status(const std::vector<metrics::SourceFacts>& sources);

  const engine::Engine& engine_;
  Chronicle chronicle_;
  Heartbeats workers_;
  Heartbeats::Pulse loop_;
  std::optional<std::chrono::microseconds> watchdog_;
  std::chrono::steady_clock::time_point last_well_;
  std::string told_status_;
  std::string tunnels_;  // counted when something changed, and not every second: there may be many
  bool changed_ = true;
  unsigned ticks_ = 0;
  bool complained_ = false;
};

using StateCounts = std::array<std::size_t, tunnel::states>;  // tunnels, by tunnel::State
/// "12 tunnels: 10 up, 1 failed, 1 idle". In the order of the states; those of no tunnel are left out.
std::string count_tunnels(const StateCounts& counts);
/// "2 of 3 sources can be read"
std::string count_sources(const std::vector<metrics::SourceFacts>& sources);

}  // namespace ikewatch::app
