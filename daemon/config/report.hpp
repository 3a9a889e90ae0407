// Collects problems of one file. Role: config's own; handed to each step of reading. Ownership: owns the list until take().
// Threads: one at a time.
#pragma once

#include <ikewatch/base/result.hpp>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ikewatch::config {

/// A place in the file that is being read; counts from 1, 0 is unknown. Columns are bytes.
struct Mark {
  std::uint32_t line = 0;
  std::uint32_t column = 0;

  auto operator<=>(const Mark&) const = default;
};

class Report {
 public:
  explicit Report(std::string file) : file_(std::move(file)) {}

  void add(Mark at, std::string what);
  [[nodiscard]] std::size_t count() const { return found_.size() + dropped_; }
  /// In the order of the file; the last one says so where there were more than a reader would read.
  [[nodiscard]] Problems take();

 private:
  struct Found {
    Mark at;
    std::string what;
  };
  std::string file_;
  std::vector<Found> found_;
  std::size_t dropped_ = 0;
};

/// A piece of the file as it may be shown in a message: printable, in backquotes, cut where it is long.
std::string quote(std::string_view text);

}  // namespace ikewatch::config
