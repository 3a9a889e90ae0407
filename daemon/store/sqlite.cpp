#include "sqlite.hpp"

#include <ikewatch/base/text.hpp>

#include <sqlite3.h>

#include <utility>

namespace ikewatch::store {
namespace {

constexpr int primary(int code) { return code & 0xFF; }

/// A disk that cannot give back what it was given is no better than a file with wrong bytes (sqlite.org/rescode.html).
constexpr bool unreadable(int code) {
  return code == SQLITE_IOERR_READ || code == SQLITE_IOERR_SHORT_READ || code == SQLITE_IOERR_CORRUPTFS ||
         code == SQLITE_IOERR_DATA;
}

/// Whether the system still gives more than the longest value takes. SQLite also says that there is no memory when a damaged file
/// names a length that nothing has, and then asked nobody for it.
bool memory_is_left() {
  void* probe = sqlite3_malloc64(2 * sqlite3_uint64{Database::max_value});
  sqlite3_free(probe);
  return probe != nullptr;
}

}  // namespace

Database::Database(const std::filesystem::path& file, Access access) : file_(file) {
  const int way = access == Access::writing ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
  fail(sqlite3_open_v2(file.c_str(), &handle_, way | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr));
  if (!ok()) return;
  sqlite3_busy_timeout(handle_, busy_milliseconds);
  sqlite3_limit(handle_, SQLITE_LIMIT_LENGTH, max_value);
  // The file may come from a stranger: its schema gets no say in what runs here (sqlite.org/security.html).
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
}

Database::~Database() { sqlite3_close_v2(handle_); }

bool Database::run(const char* sql) {
  if (ok()) fail(sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr));
  return ok();
}

std::int64_t Database::number(const char* sql) {
  Statement statement(*this, sql);
  return statement.next() ? statement.number(0) : 0;
}

std::string Database::text(const char* sql) {
  Statement statement(*this, sql);
  return statement.next() ? std::string(statement.text(0)) : std::string();
}

bool Database::damaged() const {
  switch (primary(code_)) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
    case SQLITE_MISMATCH:
    case SQLITE_CONSTRAINT:
    case SQLITE_TOOBIG:
    case SQLITE_ERROR:
      return true;  // our statements are right, so the tables are not ours
    default:
      return unreadable(code_);
  }
}

bool Database::full() const { return primary(code_) == SQLITE_FULL; }

Problem Database::problem(std::string_view doing) const { return {{file_.string()}, std::string(doing) + ": " + what_}; }

void Database::reject(const std::string& why) {
  if (!ok()) return;
  code_ = SQLITE_CORRUPT;
  what_ = to_printable(why);  // names out of a damaged file
}

void Database::give_up(std::string why) {
  if (!ok()) return;
  code_ = SQLITE_CANTOPEN;
  what_ = std::move(why);
}

void Database::fail(int code) {
  if (!ok() || code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE) return;
  if (primary(code) == SQLITE_NOMEM && memory_is_left()) return reject("it is damaged: a length in it cannot be right");
  code_ = code;
  what_ = to_printable(handle_ != nullptr ? sqlite3_errmsg(handle_) : sqlite3_errstr(code));
}

void Database::forgive() {
  code_ = SQLITE_OK;
  what_.clear();
}

void Database::leave_untouched() { sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr); }

bool Database::read_only() const { return sqlite3_db_readonly(handle_, "main") != 0; }

bool Database::moved() const {
  int moved = 0;
  sqlite3_file_control(handle_, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  return moved != 0;
}

Statement::Statement(Database& database, std::string_view sql) : database_(database) {
  if (!database_.ok()) return;
  database_.fail(sqlite3_prepare_v3(database_.handle_, sql.data(), static_cast<int>(sql.size()), 0, &handle_, nullptr));
}

Statement::~Statement() { sqlite3_finalize(handle_); }

Statement& Statement::bind(std::int64_t value) {
  if (database_.ok()) database_.fail(sqlite3_bind_int64(handle_, ++bound_, value));
  return *this;
}

Statement& Statement::bind(std::string_view value) {
  if (!database_.ok()) return *this;
  const char* data = value.data() != nullptr ? value.data() : "";  // a null pointer would be NULL
  database_.fail(sqlite3_bind_text64(handle_, ++bound_, data, value.size(), SQLITE_STATIC, SQLITE_UTF8));
  return *this;
}

Statement& Statement::bind_blob(std::string_view value) {
  if (!database_.ok()) return *this;
  const char* data = value.data() != nullptr ? value.data() : "";
  database_.fail(sqlite3_bind_blob64(handle_, ++bound_, data, value.size(), SQLITE_STATIC));
  return *this;
}

Statement& Statement::bind_null() {
  if (database_.ok()) database_.fail(sqlite3_bind_null(handle_, ++bound_));
  return *this;
}

bool Statement::next() {
  if (!database_.ok()) return false;
  const int code = sqlite3_step(handle_);
  if (code == SQLITE_ROW) return true;
  database_.fail(code);
  reset();
  return false;
}

void Statement::run() {
  while (next()) {
  }
}

std::int64_t Statement::number(int column) const { return sqlite3_column_int64(handle_, column); }

std::string_view Statement::text(int column) const {
  const void* bytes = sqlite3_column_text(handle_, column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(handle_, column));
  return bytes != nullptr ? std::string_view(static_cast<const char*>(bytes), size) : std::string_view{};
}

std::string_view Statement::blob(int column) const {
  const void* bytes = sqlite3_column_blob(handle_, column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(handle_, column));
  return bytes != nullptr ? std::string_view(static_cast<const char*>(bytes), size) : std::string_view{};
}

bool Statement::is_null(int column) const { return sqlite3_column_type(handle_, column) == SQLITE_NULL; }

bool Statement::is_text(int column) const { return sqlite3_column_type(handle_, column) == SQLITE_TEXT; }

int Statement::columns() const { return sqlite3_column_count(handle_); }

void Statement::reset() {
  sqlite3_reset(handle_);
  sqlite3_clear_bindings(handle_);
  bound_ = 0;
}

Transaction::Transaction(Database& database, Kind kind) : database_(database) {
  // A writer that began as a reader can be refused half way.
  database_.run(kind == Kind::writing ? "BEGIN IMMEDIATE" : "BEGIN");
}

Transaction::~Transaction() { end(); }

void Transaction::end() {
  // Some failures have rolled back already.
  if (sqlite3_get_autocommit(database_.handle_) == 0) sqlite3_exec(database_.handle_, "ROLLBACK", nullptr, nullptr, nullptr);
}

bool Transaction::commit() { return database_.run("COMMIT"); }

}  // namespace ikewatch::store
