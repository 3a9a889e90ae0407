#include "file_alert.hpp"

#include <sys/inotify.h>

#include <array>
#include <string>
#include <utility>

namespace ikewatch::source {

std::unique_ptr<FileAlert> FileAlert::open(boost::asio::io_context& loop, std::function<void()> written) {
  Fd fd(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  if (!fd) return nullptr;
  auto watch = Watch::open(loop, std::move(fd));
  if (!watch) return nullptr;
  std::unique_ptr<FileAlert> alert(new FileAlert(std::move(watch), std::move(written)));
  alert->wait();
  return alert;
}

FileAlert::FileAlert(std::unique_ptr<Watch> watch, std::function<void()> written)
    : watch_(std::move(watch)), written_(std::move(written)) {}

void FileAlert::follow(int fd) {
  if (mark_ >= 0) ::inotify_rm_watch(watch_->fd(), mark_);
  // Through the descriptor, so that it is this very file whatever its name is by now.
  const auto path = "/proc/self/fd/" + std::to_string(fd);
  mark_ = fd < 0 ? -1 : ::inotify_add_watch(watch_->fd(), path.c_str(), IN_MODIFY);
}

void FileAlert::wait() {
  watch_->once([this] { read_events(); });
}

void FileAlert::read_events() {
  alignas(inotify_event) std::array<char, 4096> events;  // what they say does not matter
  while (::read(watch_->fd(), events.data(), events.size()) > 0) continue;
  wait();
  const auto written = written_;  // the call may end in our destruction
  written();
}

}  // namespace ikewatch::source
