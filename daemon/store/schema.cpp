#include "schema.hpp"

#include "contents.hpp"
#include "version_1.hpp"

namespace ikewatch::store {
namespace {

// What a row holds stands in `memory`, see records.cpp; `fingerprint` tells whether it is what was written, and whether it
// changed since. The other columns are for people who look into the file, and are never read. Times are microseconds since 1970,
// UTC.
constexpr const char* schema_sql = R"(
CREATE TABLE sources (
  name TEXT NOT NULL PRIMARY KEY,
  fingerprint INTEGER NOT NULL,
  position TEXT NOT NULL,
  lines INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  memory BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE parts (
  name TEXT NOT NULL PRIMARY KEY,
  fingerprint INTEGER NOT NULL,
  memory BLOB NOT NULL
) STRICT;
CREATE TABLE totals (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  fingerprint INTEGER NOT NULL,
  memory BLOB NOT NULL
) STRICT;
CREATE TABLE gateways (
  id INTEGER PRIMARY KEY,
  fingerprint INTEGER NOT NULL,
  name TEXT NOT NULL,
  last_line INTEGER NOT NULL,
  memory BLOB NOT NULL
) STRICT;
CREATE TABLE ties (
  id INTEGER PRIMARY KEY,
  fingerprint INTEGER NOT NULL,
  memory BLOB NOT NULL
) STRICT;
CREATE TABLE tunnels (
  id INTEGER PRIMARY KEY,
  fingerprint INTEGER NOT NULL,
  gateway TEXT NOT NULL,
  peer TEXT NOT NULL,
  name TEXT NOT NULL,
  dialect TEXT NOT NULL,
  state TEXT NOT NULL,
  since INTEGER,
  last_event INTEGER,
  state_changes INTEGER NOT NULL,
  memory BLOB NOT NULL
) STRICT;
CREATE TABLE history (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  gateway TEXT NOT NULL,
  tunnel TEXT NOT NULL,
  peer TEXT NOT NULL,
  from_state TEXT NOT NULL,
  to_state TEXT NOT NULL,
  flapping INTEGER NOT NULL,
  cause TEXT NOT NULL,
  side TEXT NOT NULL,
  confidence TEXT NOT NULL,
  text TEXT NOT NULL
) STRICT;
CREATE INDEX history_of_tunnels ON history (tunnel);
CREATE INDEX history_of_peers ON history (peer);
)";

// FULL: with NORMAL a power cut may take back the last saves. The file would stay sound, but lines that came over the network
// cannot be asked for again, so a save that was reported must be on the disk. One more fsync for each save pays for it.
constexpr const char* settings_sql = R"(
PRAGMA synchronous = FULL;
PRAGMA cell_size_check = ON;
PRAGMA temp_store = MEMORY;
PRAGMA secure_delete = OFF;
PRAGMA journal_size_limit = 16777216;
)";

constexpr const char* read_schema =
    "SELECT group_concat(sql, ';') FROM (SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name "
    "NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name)";

bool is_blank(Database& database, std::int64_t id, std::int64_t version) {
  return id == 0 && version == 0 && database.number("SELECT count(*) FROM sqlite_schema") == 0;
}

void use_write_ahead_log(Database& database) {
  // Some network file systems have no shared memory.
  if (database.text("PRAGMA journal_mode = WAL") != "wal") database.give_up("this file system cannot hold a write-ahead log");
}

void make_tables(Database& database) {
  database.run(schema_sql);
  database.run(("PRAGMA application_id = " + std::to_string(application_id)).c_str());
  database.run(("PRAGMA user_version = " + std::to_string(schema_version)).c_str());
}

void create(Database& database) {
  use_write_ahead_log(database);
  Transaction transaction(database, Transaction::Kind::writing);
  make_tables(database);
  transaction.commit();
}

/// In one transaction: a crash leaves the former version.
void migrate(Database& database) {
  const Saved saved = read_version_1(database);
  if (!database.ok()) return;
  Transaction transaction(database, Transaction::Kind::writing);
  drop_version_1(database);
  make_tables(database);
  Held held;
  write(database, saved, held);
  transaction.commit();
}

void check_tables(Database& database, std::int64_t version) {
  Database model(":memory:");
  model.run(version == 1 ? version_1_schema().c_str() : schema_sql);
  const std::string expected = model.text(read_schema);
  if (!model.ok()) return database.give_up(model.what());  // nothing is wrong with the file
  if (database.text(read_schema) != expected) database.reject("its tables are not ours");
}

void check_identity(Database& database, std::int64_t id, std::int64_t version) {
  if (id != application_id) return database.reject("it is the file of another program");
  if (version > schema_version) {
    return database.reject("a newer ikewatch wrote it (schema " + std::to_string(version) + ", this one knows " +
                           std::to_string(schema_version) + ")");
  }
  if (version < 1) database.reject("its tables are not ours");
  check_tables(database, version);
  // SQLite takes a header that promises a later format as a file to be read only.
  if (database.read_only()) database.reject("its header is damaged");
}

void check_content(Database& database) {
  const std::string found = database.text("PRAGMA integrity_check(1)");
  if (found != "ok")
    database.reject("it is damaged: " + found.substr(found.rfind('\n') + 1));  // behind a headline of SQLite's own
}

}  // namespace

Saved read_as_it_is(Database& database) {
  // The index of the log then stands in memory, not in a file that would have to be made.
  database.run("PRAGMA locking_mode = EXCLUSIVE");
  database.leave_untouched();
  const std::int64_t id = database.number("PRAGMA application_id");
  const std::int64_t version = database.number("PRAGMA user_version");
  if (!database.ok() || is_blank(database, id, version)) return {};
  check_identity(database, id, version);
  check_content(database);
  if (!database.ok()) return {};
  return version == 1 ? read_version_1(database) : read(database);
}

void prepare(Database& database) {
  database.run(settings_sql);
  const std::int64_t id = database.number("PRAGMA application_id");
  const std::int64_t version = database.number("PRAGMA user_version");
  if (!database.ok()) return;
  if (is_blank(database, id, version)) return create(database);
  check_identity(database, id, version);
  check_content(database);
  use_write_ahead_log(database);
  if (version == 1) migrate(database);
}

}  // namespace ikewatch::store
