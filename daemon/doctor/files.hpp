// The files of the host that is examined, below a root directory. Role: the only door of the checks to the file system. Reads
// regular files only, never waits for a FIFO, never leaves the root through a link, never changes an access time where the system
// lets it. Ownership: Files owns the descriptor of its root. Threads: one.
#pragma once

#include <ikewatch/base/fd.hpp>
#include <ikewatch/base/result.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ikewatch::doctor {

inline constexpr std::size_t max_file_bytes = std::size_t{1} << 20;
inline constexpr std::size_t max_names = 4096;  // of one directory, of one glob pattern

enum class Trouble : std::uint8_t { none, missing, forbidden, not_regular, too_large, other };

struct FileStatus {
  Trouble trouble = Trouble::none;
  bool directory = false;
  bool regular = false;
  std::string_view kind;   // "directory", "FIFO" ...
  std::uint32_t mode = 0;  // permission bits
  std::uint32_t owner = 0;
  std::int64_t modified = 0;  // seconds since 1970
  std::string why;            // the system's words, where there is trouble

  [[nodiscard]] bool found() const { return trouble == Trouble::none; }
};

struct FileText {
  FileStatus status;  // its trouble says why there is no text
  std::string text;

  [[nodiscard]] bool read() const { return status.trouble == Trouble::none; }
};

class Files {
 public:
  explicit Files(std::string root);

  /// Of what the path leads to, links followed.
  [[nodiscard]] FileStatus status(const std::string& path) const;
  /// A regular file of at most max_file_bytes.
  [[nodiscard]] FileText read(const std::string& path) const;
  /// Names in a directory, sorted, at most max_names; empty where it cannot be read.
  [[nodiscard]] std::vector<std::string> names(const std::string& directory) const;
  /// Where a symbolic link points; nothing where it is none.
  [[nodiscard]] std::optional<std::string> link(const std::string& path) const;
  /// The paths that fit a pattern of glob(7), sorted as racoon reads them.
  [[nodiscard]] std::vector<std::string> matching(const std::string& pattern) const;

  /// The path as the person who runs us would open it.
  [[nodiscard]] std::string shown(std::string_view path) const;
  /// A place in the file, for findings.
  [[nodiscard]] Place place(std::string_view path, std::size_t line = 0, std::size_t column = 0) const;
  /// Who owns the root: the user that racoon runs as, by default.
  [[nodiscard]] std::uint32_t owner() const { return owner_; }
  [[nodiscard]] bool usable() const { return static_cast<bool>(directory_); }
  [[nodiscard]] bool is_this_host() const { return root_.empty(); }

 private:
  [[nodiscard]] Fd open(const std::string& path, int flags) const;
  [[nodiscard]] Fd open_quietly(const std::string& path, int flags) const;

  std::string root_;  // without its last slash; empty for "/"
  Fd directory_;
  std::uint32_t owner_ = 0;
};

/// `name` where it is absolute, else below `directory`.
std::string joined(std::string_view directory, std::string_view name);
/// Without `.`, `..` and doubled slashes; links are not looked at.
std::string normal(std::string_view path);

}  // namespace ikewatch::doctor
