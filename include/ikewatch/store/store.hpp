// What must survive a restart: where reading stopped, what is counted, what the engine knows, and the history of every tunnel;
// saved together. Role: engine and sources <-> one SQLite file. Ownership: owns the database. Threads: one at a time;
// read_history() may be called from any process while another one uses the file.
#pragma once

#include <ikewatch/base/result.hpp>
#include <ikewatch/engine/change.hpp>
#include <ikewatch/engine/memory.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ikewatch::store {

/// One source: where reading goes on, and what was counted up to there.
struct SourceState {
  std::string position;  // opaque; empty for what cannot be read twice
  std::uint64_t lines = 0;
  std::uint64_t bytes = 0;
  std::uint64_t malformed = 0;
  std::map<std::string, std::uint64_t> dropped;  // by reason
  std::optional<WallTime> last_line;
};

struct Saved {
  std::map<std::string, SourceState> sources;  // by name
  engine::Memory memory;
  std::map<std::string, std::string> parts;  // what others want to keep in the same transaction, opaque, by name
};

struct Options {
  std::chrono::seconds history = std::chrono::days(30);  // how long changes are kept
  std::uint64_t history_rows = 1'000'000;                // the oldest go first
};

struct HistoryQuery {
  std::string gateway;  // empty: every one
  std::string tunnel;   // its name or its peer
  std::optional<WallTime> since;
  std::size_t limit = 1000;  // the youngest
};

class Store {
 public:
  /// Opens or makes `directory`/ikewatch.db. A file of an earlier version is brought up to date. A damaged or foreign one is set
  /// aside under another name, which `notices` tells, and a fresh one is made. A Problem where the directory cannot be used at
  /// all, and where another process, or another Store, uses it.
  static Result<std::unique_ptr<Store>> open(const std::filesystem::path& directory, Options options,
                                             std::vector<std::string>& notices);
  virtual ~Store() = default;

  /// What was saved last, of a store that cannot be opened: a full disk has no room for what opening writes. Nothing is written.
  /// A Problem also where another process uses the store.
  static Result<Saved> read_saved(const std::filesystem::path& directory);

  /// What was saved last; empty for a fresh database.
  virtual Result<Saved> load() = 0;
  /// Everything in one transaction, with changes to append to the history: after a crash either all of it or none is there, and
  /// what was reported as saved survives a power cut. Of a memory that is not whole, what it does not name stays as it was: it
  /// must follow the one that was saved last. After a Problem the former save still stands, and a later one may succeed. `now` is
  /// for what is too old to be kept; a save removes a bounded number of that.
  virtual Result<void> save(const Saved& saved, const std::vector<engine::Change>& changes, WallTime now) = 0;
  /// False once saving cannot succeed again: the file is damaged, or was moved away. Open anew then.
  [[nodiscard]] virtual bool usable() const = 0;

  /// What changed on a tunnel, the oldest first.
  virtual Result<std::vector<engine::Change>> history(const HistoryQuery& query) = 0;
  /// The same, of a store that may be in use by another process; nothing is written.
  static Result<std::vector<engine::Change>> read_history(const std::filesystem::path& directory, const HistoryQuery& query);

  virtual void set_options(Options options) = 0;
};

}  // namespace ikewatch::store
