// Handles for the SQLite C interface. Role: everything in this room that talks to the database. Ownership: Database owns the
// connection, Statement a prepared statement of it; a Statement must not outlive its Database. Threads: one at a time.
// Errors stick: the first failure is kept in the Database and whatever follows does nothing, so that callers check once at the
// end.
#pragma once

#include <ikewatch/base/result.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace ikewatch::store {

class Database {
 public:
  /// No single value is longer than this, whatever the file says.
  static constexpr int max_value = 32 << 20;
  /// How long another program that writes into the file may hold up the caller, who has lines to receive; a save can be repeated.
  static constexpr int busy_milliseconds = 250;

  enum class Access { writing, reading };
  /// Opens a file that exists already.
  explicit Database(const std::filesystem::path& file, Access access = Access::writing);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// Any number of statements; their rows are dropped.
  bool run(const char* sql);
  /// The first column of the first row; 0 and "" where there is none.
  std::int64_t number(const char* sql);
  std::string text(const char* sql);

  [[nodiscard]] bool ok() const { return code_ == 0; }
  [[nodiscard]] const std::string& what() const { return what_; }
  /// The failure lies in the content of the file: trying again will not help, a new file will.
  [[nodiscard]] bool damaged() const;
  /// There was no room on the disk.
  [[nodiscard]] bool full() const;
  [[nodiscard]] Problem problem(std::string_view doing) const;
  /// Declares the content of the file to be no good.
  void reject(const std::string& why);
  /// Declares that the place where the file lies will not do.
  void give_up(std::string why);
  /// Takes the state of the last call as a failure, unless there was one before.
  void fail(int code);
  /// A new call may succeed: forgets the failure.
  void forgive();
  /// Closing does not write into the file.
  void leave_untouched();
  /// Only reading is possible.
  [[nodiscard]] bool read_only() const;
  /// Another file, or none, has taken the name of this one.
  [[nodiscard]] bool moved() const;

 private:
  friend class Statement;
  friend class Transaction;

  std::filesystem::path file_;
  sqlite3* handle_ = nullptr;
  int code_ = 0;
  std::string what_;
};

class Statement {
 public:
  Statement(Database& database, std::string_view sql);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  /// Parameters in turn, from the first. Texts must live until the statement has run.
  Statement& bind(std::int64_t value);
  Statement& bind(std::string_view value);
  Statement& bind_blob(std::string_view value);
  Statement& bind_null();
  /// Steps to the next row; false at the end, which makes the statement ready for new parameters, and on a failure.
  bool next();
  /// All steps at once.
  void run();

  /// Columns of the present row, from 0. Texts live until the next step.
  [[nodiscard]] std::int64_t number(int column) const;
  [[nodiscard]] std::string_view text(int column) const;
  [[nodiscard]] std::string_view blob(int column) const;
  [[nodiscard]] bool is_null(int column) const;
  [[nodiscard]] bool is_text(int column) const;
  [[nodiscard]] int columns() const;

 private:
  void reset();

  Database& database_;
  sqlite3_stmt* handle_ = nullptr;
  int bound_ = 0;
};

/// All or nothing: rolls back at the end of its life unless commit() was called.
class Transaction {
 public:
  enum class Kind { reading, writing };
  Transaction(Database& database, Kind kind);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  bool commit();
  /// Rolls back what was not committed.
  void end();

 private:
  Database& database_;
};

}  // namespace ikewatch::store
