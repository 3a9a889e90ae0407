// What outlives a restart, as the daemon uses it: opens the store, gives back what it holds, saves while something changes, and
// goes on without it where it fails. Role: engine and inputs <-> store. Ownership: owns the writer, who has the store; engine and
// inputs are named in each call. Threads: the engine's. Only begin() and the last save() wait for the disk, see writer.hpp.
#pragma once

#include <ikewatch/engine/engine.hpp>
#include <ikewatch/metrics/exposition.hpp>
#include <ikewatch/store/store.hpp>

#include "writer.hpp"

#include <chrono>
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
  /// How long history() waits for the disk.
  static constexpr std::chrono::milliseconds patience{100};

  Keeper(const std::filesystem::path& directory, store::Options options);
  /// With another way to open the store.
  Keeper(std::filesystem::path directory, store::Options options, Writer::Open open);

  /// Opens the store and lets the engine go on where it stopped. What goes wrong is logged, and the daemon runs without. Gives
  /// where each source goes on.
  std::map<std::string, std::string> begin(engine::Engine& engine);

  /// Once a second: begins to save where something changed, and takes note of how that went. A slow disk is given time: at most a
  /// tenth of it goes into saving.
  void tick(engine::Engine& engine, const Reading& reading, WallTime now);
  /// At the end, whether something changed or not; returns when it is done.
  void save(engine::Engine& engine, const Reading& reading, WallTime now);

  /// For the history; saved with what follows. Where too many wait, the oldest are dropped, counted and told.
  void note(const std::vector<engine::Change>& changes);
  /// So many more will be missing in the history.
  void lose(std::uint64_t changes);
  /// Numbers that go on over restarts. To be asked before and after sources are exchanged, too.
  std::vector<metrics::SourceFacts> totals(std::vector<metrics::SourceFacts> facts);
  /// What another part of the daemon saves in the same transaction, by name; empty where nothing was.
  [[nodiscard]] std::string part(const std::string& name) const;
  void set_part(const std::string& name, std::string text);
  /// Saved and not yet saved changes of a tunnel; a Problem, in words for whoever asked, where the disk does not give them soon.
  [[nodiscard]] Result<std::vector<engine::Change>> history(const store::HistoryQuery& query);
  [[nodiscard]] metrics::StoreFacts facts();
  /// Of the engine when it was last saved by an earlier process; nothing was there without it.
  [[nodiscard]] std::optional<WallTime> stopped_at() const { return stopped_at_; }
  /// From the next save on.
  void set_options(store::Options options) { options_ = options; }

 private:
  using Clock = Writer::Clock;
  struct Save : Writer::Save {
    std::map<std::string, std::string> positions;
    std::future<Writer::Saving> saving;
  };

  void begin_to_open();
  bool opened(const Writer::Opened& opened);
  [[nodiscard]] bool is_due(const engine::Memory& memory, const Reading& reading, WallTime now) const;
  void begin_save(engine::Memory memory, const Reading& reading, WallTime now);
  bool is_idle();
  void settle();
  void finish(Save save);
  void succeeded(Save& save);
  void failed(const Problem& problem);
  [[nodiscard]] Result<Writer::Changes> ask(const store::HistoryQuery& query);

  std::filesystem::path directory_;
  store::Options options_;
  Clock::time_point open_again_{};  // not before, after a failure
  Clock::time_point save_again_{};  // not before
  std::uint64_t generation_ = 0;    // of the memory that the store holds; 0: save everything
  std::map<std::string, std::string> saved_positions_;
  std::map<std::string, std::string> parts_;  // what others save
  bool new_parts_ = false;                    // since the last save was begun
  std::vector<engine::Change> unsaved_;
  std::uint64_t lacking_ = 0;  // dropped of them since the last save
  bool failing_ = false;
  std::optional<WallTime> stopped_at_;
  std::map<std::string, metrics::SourceFacts> carried_;  // of earlier runs, by source
  std::map<std::string, metrics::SourceFacts> last_;     // of the source as it runs
  metrics::StoreFacts facts_;
  Clock::time_point began_{};                      // what is under way: at most one of the next two
  std::unique_ptr<Save> save_;                     // the writer reads it
  std::future<Writer::Opened> opening_;            // of a store that was lost, or could not be opened
  std::future<Result<Writer::Changes>> question_;  // that nobody waits for any longer
  Writer writer_;                                  // the last one: it ends with what it was asked for
};

}  // namespace ikewatch::app
