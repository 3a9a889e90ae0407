#include <ikewatch/store/store.hpp>

#include "contents.hpp"
#include "folder.hpp"
#include "history.hpp"
#include "schema.hpp"

#include <utility>

namespace ikewatch::store {
namespace {

class SqliteStore final : public Store {
 public:
  SqliteStore(Folder folder, std::unique_ptr<Database> database, Options options)
      : folder_(std::move(folder)), database_(std::move(database)), options_(options) {}

  Result<Saved> load() override;
  Result<void> save(const Saved& saved, const std::vector<engine::Change>& changes, WallTime now) override;
  [[nodiscard]] bool usable() const override { return usable_; }
  Result<std::vector<engine::Change>> history(const HistoryQuery& query) override;
  void set_options(Options options) override { options_ = options; }

 private:
  Problem failed(std::string_view doing);

  Folder folder_;  // the lock outlives the database
  std::unique_ptr<Database> database_;
  Options options_;
  std::optional<Held> held_;  // what was committed; nothing: to be listed anew
  bool usable_ = true;
};

Problem SqliteStore::failed(std::string_view doing) {
  held_.reset();
  usable_ = usable_ && !database_->damaged();
  Problem problem = database_->problem(doing);
  if (database_->full()) {
    // The log alone may be what fills a small disk.
    database_->forgive();
    database_->run("PRAGMA wal_checkpoint(TRUNCATE)");
  }
  return problem;
}

Result<Saved> SqliteStore::load() {
  database_->forgive();
  Transaction transaction(*database_, Transaction::Kind::reading);
  Saved saved = read(*database_);
  if (!transaction.commit()) return failed("the saved state cannot be read");
  return saved;
}

/// A position must be kept whole or not at all, and to keep none would read everything again.
std::string too_long(const Saved& saved) {
  for (const auto& [name, source] : saved.sources) {
    if (name.size() > max_position || source.position.size() > max_position) return "the position of " + name.substr(0, 64);
  }
  for (const auto& [name, bytes] : saved.parts) {
    if (name.size() > max_position || bytes.size() > max_part) return "the part " + name.substr(0, 64);
  }
  return {};
}

Result<void> SqliteStore::save(const Saved& saved, const std::vector<engine::Change>& changes, WallTime now) {
  const std::string file = folder_.file().string();
  if (const auto what = too_long(saved); !what.empty()) return Problem{{file}, what + " is too long to be saved"};
  if (database_->moved()) {
    usable_ = false;
    return Problem{{file}, "the file was moved or removed while in use"};
  }
  database_->forgive();
  Transaction transaction(*database_, Transaction::Kind::writing);
  // Taken out until the commit: whatever ends this, an exception too, the rows are rolled back, and what was noted of them is
  // not.
  auto held = std::exchange(held_, std::nullopt);
  if (!held) held = list_held(*database_);
  write(*database_, saved, *held);
  append(*database_, changes);
  prune(*database_, options_, now, changes.size());
  const bool done = transaction.commit();
  transaction.end();
  if (!done) return failed("the state cannot be saved");
  held_ = std::move(held);
  return {};
}

Result<std::vector<engine::Change>> SqliteStore::history(const HistoryQuery& query) {
  database_->forgive();
  auto changes = find(*database_, query);
  if (!database_->ok()) return failed("the history cannot be read");
  return changes;
}

/// An open database that can be used; null with the reason in `fault` where the file has to go.
Result<std::unique_ptr<Database>> try_file(const Folder& folder, std::string& fault) {
  auto unfit = folder.ready_file();
  if (!unfit) return unfit.error();
  if (*unfit) return fault = **unfit, nullptr;
  auto database = std::make_unique<Database>(folder.file());
  prepare(*database);
  read(*database);  // every row once, so that load() finds no surprise
  if (database->ok()) return database;
  if (!database->damaged()) return database->problem("the saved state cannot be opened");
  database->leave_untouched();
  fault = database->what();
  return nullptr;
}

std::string notice(const Folder& folder, const std::filesystem::path& kept, const std::string& fault) {
  return folder.file().string() + ": cannot be used (" + fault + "); it is kept as " + kept.filename().string() +
         ", and a fresh one begins";
}

}  // namespace

Result<std::unique_ptr<Store>> Store::open(const std::filesystem::path& directory, Options options,
                                           std::vector<std::string>& notices) {
  auto folder = Folder::enter(directory);
  if (!folder) return folder.error();
  std::string fault;
  auto database = try_file(*folder, fault);
  if (database && !*database) {
    auto kept = folder->set_aside();
    if (!kept) return kept.error();
    notices.push_back(notice(*folder, *kept, fault));
    database = try_file(*folder, fault);
  }
  if (!database) return database.error();
  if (!*database) return Problem{{folder->file().string()}, "a fresh file cannot be used either: " + fault};
  return std::unique_ptr<Store>(std::make_unique<SqliteStore>(std::move(*folder), std::move(*database), options));
}

Result<Saved> Store::read_saved(const std::filesystem::path& directory) {
  auto folder = Folder::enter(directory);
  if (!folder) return folder.error();
  Database database(folder->file());
  Saved saved = read_as_it_is(database);
  if (!database.ok()) return database.problem("the saved state cannot be read");
  return saved;
}

Result<std::vector<engine::Change>> Store::read_history(const std::filesystem::path& directory, const HistoryQuery& query) {
  Database database(directory / "ikewatch.db", Database::Access::reading);
  if (database.ok() && database.number("PRAGMA application_id") != application_id)
    database.reject("it is the file of another program");
  if (database.ok() && database.number("PRAGMA user_version") != schema_version)
    database.reject("another version of ikewatch wrote it; start the daemon once to bring it up to date");
  auto changes = find(database, query);
  if (!database.ok()) return database.problem("the history cannot be read");
  return changes;
}

}  // namespace ikewatch::store
