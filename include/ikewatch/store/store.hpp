// What must survive a restart: reading positions and what the engine knows, saved together. Role: engine and source positions <->
// one SQLite file. Ownership: owns the database. Threads: one at a time.
#pragma once

#include <ikewatch/base/result.hpp>
#include <ikewatch/engine/memory.hpp>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace ikewatch::store {

struct Saved {
  std::map<std::string, std::string> positions;  // by source name
  engine::Memory memory;
};

class Store {
 public:
  /// Opens or makes `directory`/ikewatch.db. A damaged or foreign file is set aside under another name, which `notices` tells,
  /// and a fresh one is made. A Problem where the directory cannot be used at all, and where another process, or another Store,
  /// uses it.
  static Result<std::unique_ptr<Store>> open(const std::filesystem::path& directory, std::vector<std::string>& notices);
  virtual ~Store() = default;

  /// What was saved last; empty for a fresh database.
  virtual Result<Saved> load() = 0;
  /// Everything in one transaction: after a crash either all of it or none is there, and what was reported as saved survives a
  /// power cut. Long texts are cut. After a Problem the former save still stands, and a later one may succeed.
  virtual Result<void> save(const Saved& saved) = 0;
};

}  // namespace ikewatch::store
