// The source of several files: a FileSet on the event loop.
#include "files.hpp"

#include <algorithm>
#include <utility>

#include "file_set.hpp"
#include "folder_alert.hpp"
#include "live.hpp"

namespace ikewatch::source {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t bytes_per_wake_up = 1u << 20;
constexpr std::chrono::milliseconds shortest_poll{10};
constexpr std::chrono::milliseconds between_alerts{50};  // other files of the folders may be busy
constexpr std::chrono::milliseconds between_scans{200};
constexpr std::chrono::seconds longest_without_scan{5};

class FilesSource final : public Live {
 public:
  FilesSource(FileOptions options, Sink sink)
      : Live(options.name, std::move(sink), options.max_line, {DropReason::too_long, DropReason::gap}),
        options_(std::move(options)),
        files_(options_.path, max_line(), [this](std::string_view line) { return take(line); }) {
    files_.restore(options_.from_position, options_.from_start);
  }
  ~FilesSource() override { stop(); }

  [[nodiscard]] std::string position() const override { return files_.position(); }

 private:
  Result<void> open() override {
    alarm_ = std::make_unique<Alarm>(loop());
    alert_ = FolderAlert::open(loop(), [this](bool names) {
      look_at_names_ = look_at_names_ || names;
      soon(between_alerts);
    });
    scan();
    next_at_ = Clock::time_point::max();
    soon(std::chrono::milliseconds(0));
    return {};
  }

  bool take(std::string_view line) {
    add_tally();  // of what stands before the line
    return deliver_line(line, {}, now_) && !paused();
  }

  void close() override {
    files_.close();
    alarm_.reset();
    alert_.reset();
  }

  void wake() override {
    if (alarm_) soon(std::chrono::milliseconds(0));
  }

  void soon(std::chrono::milliseconds wait) {
    const auto at = Clock::now() + wait;
    if (at >= next_at_) return;
    next_at_ = at;
    alarm_->once(wait, guarded([this] { look(); }));
  }

  void look() {
    next_at_ = Clock::time_point::max();
    if (paused()) return;
    now_ = wall_clock();
    const auto since_scan = Clock::now() - scanned_at_;
    if (since_scan >= longest_without_scan || (look_at_names_ && since_scan >= between_scans)) scan();
    if (!running() || paused()) return;
    const auto step = files_.poll(bytes_per_wake_up);
    add_tally();
    if (!running() || paused()) return;
    if (step != FileSet::Step::more) count().caught_up = true;
    if (step != FileSet::Step::more && !tell_loss()) return;
    show();
    const auto poll = std::max(look_at_names_ ? std::min(options_.poll, between_scans) : options_.poll, shortest_poll);
    soon(step == FileSet::Step::more ? std::chrono::milliseconds(0)
                                     : std::min<std::chrono::milliseconds>(poll, longest_without_scan));
  }

  void scan() {
    now_ = wall_clock();
    look_at_names_ = false;
    scanned_at_ = Clock::now();
    files_.scan(now_);
    if (running() && alert_) alert_->follow(files_.folders());
    look_at_names_ = look_at_names_ || paused();  // perhaps in the middle
  }

  void add_tally() {
    const auto& tally = files_.tally();
    count().bytes = tally.bytes;
    count().malformed = tally.broken_lines;
    if (tally.gaps > gaps_) lose(DropReason::gap, tally.gaps - std::exchange(gaps_, tally.gaps));
  }

  void show() {
    if (files_.problem()) return set_down(wrong(files_.problem()->what));
    if (files_.files() == 0) return set_down(wrong("no file matches " + options_.path + " yet"));
    if (!is_up()) set_up(true);
  }

  FileOptions options_;
  FileSet files_;
  std::unique_ptr<Alarm> alarm_;
  std::unique_ptr<FolderAlert> alert_;
  Clock::time_point next_at_ = Clock::time_point::max();
  Clock::time_point scanned_at_{};
  WallTime now_{};
  std::uint64_t gaps_ = 0;
  bool look_at_names_ = false;
};

}  // namespace

std::unique_ptr<Source> make_files_source(FileOptions options, Sink sink) {
  return std::make_unique<FilesSource>(std::move(options), std::move(sink));
}

}  // namespace ikewatch::source
