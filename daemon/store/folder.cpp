#include "folder.hpp"

#include <ikewatch/base/text.hpp>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <system_error>
#include <utility>

namespace ikewatch::store {
namespace {

namespace fs = std::filesystem;

constexpr mode_t owner_only = S_IRUSR | S_IWUSR;
constexpr std::array<const char*, 3> companions{"-wal", "-shm", "-journal"};

Problem system_problem(const fs::path& path, std::string_view what, int error) {
  return {{path.string()}, std::string(what) + ": " + std::system_category().message(error)};
}

fs::path without_last_slash(const fs::path& path) {
  const fs::path normal = path.lexically_normal();
  return normal.has_filename() ? normal : normal.parent_path();
}

Result<fs::path> make_directory(const fs::path& directory) {
  const fs::path path = without_last_slash(directory);
  std::error_code error;
  if (path.has_parent_path()) fs::create_directories(path.parent_path(), error);  // mkdir tells what is wrong
  if (::mkdir(path.c_str(), S_IRWXU) != 0 && errno != EEXIST) {
    return system_problem(path, "the state directory cannot be made", errno);
  }
  fs::path real = fs::canonical(path, error);
  if (error) return system_problem(path, "the state directory cannot be used", error.value());
  return real;
}

fs::path with_suffix(fs::path path, const std::string& suffix) { return path += suffix; }

bool taken(const fs::path& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0;
}

bool any_taken(const fs::path& path) {
  for (const char* suffix : companions) {
    if (taken(with_suffix(path, suffix))) return true;
  }
  return taken(path);
}

fs::path free_name(const fs::path& file) {
  int n = 1;
  while (n < Folder::max_damaged && any_taken(with_suffix(file, ".damaged-" + std::to_string(n)))) ++n;
  return with_suffix(file, ".damaged-" + std::to_string(n));
}

void sync_directory(const fs::path& directory) {
  const int fd = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  ::fsync(fd);
  ::close(fd);
}

}  // namespace

Folder::Folder(Folder&& other) noexcept : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

Folder::~Folder() {
  if (lock_ >= 0) ::close(lock_);
}

Result<Folder> Folder::enter(const fs::path& directory) {
  auto path = make_directory(directory);
  if (!path) return path.error();
  Folder folder(std::move(*path));
  if (auto locked = folder.lock(); !locked) return locked.error();
  return folder;
}

/// A lock of its own, not SQLite's: it must be held before a damaged file is renamed under someone's feet, and an operator may
/// still look into the database while it is in use.
Result<void> Folder::lock() {
  const fs::path file = path_ / "ikewatch.lock";
  lock_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, owner_only);
  if (lock_ < 0) return system_problem(file, "the state directory cannot be written", errno);
  if (::flock(lock_, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return Problem{{path_.string()}, second_process()};
    return system_problem(file, "the state directory cannot be locked", errno);
  }
  const std::string process = std::to_string(::getpid()) + '\n';
  // Only for people and for second_process(): a full disk must not keep us from starting.
  if (::ftruncate(lock_, 0) != 0 || ::pwrite(lock_, process.data(), process.size(), 0) < 0) return {};
  return {};
}

std::string Folder::second_process() const {
  std::array<char, 16> bytes{};
  const ssize_t size = ::pread(lock_, bytes.data(), bytes.size(), 0);
  const std::string_view text = trim({bytes.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))});
  const auto process = to_number<std::uint32_t>(text);
  return "another ikewatch uses this state directory" +
         (process ? " (process " + std::to_string(*process) + ")" : std::string()) +
         "; stop it, or give this one a state.directory of its own";
}

Result<std::optional<std::string>> Folder::ready_file() const {
  struct stat status {};
  if (::lstat(file().c_str(), &status) == 0 && !S_ISREG(status.st_mode))
    return std::optional<std::string>("it is not a regular file");
  const int fd = ::open(file().c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, owner_only);
  if (fd < 0) return system_problem(file(), "the saved state cannot be opened", errno);
  const bool narrow = ::fchmod(fd, owner_only) == 0;
  const int error = errno;
  ::close(fd);
  if (!narrow) return system_problem(file(), "the saved state cannot be made private", error);
  return std::optional<std::string>();
}

Result<fs::path> Folder::set_aside() const {
  const fs::path name = free_name(file());
  if (::rename(file().c_str(), name.c_str()) != 0) return system_problem(file(), "the damaged file cannot be renamed", errno);
  // A stale log beside the fresh file would be taken for its own.
  for (const char* suffix : companions) {
    const fs::path companion = with_suffix(file(), suffix);
    if (taken(companion) && ::rename(companion.c_str(), with_suffix(name, suffix).c_str()) != 0) {
      return system_problem(companion, "the damaged file cannot be renamed", errno);
    }
  }
  sync_directory(path_);
  return name;
}

}  // namespace ikewatch::store
