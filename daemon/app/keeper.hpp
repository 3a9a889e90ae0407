// What outlives a restart, as the daemon uses it: opens the store, gives back what it holds, saves while something changes, and
// goes on without it where it fails. Role: engine and inputs <-> store. Ownership: owns the store; engine and inputs are named in
// each call. Threads: the engine's; the store itself is written by a thread of its own, so that a slow disk stops nobody.
#pragma once

#include <ikewatch/engine/engine.hpp>
#include <ikewatch/metrics/exposition.hpp>
#include <ikewatch/store/store.hpp>

#include <boost/asio/thread_pool.hpp>

#include <chrono>
#include <deque>
#include <filesystem>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ikewatch::app {

/// What the sources tell of themselves at the moment of a save: numbers since this process opened them, and where they stand.
struct Reading {
  std::vector<metrics::SourceFacts> facts;
  std::map<std::string, std::string> positions;
};

class Keeper {
 public:
  Keeper(std::filesystem::path directory, store::Options options);
  /// Waits for a save that is under way.
  ~Keeper();
  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;

  /// Opens the store and lets the engine go on where it stopped. What goes wrong is logged, and the daemon runs without. Gives
  /// where each source goes on.
  std::map<std::string, std::string> begin(engine::Engine& engine);

  /// Once a second: begins to save where something changed, and takes note of how that went. A slow disk is given time: at most a
  /// tenth of it goes into saving.
  void tick(engine::Engine& engine, const Reading& reading, WallTime now);
  /// At the end, whether something changed or not; returns when it is done.
  void save(engine::Engine& engine, const Reading& reading, WallTime now);

  /// For the history; saved with what follows.
  void note(const std::vector<engine::Change>& changes);
  /// Numbers that go on over restarts. To be asked before and after sources are exchanged, too.
  std::vector<metrics::SourceFacts> totals(std::vector<metrics::SourceFacts> facts);
  /// What another part of the daemon saves in the same transaction, by name; empty where nothing was.
  [[nodiscard]] std::string part(const std::string& name) const;
  void set_part(const std::string& name, std::string text);
  /// Saved and not yet saved changes of a tunnel.
  [[nodiscard]] std::vector<engine::Change> history(const store::HistoryQuery& query);
  [[nodiscard]] metrics::StoreFacts facts();
  /// Of the engine when it was last saved by an earlier process; nothing was there without it.
  [[nodiscard]] std::optional<WallTime> stopped_at() const { return stopped_at_; }
  void set_options(store::Options options);

 private:
  using Clock = std::chrono::steady_clock;

  bool open();
  void reopen_if_lost();
  [[nodiscard]] bool is_due(const engine::Memory& memory, const Reading& reading, WallTime now) const;
  /// What the store's thread works on. It belongs to that thread until `done` has a value.
  struct Save {
    store::Saved saved;
    std::vector<engine::Change> changes;
    std::map<std::string, std::string> positions;
    WallTime now;
    Clock::time_point began;
    Clock::time_point ended;
    std::future<Result<void>> done;
  };
  void begin_save(engine::Memory memory, const Reading& reading, WallTime now);
  bool save_is_over();
  void settle();
  void succeeded(Save& save);
  void failed(const Problem& problem);

  std::filesystem::path directory_;
  store::Options options_;
  std::unique_ptr<store::Store> store_;  // null: in memory only, which was said
  Clock::time_point open_again_{};       // not before, after a failure
  Clock::time_point save_again_{};       // not before
  std::uint64_t generation_ = 0;         // of the memory that the store holds; 0: save everything
  std::map<std::string, std::string> saved_positions_;
  std::map<std::string, std::string> parts_;  // what others save
  bool new_parts_ = false;                    // since the last save was begun
  std::vector<engine::Change> unsaved_;
  bool failing_ = false;
  std::optional<WallTime> stopped_at_;
  std::map<std::string, metrics::SourceFacts> carried_;  // of earlier runs, by source
  std::map<std::string, metrics::SourceFacts> last_;     // of the source as it runs
  metrics::StoreFacts facts_;
  std::unique_ptr<Save> under_way_;  // while it is there, the store belongs to the writer
  boost::asio::thread_pool writer_{1};
};

}  // namespace ikewatch::app
