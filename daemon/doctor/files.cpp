#include "files.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <glob.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <system_error>

namespace ikewatch::doctor {
namespace {

std::string words_for(int error) { return std::generic_category().message(error); }

Trouble trouble_for(int error) {
  if (error == ENOENT || error == ENOTDIR || error == ELOOP) return Trouble::missing;
  if (error == EACCES || error == EPERM) return Trouble::forbidden;
  return Trouble::other;
}

FileStatus failed(int error) {
  FileStatus status;
  status.trouble = trouble_for(error);
  status.why = words_for(error);
  return status;
}

std::string_view kind_of(mode_t mode) {
  if (S_ISREG(mode)) return "regular file";
  if (S_ISDIR(mode)) return "directory";
  if (S_ISFIFO(mode)) return "FIFO";
  if (S_ISSOCK(mode)) return "socket";
  return "device";
}

FileStatus status_of(int fd) {
  struct stat info {};
  if (fstat(fd, &info) != 0) return failed(errno);
  FileStatus status;
  status.directory = S_ISDIR(info.st_mode);
  status.regular = S_ISREG(info.st_mode);
  status.kind = kind_of(info.st_mode);
  status.mode = info.st_mode & 07777U;
  status.owner = info.st_uid;
  status.modified = info.st_mtim.tv_sec;
  return status;
}

/// Reads to the end, or until more than the limit came; errno where it fails.
int read_all(int fd, std::string& text) {
  char piece[16384];
  for (;;) {
    const auto got = ::read(fd, piece, sizeof piece);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno;
    if (got == 0) return 0;
    text.append(piece, static_cast<std::size_t>(got));
    if (text.size() > max_file_bytes) return EFBIG;
  }
}

std::string escaped_for_glob(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view("*?[]\\~").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

}  // namespace

Files::Files(std::string root) : root_(std::move(root)) {
  while (!root_.empty() && root_.back() == '/') root_.pop_back();
  directory_ = Fd(::open(root_.empty() ? "/" : root_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (directory_) owner_ = status_of(directory_.get()).owner;
}

Fd Files::open(const std::string& path, int flags) const {
  flags |= O_CLOEXEC;
  if (root_.empty()) return Fd(::open(path.c_str(), flags));
  open_how how{};
  how.flags = static_cast<std::uint64_t>(flags);
  how.resolve = RESOLVE_IN_ROOT;
  const auto fd = syscall(SYS_openat2, directory_.get(), path.c_str(), &how, sizeof how);
  if (fd >= 0) return Fd(static_cast<int>(fd));
  if (errno != ENOSYS && errno != EPERM) return Fd();
  return Fd(::open((root_ + path).c_str(), flags));  // before Linux 5.6, and where a sandbox forbids it
}

Fd Files::open_quietly(const std::string& path, int flags) const {
  Fd fd = open(path, flags | O_NOATIME);
  if (!fd && errno == EPERM) fd = open(path, flags);  // only its owner may leave the access time alone
  return fd;
}

FileStatus Files::status(const std::string& path) const {
  const Fd fd = open(path, O_PATH);
  return fd ? status_of(fd.get()) : failed(errno);
}

FileText Files::read(const std::string& path) const {
  FileText out{status(path), {}};
  if (!out.read()) return out;
  if (!out.status.regular) {
    out.status.trouble = Trouble::not_regular;
    out.status.why = "is a " + std::string(out.status.kind);
    return out;
  }
  const Fd fd = open_quietly(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  if (!fd) return {failed(errno), {}};
  out.status = status_of(fd.get());  // it may have been exchanged in between
  if (!out.status.regular) return {failed(EINVAL), {}};
  const int error = read_all(fd.get(), out.text);
  if (error == 0) return out;
  out = {failed(error), {}};
  if (error == EFBIG) out.status.trouble = Trouble::too_large;
  return out;
}

std::vector<std::string> Files::names(const std::string& directory) const {
  std::vector<std::string> out;
  const Fd fd = open_quietly(directory, O_RDONLY | O_DIRECTORY | O_NONBLOCK);
  if (!fd) return out;
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(fdopendir(dup(fd.get())), closedir);
  if (!stream) return out;
  while (const dirent* entry = readdir(stream.get())) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") out.emplace_back(name);
    if (out.size() == max_names) break;
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::optional<std::string> Files::link(const std::string& path) const {
  const Fd fd = open(path, O_PATH | O_NOFOLLOW);
  char target[4096];
  const auto size = fd ? readlinkat(fd.get(), "", target, sizeof target) : -1;
  if (size < 0) return std::nullopt;
  return std::string(target, static_cast<std::size_t>(size));
}

std::vector<std::string> Files::matching(const std::string& pattern) const {
  std::vector<std::string> out;
  glob_t found{};
  if (glob((escaped_for_glob(root_) + pattern).c_str(), root_.empty() ? GLOB_TILDE : 0, nullptr, &found) == 0) {
    for (std::size_t i = 0; i < std::min(found.gl_pathc, max_names); ++i) out.emplace_back(found.gl_pathv[i] + root_.size());
  }
  globfree(&found);
  return out;
}

std::string Files::shown(std::string_view path) const { return root_ + std::string(path); }

Place Files::place(std::string_view path, std::size_t line, std::size_t column) const { return {shown(path), line, column}; }

std::string joined(std::string_view directory, std::string_view name) {
  if (!name.empty() && name.front() == '/') return std::string(name);
  std::string out(directory);
  if (out.empty() || out.back() != '/') out += '/';
  return out += name;
}

std::string normal(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    const auto part = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(path.size(), part.size() + 1));
    if (part == ".." && !parts.empty()) parts.pop_back();
    if (!part.empty() && part != "." && part != "..") parts.push_back(part);
  }
  std::string out;
  for (const auto part : parts) out.append("/").append(part);
  return out.empty() ? "/" : out;
}

}  // namespace ikewatch::doctor
