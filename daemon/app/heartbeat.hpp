// Whether every worker of the daemon gets on with its work. Role: workers -> watchdog. Ownership: each worker owns its pulse.
// Threads: any; a pulse is one atomic, so that beating costs nothing.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace ikewatch::app {

class Heartbeats {
 public:
  /// One worker's pulse. When it goes, the worker is no longer waited for.
  class Pulse {
   public:
    Pulse(Pulse&&) noexcept = default;
    Pulse& operator=(Pulse&&) noexcept;
    ~Pulse();

    /// A piece of work is done.
    void beat() noexcept;
    /// About to wait for work, for as long as it takes: silence is no fault before the next beat().
    void rest() noexcept;

   private:
    friend class Heartbeats;
    struct State;
    explicit Pulse(std::shared_ptr<State> state) : state_(std::move(state)) {}
    std::shared_ptr<State> state_;
  };

  /// `name` is for people.
  [[nodiscard]] Pulse add(std::string name);

  /// True when every worker has beaten since this was true last, or rests. Then all of them have to beat again.
  bool all_well();
  /// Those that have not.
  [[nodiscard]] std::vector<std::string> silent() const;

 private:
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<Pulse::State>> workers_;
};

}  // namespace ikewatch::app
