#include <ikewatch/store/store.hpp>

#include "contents.hpp"
#include "folder.hpp"
#include "rows.hpp"
#include "schema.hpp"

namespace ikewatch::store {
namespace {

class SqliteStore final : public Store {
 public:
  SqliteStore(Folder folder, std::unique_ptr<Database> database) : folder_(std::move(folder)), database_(std::move(database)) {}

  Result<Saved> load() override;
  Result<void> save(const Saved& saved) override;

 private:
  Folder folder_;  // the lock outlives the database
  std::unique_ptr<Database> database_;
};

Result<Saved> SqliteStore::load() {
  database_->forgive();
  Transaction transaction(*database_, Transaction::Kind::reading);
  Saved saved = read(*database_);
  if (!transaction.commit()) return database_->problem("the saved state cannot be read");
  return saved;
}

/// A position must be kept whole or not at all, and to keep none would read everything again.
const std::string* too_long(const Saved& saved) {
  for (const auto& [source, position] : saved.positions) {
    if (source.size() > max_position || position.size() > max_position) return &source;
  }
  return nullptr;
}

Result<void> SqliteStore::save(const Saved& saved) {
  if (const auto* source = too_long(saved)) {
    return Problem{{folder_.file().string()},
                   "the position of " + std::string(cut(*source, max_name)) + " is too long to be saved"};
  }
  if (database_->moved()) {
    return Problem{{folder_.file().string()}, "the file was moved or removed while in use; restart to begin a new one"};
  }
  database_->forgive();
  Transaction transaction(*database_, Transaction::Kind::writing);
  write(*database_, saved);
  if (!transaction.commit()) return database_->problem("the state cannot be saved");
  return {};
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

Result<std::unique_ptr<Store>> Store::open(const std::filesystem::path& directory, std::vector<std::string>& notices) {
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
  return std::unique_ptr<Store>(std::make_unique<SqliteStore>(std::move(*folder), std::move(*database)));
}

}  // namespace ikewatch::store
