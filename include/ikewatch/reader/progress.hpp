// A progress bar for long offline input. Role: fed by reader::Source::advance; draws on a terminal only. Ownership: writes to the
// descriptor it is given, owns nothing. Threads: one; it never asks for the time, it is given it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace ikewatch::reader {

using Moment = std::chrono::steady_clock::time_point;

struct Advance {
  std::uint64_t done = 0;  // bytes
  std::uint64_t size = 0;  // bytes; 0: not known, then there is neither bar nor remaining time
  std::chrono::milliseconds elapsed{0};
};

/// One line for a terminal, at most `width` - 1 columns of ASCII, without control characters; what has no room is left out:
/// `[=======>      ]  52%  1.2 GiB of 2.3 GiB  410 MiB/s  2m 41s left`.
std::string progress_line(const Advance& advance, std::size_t width);

/// Where a bar may be drawn.
struct Screen {
  std::function<void(const std::string&)> write;
  std::function<std::size_t()> width;  // columns, asked at each redraw: windows change
};

/// Standard error when it is a terminal that can rewrite a line; nothing otherwise.
std::optional<Screen> terminal_on_stderr();

/// Silent for the first half second, then at most ten redraws a second; clears its line when it ends.
class Progress {
 public:
  Progress(std::optional<Screen> screen, Moment start) : screen_(std::move(screen)), start_(start) {}
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress() { clear(); }

  void update(std::uint64_t done, std::uint64_t size, Moment now);
  /// Takes the bar away; for output in between. A later update() draws it again.
  void clear();

 private:
  std::optional<Screen> screen_;
  Moment start_;
  std::optional<Moment> drawn_;  // when last
  bool visible_ = false;
};

}  // namespace ikewatch::reader
