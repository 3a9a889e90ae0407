// Wakes the source of several files when something happens in their folders. Role: only makes it quicker; polling finds
// everything without it. Ownership: owns an inotify descriptor. Threads: the io_context's one.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "loop.hpp"

namespace ikewatch::source {

class FolderAlert {
 public:
  /// `names`: not only the content of files may have changed, but also which there are.
  using Changed = std::function<void(bool names)>;

  /// Nothing where inotify is not to be had (limits).
  static std::unique_ptr<FolderAlert> open(boost::asio::io_context& loop, Changed changed);

  /// Looks at these folders, and at no others any more.
  void follow(const std::set<std::string>& folders);

 private:
  FolderAlert(std::unique_ptr<Watch> watch, Changed changed);
  void wait();
  void read_events();

  std::unique_ptr<Watch> watch_;
  Changed changed_;
  std::map<std::string, int> marks_;
};

}  // namespace ikewatch::source
