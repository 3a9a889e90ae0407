#include <ikewatch/reader/progress.hpp>

#include <ikewatch/base/time.hpp>

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <utility>

namespace ikewatch::reader {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds silence{500};
constexpr milliseconds between_redraws{100};
constexpr std::size_t usual_width = 80;
constexpr std::size_t widest_bar = 40;
constexpr std::size_t narrowest_bar = 8;
constexpr double longest_left = 360'000;  // seconds: 100 h; more is no forecast
constexpr std::string_view clear_line = "\r\x1b[K";

/// `512 B`, `1.2 KiB`, `410 MiB`: three digits say enough.
std::string size_text(double bytes) {
  constexpr std::array<const char*, 5> units{"B", "KiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  for (; bytes >= 999.5 && unit + 1 < units.size(); ++unit) bytes /= 1024;
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), unit > 0 && bytes < 9.95 ? "%.1f %s" : "%.0f %s", bytes, units[unit]);
  return text.data();
}

double rate_of(const Advance& advance) {
  const double elapsed = std::chrono::duration<double>(advance.elapsed).count();
  return elapsed > 0 ? static_cast<double>(advance.done) / elapsed : 0;
}

/// The share that is done, 0 to 1: a file may grow while it is read.
double share_of(const Advance& advance) {
  return std::min(1.0, static_cast<double>(advance.done) / static_cast<double>(advance.size));
}

std::string remaining_text(const Advance& advance) {
  const double rate = rate_of(advance);
  if (rate <= 0 || advance.done > advance.size) return {};
  const double left = static_cast<double>(advance.size - advance.done) / rate;
  if (left > longest_left) return {};
  return "  " + to_human(seconds{static_cast<seconds::rep>(std::ceil(left))}) + " left";
}

std::string percent_text(double share) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%3d%%", static_cast<int>(share * 100));
  return text.data();
}

std::string bar(double share, std::size_t inner) {
  const auto full = static_cast<std::size_t>(share * static_cast<double>(inner));
  std::string text = "[" + std::string(full, '=') + std::string(inner - full, ' ') + "]";
  if (full < inner) text[1 + full] = '>';
  return text;
}

/// Adds `part` where it fits whole.
void add(std::string& line, const std::string& part, std::size_t room) {
  if (line.size() + part.size() <= room) line += part;
}

void write_whole(std::string_view text) {
  while (!text.empty()) {
    const auto put = ::write(STDERR_FILENO, text.data(), text.size());
    if (put < 0 && errno != EINTR) return;
    if (put > 0) text.remove_prefix(static_cast<std::size_t>(put));
  }
}

std::size_t stderr_width() {
  winsize window{};
  const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 0;
  return known ? window.ws_col : usual_width;
}

}  // namespace

std::string progress_line(const Advance& advance, std::size_t width) {
  const std::size_t room = width > 0 ? width - 1 : 0;  // a full line would make some terminals go to the next one
  const std::string rate = "  " + size_text(rate_of(advance)) + "/s";
  std::string line;
  if (advance.size == 0) {
    add(line, size_text(static_cast<double>(advance.done)), room);
    add(line, rate, room);
    return line;
  }
  const double share = share_of(advance);
  std::string words;
  add(words, percent_text(share), room);
  add(words, "  " + size_text(static_cast<double>(advance.done)) + " of " + size_text(static_cast<double>(advance.size)), room);
  add(words, rate, room);
  add(words, remaining_text(advance), room);
  if (room < words.size() + narrowest_bar + 3) return words;
  return bar(share, std::min(widest_bar, room - words.size() - 3)) + " " + words;
}

std::optional<Screen> terminal_on_stderr() {
  const char* kind = std::getenv("TERM");
  const bool able = kind != nullptr && std::string_view(kind) != "dumb" && ::isatty(STDERR_FILENO) == 1;
  if (!able) return std::nullopt;
  return Screen{[](const std::string& text) { write_whole(text); }, stderr_width};
}

void Progress::update(std::uint64_t done, std::uint64_t size, Moment now) {
  if (!screen_ || now - start_ < silence) return;
  if (drawn_ && now - *drawn_ < between_redraws) return;
  const auto elapsed = std::chrono::duration_cast<milliseconds>(now - start_);
  screen_->write(std::string(clear_line) + progress_line({done, size, elapsed}, screen_->width()));
  drawn_ = now;
  visible_ = true;
}

void Progress::clear() {
  if (visible_) screen_->write(std::string(clear_line));
  visible_ = false;
}

}  // namespace ikewatch::reader
