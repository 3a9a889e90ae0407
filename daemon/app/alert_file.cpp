#include "alert_file.hpp"

#include "data.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

namespace ikewatch::app {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t max_bytes = std::size_t{256} * 1024 * 1024;

Problem failed(const fs::path& path) { return {{path.string(), 0, 0}, std::strerror(errno)}; }

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return ::fsync(fd) == 0;
}

}  // namespace

Result<std::string> read_alert_file(const fs::path& directory) {
  const auto path = directory / "alerts.json";
  std::error_code error;
  if (!fs::exists(path, error)) return std::string{};
  return read_file(path, max_bytes);
}

Result<void> write_alert_file(const fs::path& directory, std::string_view text) {
  const auto path = directory / "alerts.json", fresh = directory / "alerts.json.new";
  const int fd = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return failed(fresh);
  const bool written = write_all(fd, text);
  const auto problem = written ? Problem{} : failed(fresh);
  ::close(fd);
  if (!written) return problem;
  if (::rename(fresh.c_str(), path.c_str()) != 0) return failed(path);
  const int folder = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return failed(directory);
  ::fsync(folder);
  ::close(folder);
  return {};
}

}  // namespace ikewatch::app
