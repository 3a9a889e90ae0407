#include "folder_alert.hpp"

#include <sys/inotify.h>

#include <array>
#include <cstring>
#include <utility>

namespace ikewatch::source {
namespace {

constexpr std::uint32_t content = IN_MODIFY;
constexpr std::uint32_t names = IN_CREATE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE | IN_ATTRIB;

bool tells_of_names(const char* events, std::size_t size) {
  for (std::size_t at = 0; at + sizeof(inotify_event) <= size;) {
    inotify_event event{};
    std::memcpy(&event, events + at, sizeof event);
    if ((event.mask & ~content) != 0) return true;
    at += sizeof event + event.len;
  }
  return false;
}

}  // namespace

std::unique_ptr<FolderAlert> FolderAlert::open(boost::asio::io_context& loop, Changed changed) {
  Fd fd(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  if (!fd) return nullptr;
  auto watch = Watch::open(loop, std::move(fd));
  if (!watch) return nullptr;
  std::unique_ptr<FolderAlert> alert(new FolderAlert(std::move(watch), std::move(changed)));
  alert->wait();
  return alert;
}

FolderAlert::FolderAlert(std::unique_ptr<Watch> watch, Changed changed)
    : watch_(std::move(watch)), changed_(std::move(changed)) {}

void FolderAlert::follow(const std::set<std::string>& folders) {
  for (auto mark = marks_.begin(); mark != marks_.end();) {
    if (folders.contains(mark->first)) {
      ++mark;
      continue;
    }
    ::inotify_rm_watch(watch_->fd(), mark->second);
    mark = marks_.erase(mark);
  }
  for (const auto& folder : folders) {
    // Again for those that are marked: the folder may be another one by now.
    const int mark = ::inotify_add_watch(watch_->fd(), folder.c_str(), content | names | IN_ONLYDIR);
    if (mark >= 0) marks_[folder] = mark;
  }
}

void FolderAlert::wait() {
  watch_->once([this] { read_events(); });
}

void FolderAlert::read_events() {
  alignas(inotify_event) std::array<char, 4096> events;
  bool of_names = false;
  for (ssize_t got = 0; (got = ::read(watch_->fd(), events.data(), events.size())) > 0;)
    of_names = of_names || tells_of_names(events.data(), static_cast<std::size_t>(got));
  wait();
  const auto changed = changed_;  // the call may end in our destruction
  changed(of_names);
}

}  // namespace ikewatch::source
