#include "bytes.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace ikewatch::reader {

FileBytes::~FileBytes() {
  if (owned_) ::close(descriptor_);
}

Problem FileBytes::failure(int error) const { return {{name_, 0, 0}, std::generic_category().message(error)}; }

Result<void> FileBytes::open(const std::string& path) {
  owned_ = path != "-";
  name_ = owned_ ? path : "standard input";
  descriptor_ = owned_ ? ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY) : STDIN_FILENO;
  if (descriptor_ >= 0) return inspect();
  owned_ = false;
  return failure(errno);
}

Result<void> FileBytes::inspect() {
  struct stat status {};
  if (::fstat(descriptor_, &status) != 0) return failure(errno);
  if (S_ISDIR(status.st_mode)) return failure(EISDIR);
  if (!S_ISREG(status.st_mode)) return {};
  size_ = static_cast<std::uint64_t>(std::max<off_t>(status.st_size, 0));
  ::posix_fadvise(descriptor_, 0, 0, POSIX_FADV_SEQUENTIAL);
  return {};
}

Result<std::size_t> FileBytes::read(char* to, std::size_t room) {
  while (true) {
    const ssize_t got = ::read(descriptor_, to, room);
    if (got >= 0) {
      done_ += static_cast<std::uint64_t>(got);
      if (advance_) advance_(done_, size_);
      return static_cast<std::size_t>(got);
    }
    // Standard input may be shared with a process that made it non-blocking.
    pollfd waiting{descriptor_, POLLIN, 0};
    if (errno == EAGAIN)
      ::poll(&waiting, 1, -1);
    else if (errno != EINTR)
      return failure(errno);
  }
}

Result<std::size_t> Replay::read(char* to, std::size_t room) {
  if (head_.empty()) return rest_.read(to, room);
  const auto count = std::min(room, head_.size());
  std::memcpy(to, head_.data(), count);
  head_.remove_prefix(count);
  return count;
}

}  // namespace ikewatch::reader
