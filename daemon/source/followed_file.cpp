#include "followed_file.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace ikewatch::source {
namespace {

constexpr std::size_t chunk_size = 64u << 10;
constexpr int most_folder_entries = 10'000;

Problem cannot(std::string_view what, const std::string& path, int error) {
  return {{}, with_errno("cannot " + std::string(what) + " " + path, error)};
}

bool is_same(const struct stat& info, const FilePosition& position) {
  return static_cast<std::uint64_t>(info.st_dev) == position.device && static_cast<std::uint64_t>(info.st_ino) == position.inode;
}

std::string head_of(int fd, std::uint64_t size) {
  std::array<char, longest_head> bytes{};
  const auto got = ::pread(fd, bytes.data(), std::min<std::uint64_t>(size, bytes.size()), 0);
  return {bytes.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0))};
}

bool has_content_of(int fd, const FilePosition& wanted) {
  struct stat info {};
  if (::fstat(fd, &info) != 0 || !is_same(info, wanted)) return false;
  if (static_cast<std::uint64_t>(info.st_size) < wanted.offset) return false;
  const auto head = head_of(fd, wanted.head_size);
  return head.size() == wanted.head_size && hash_of(head) == wanted.head_hash;
}

/// O_NONBLOCK: a FIFO that somebody put there must not hang us.
Fd open_for_reading(const std::string& path) { return Fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)); }

std::pair<std::string, std::string> folder_and_name(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return {"./", path};
  return {path.substr(0, slash + 1), path.substr(slash + 1)};
}

}  // namespace

FollowedFile::FollowedFile(std::string path, std::size_t max_line, Take take, std::shared_ptr<Tally> tally)
    : path_(std::move(path)),
      max_line_(max_line),
      take_(std::move(take)),
      chunk_(std::make_unique_for_overwrite<char[]>(chunk_size)),
      tally_(std::move(tally)) {}

void FollowedFile::close() {
  fd_.reset();
  partial_.clear();
  partial_size_ = 0;
}

Result<void> FollowedFile::open_at(std::string_view text) {
  close();
  const auto stored = read_file_position(text);
  const auto wanted = stored.value_or(FilePosition{});
  for (const auto& path : {path_, find_renamed(wanted)}) {
    if (path.empty()) continue;
    auto opened = open_path(path);
    if (opened.has_error()) return opened.error();
    if (!*opened || !has_content_of(fd_.get(), wanted)) continue;
    begin_at(wanted.offset);
    return {};
  }
  if (!stored || wanted.inode != 0) ++tally_->gaps;
  fd_.reset();
  position_ = {};
  return {};
}

Result<void> FollowedFile::open_at_end() {
  close();
  position_ = {};
  auto opened = open_path(path_);
  if (opened.has_error()) return opened.error();
  struct stat info {};
  if (!*opened || ::fstat(fd_.get(), &info) != 0) return {};
  // A line whose end is not written yet belongs to what comes.
  const auto size = static_cast<std::uint64_t>(info.st_size);
  const auto window = std::min<std::uint64_t>(size, chunk_size);
  const auto got = ::pread(fd_.get(), chunk_.get(), window, static_cast<off_t>(size - window));
  const auto end = std::string_view(chunk_.get(), static_cast<std::size_t>(std::max<ssize_t>(got, 0))).rfind('\n');
  begin_at(end == std::string_view::npos ? size - window : size - window + end + 1);
  return {};
}

/// False where there is no such file.
Result<bool> FollowedFile::open_path(const std::string& path) {
  fd_ = open_for_reading(path);
  if (!fd_ && errno == ENOENT) return false;
  if (!fd_) return cannot("open", path, errno);
  struct stat info {};
  if (::fstat(fd_.get(), &info) != 0) return cannot("look at", path, errno);
  if (S_ISREG(info.st_mode)) return true;
  fd_.reset();
  return Problem{{}, path + " is not a regular file"};
}

/// The path under which a rotated file stands now, or nothing. Only names that begin like the original one are looked at.
std::string FollowedFile::find_renamed(const FilePosition& wanted) const {
  const auto [folder, name] = folder_and_name(path_);
  if (wanted.inode == 0) return {};
  const std::unique_ptr<DIR, int (*)(DIR*)> entries(::opendir(folder.c_str()), [](DIR* open) { return ::closedir(open); });
  for (int left = most_folder_entries; entries && left > 0; --left) {
    const auto* entry = ::readdir(entries.get());
    if (entry == nullptr) return {};
    const std::string_view found = entry->d_name;
    if (!found.starts_with(name) || found == name) continue;
    auto path = folder + std::string(found);
    if (const auto fd = open_for_reading(path); fd && has_content_of(fd.get(), wanted)) return path;
  }
  return {};
}

void FollowedFile::begin_at(std::uint64_t offset) {
  struct stat info {};
  ::fstat(fd_.get(), &info);
  position_ = {static_cast<std::uint64_t>(info.st_dev), static_cast<std::uint64_t>(info.st_ino), offset, 0, 0};
  read_to_ = offset;
  partial_.clear();
  partial_size_ = 0;
  head_.clear();
  note_head();
}

void FollowedFile::note_head() {
  if (head_.size() < std::min<std::uint64_t>(read_to_, longest_head)) head_ = head_of(fd_.get(), read_to_);
  position_.head_size = head_.size();
  position_.head_hash = hash_of(head_);
}

/// Shorter than what was read, or other content at its beginning: it was truncated (and perhaps has grown again).
void FollowedFile::restart_if_truncated() {
  struct stat info {};
  if (::fstat(fd_.get(), &info) != 0) return;
  const bool shorter = static_cast<std::uint64_t>(info.st_size) < read_to_;
  if (!shorter && head_of(fd_.get(), head_.size()) == head_) return;
  if (partial_size_ > 0) ++tally_->broken_lines, tally_->bytes += partial_size_;
  begin_at(0);
}

Result<FollowedFile::Step> FollowedFile::poll(std::size_t budget) {
  if (!fd_) {
    auto opened = open_path(path_);
    if (opened.has_error()) return opened.error();
    if (!*opened) return Step::missing;
    begin_at(0);
  }
  restart_if_truncated();
  auto step = drain(budget);
  if (step.has_error() || *step != Step::idle || keeps_to_file_ || !replaced()) return step;
  return change_over();
}

bool FollowedFile::finish() { return partial_size_ == 0 || end_line(partial_, partial_size_); }

Result<FollowedFile::Step> FollowedFile::drain(std::size_t budget) {
  std::size_t used = 0;
  while (used < budget) {
    const auto got = ::pread(fd_.get(), chunk_.get(), chunk_size, static_cast<off_t>(read_to_));
    if (got < 0) return cannot("read", path_, errno);
    if (got == 0) return Step::idle;
    const auto size = static_cast<std::size_t>(got);
    read_to_ += size;
    used += size;
    note_head();
    if (!split({chunk_.get(), size})) return stop_behind_line();
  }
  return Step::more;
}

/// What was read behind the last line that was taken will be read again.
FollowedFile::Step FollowedFile::stop_behind_line() {
  read_to_ = position_.offset;
  return Step::stopped;
}

bool FollowedFile::split(std::string_view chunk) {
  while (!chunk.empty()) {
    const auto end = chunk.find('\n');
    const auto piece = chunk.substr(0, end);
    if (end == std::string_view::npos) {
      keep(piece);
      return true;
    }
    chunk.remove_prefix(end + 1);
    const auto length = partial_size_ + piece.size() + 1;
    if (partial_size_ > 0) keep(piece);
    if (!end_line(partial_size_ > 0 ? std::string_view(partial_) : piece, length)) return false;
  }
  return true;
}

void FollowedFile::keep(std::string_view piece) {
  partial_size_ += piece.size();
  const auto room = max_line_ + 1 - std::min(partial_.size(), max_line_ + 1);
  partial_.append(piece.substr(0, room));
}

bool FollowedFile::end_line(std::string_view line, std::uint64_t length) {
  const bool goes_on = take_(line);
  position_.offset += length;
  tally_->bytes += length;
  partial_.clear();
  partial_size_ = 0;
  return goes_on;
}

/// True when the path names another file, and somebody has written to it.
bool FollowedFile::replaced() const {
  struct stat info {};
  if (::stat(path_.c_str(), &info) != 0) return false;
  return !is_same(info, position_) && info.st_size > 0;
}

Result<FollowedFile::Step> FollowedFile::change_over() {
  // What the writer added before it went to the new file is here by now.
  auto step = drain(chunk_size);
  if (step.has_error() || *step != Step::idle) return step;
  if (!finish()) return Step::stopped;
  auto opened = open_path(path_);
  if (opened.has_error()) return opened.error();
  if (!*opened) return Step::missing;
  begin_at(0);
  return Step::more;
}

}  // namespace ikewatch::source
