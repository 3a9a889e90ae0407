// The directory of the store: made, held against a second process, and its files named. Role: paths and permissions. Ownership:
// owns the lock, which ends with the object or the process. Threads: one at a time.
#pragma once

#include <ikewatch/base/result.hpp>

#include <filesystem>
#include <optional>
#include <string>

namespace ikewatch::store {

class Folder {
 public:
  /// No more damaged files than this are kept; the last one is then replaced.
  static constexpr int max_damaged = 99;

  /// Makes `directory` where it is missing (mode 0700, parents as the umask has it) and locks it.
  static Result<Folder> enter(const std::filesystem::path& directory);
  Folder(Folder&& other) noexcept;
  Folder& operator=(Folder&&) = delete;
  ~Folder();

  [[nodiscard]] std::filesystem::path file() const { return path_ / "ikewatch.db"; }
  /// Sees to it that file() exists, with mode 0600. The text says why what is there cannot be a database, where that is so.
  Result<std::optional<std::string>> ready_file() const;
  /// Renames file() and what SQLite keeps beside it; the new name.
  Result<std::filesystem::path> set_aside() const;

 private:
  explicit Folder(std::filesystem::path path) : path_(std::move(path)) {}
  Result<void> lock();
  [[nodiscard]] std::string second_process() const;

  std::filesystem::path path_;  // absolute, without symbolic links
  int lock_ = -1;
};

}  // namespace ikewatch::store
