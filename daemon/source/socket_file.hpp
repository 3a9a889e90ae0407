// The file of a unix socket that we made. Role: removes it again, and no other that stands there by now. Ownership: plain value.
// Threads: no shared state.
#pragma once

#include <sys/stat.h>
#include <unistd.h>

#include <string>

namespace ikewatch::source {

class SocketFile {
 public:
  void note(const std::string& path) {
    if (::lstat(path.c_str(), &own_) != 0) own_ = {};
  }
  /// After a restart by somebody else it may already be the successor's.
  void remove(const std::string& path) {
    struct stat now {};
    const bool ours =
        own_.st_ino != 0 && ::lstat(path.c_str(), &now) == 0 && now.st_ino == own_.st_ino && now.st_dev == own_.st_dev;
    if (ours) ::unlink(path.c_str());
    own_ = {};
  }

 private:
  struct stat own_ {};
};

}  // namespace ikewatch::source
