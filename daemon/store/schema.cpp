#include "schema.hpp"

namespace ikewatch::store {
namespace {

// Enumerations stand by name, so that their order in the program may change; times are microseconds since 1970, UTC; 64-bit
// counters and cookies are kept as signed numbers with the same bits. Lists are numbered by `nth`.
constexpr const char* schema_sql = R"(
CREATE TABLE positions (
  source TEXT NOT NULL PRIMARY KEY,
  position TEXT NOT NULL,
  fingerprint INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE tunnels (
  id INTEGER PRIMARY KEY,
  fingerprint INTEGER NOT NULL,
  gateway TEXT NOT NULL,
  peer TEXT NOT NULL,
  dialect TEXT NOT NULL,
  state TEXT NOT NULL,
  since INTEGER,
  last_event INTEGER,
  state_changes INTEGER NOT NULL,
  peer_dead INTEGER NOT NULL,
  negotiations_1 INTEGER NOT NULL,
  negotiations_2 INTEGER NOT NULL,
  UNIQUE (gateway, peer)
) STRICT;
CREATE TABLE ike_sas (
  tunnel INTEGER NOT NULL REFERENCES tunnels,
  nth INTEGER NOT NULL,
  initiator INTEGER,
  responder INTEGER,
  since INTEGER NOT NULL,
  PRIMARY KEY (tunnel, nth),
  CHECK ((initiator IS NULL) = (responder IS NULL))
) STRICT, WITHOUT ROWID;
CREATE TABLE child_sas (
  tunnel INTEGER NOT NULL REFERENCES tunnels,
  nth INTEGER NOT NULL,
  spi_in INTEGER CHECK (spi_in BETWEEN 0 AND 4294967295),
  spi_out INTEGER CHECK (spi_out BETWEEN 0 AND 4294967295),
  since INTEGER NOT NULL,
  ends INTEGER,
  PRIMARY KEY (tunnel, nth)
) STRICT, WITHOUT ROWID;
CREATE TABLE failures (
  tunnel INTEGER NOT NULL REFERENCES tunnels,
  phase INTEGER NOT NULL,
  cause TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (tunnel, phase, cause)
) STRICT, WITHOUT ROWID;
CREATE TABLE findings (
  tunnel INTEGER NOT NULL REFERENCES tunnels,
  nth INTEGER NOT NULL,
  cause TEXT NOT NULL,
  side TEXT NOT NULL,
  confidence TEXT NOT NULL,
  rank INTEGER NOT NULL CHECK (rank BETWEEN 0 AND 255),
  resolved INTEGER NOT NULL CHECK (resolved IN (0, 1)),
  count INTEGER NOT NULL,
  first_line INTEGER NOT NULL,
  last_line INTEGER NOT NULL,
  sighting INTEGER NOT NULL,
  note TEXT NOT NULL,
  PRIMARY KEY (tunnel, nth)
) STRICT, WITHOUT ROWID;
CREATE TABLE evidence (
  tunnel INTEGER NOT NULL,
  finding INTEGER NOT NULL,
  nth INTEGER NOT NULL,
  line INTEGER NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (tunnel, finding, nth),
  FOREIGN KEY (tunnel, finding) REFERENCES findings
) STRICT, WITHOUT ROWID;
)";

// FULL: with NORMAL a power cut may take back the last saves. The file would stay sound, but lines that came over the network
// cannot be asked for again, so a save that was reported must be on the disk. One more fsync for each save pays for it.
// References are checked when the file is opened; to have SQLite follow them row by row makes a save take twice as long.
constexpr const char* settings_sql = R"(
PRAGMA synchronous = FULL;
PRAGMA foreign_keys = OFF;
PRAGMA cell_size_check = ON;
PRAGMA temp_store = MEMORY;
PRAGMA secure_delete = OFF;
PRAGMA journal_size_limit = 16777216;
)";

constexpr const char* read_schema =
    "SELECT group_concat(sql, ';') FROM (SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name "
    "NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name)";

std::string expected_schema() {
  Database model(":memory:");
  model.run(schema_sql);
  return model.text(read_schema);
}

bool is_blank(Database& database, std::int64_t id, std::int64_t version) {
  return id == 0 && version == 0 && database.number("SELECT count(*) FROM sqlite_schema") == 0;
}

void use_write_ahead_log(Database& database) {
  // Some network file systems have no shared memory.
  if (database.text("PRAGMA journal_mode = WAL") != "wal") database.give_up("this file system cannot hold a write-ahead log");
}

void create(Database& database) {
  use_write_ahead_log(database);
  Transaction transaction(database, Transaction::Kind::writing);
  database.run(schema_sql);
  database.run(("PRAGMA application_id = " + std::to_string(application_id)).c_str());
  database.run(("PRAGMA user_version = " + std::to_string(schema_version)).c_str());
  transaction.commit();
}

void check_identity(Database& database, std::int64_t id, std::int64_t version) {
  if (id != application_id) return database.reject("it is the file of another program");
  if (version > schema_version) {
    return database.reject("a newer ikewatch wrote it (schema " + std::to_string(version) + ", this one knows " +
                           std::to_string(schema_version) + ")");
  }
  if (version != schema_version || database.text(read_schema) != expected_schema()) database.reject("its tables are not ours");
  // SQLite takes a header that promises a later format as a file to be read only.
  if (database.read_only()) database.reject("its header is damaged");
}

void check_content(Database& database) {
  const std::string found = database.text("PRAGMA integrity_check(1)");
  if (found != "ok")
    database.reject("it is damaged: " + found.substr(found.rfind('\n') + 1));  // behind a headline of SQLite's own
  Statement orphans(database, "PRAGMA foreign_key_check");
  if (orphans.next()) database.reject("it is damaged: rows without a tunnel in " + std::string(orphans.text(0)));
}

}  // namespace

void prepare(Database& database) {
  database.run(settings_sql);
  const std::int64_t id = database.number("PRAGMA application_id");
  const std::int64_t version = database.number("PRAGMA user_version");
  if (!database.ok()) return;
  if (is_blank(database, id, version)) return create(database);
  check_identity(database, id, version);
  check_content(database);
  use_write_ahead_log(database);
}

}  // namespace ikewatch::store
