// Wakes the file source as soon as its file is written to. Role: only makes it quicker; polling finds everything without it.
// Ownership: owns an inotify descriptor. Threads: the io_context's one.
#pragma once

#include <functional>
#include <memory>

#include "loop.hpp"

namespace ikewatch::source {

class FileAlert {
 public:
  /// Nothing where inotify is not to be had (limits).
  static std::unique_ptr<FileAlert> open(boost::asio::io_context& loop, std::function<void()> written);

  /// Looks at the file behind this open descriptor, and at no other any more. -1: at none.
  void follow(int fd);

 private:
  FileAlert(std::unique_ptr<Watch> watch, std::function<void()> written);
  void wait();
  void read_events();

  std::unique_ptr<Watch> watch_;
  std::function<void()> written_;
  int mark_ = -1;
};

}  // namespace ikewatch::source
