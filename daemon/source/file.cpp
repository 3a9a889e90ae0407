// The file source: a FollowedFile on the event loop.
#include <ikewatch/source/make.hpp>

#include <algorithm>
#include <utility>

#include "file_alert.hpp"
#include "followed_file.hpp"
#include "live.hpp"

namespace ikewatch::source {
namespace {

constexpr std::size_t bytes_per_wake_up = 1u << 20;
constexpr std::chrono::milliseconds shortest_poll{10};

class FileSource final : public Live {
 public:
  FileSource(FileOptions options, Sink sink)
      : Live(options.name, std::move(sink), options.max_line, {DropReason::too_long, DropReason::gap}),
        options_(std::move(options)),
        file_(options_.path, max_line(), [this](std::string_view line) { return deliver_line(line, {}, now_) && !paused(); }) {}
  ~FileSource() override { stop(); }

  [[nodiscard]] std::string position() const override { return opened_before_ ? file_.position() : options_.from_position; }

 private:
  Result<void> open() override {
    auto opened = open_file();
    if (opened.has_error()) return wrong(opened.error().what);
    opened_before_ = true;
    add_tally();
    if (file_.fd() >= 0) set_up(true);
    alarm_ = std::make_unique<Alarm>(loop());
    alert_ = FileAlert::open(loop(), guarded([this] { read(); }));
    read_again_after(std::chrono::milliseconds(0));
    return {};
  }

  Result<void> open_file() {
    if (opened_before_) return file_.open_at(file_.position());
    if (!options_.from_position.empty()) return file_.open_at(options_.from_position);
    if (options_.from_start) return file_.open_at(to_text(FilePosition{}));
    return file_.open_at_end();
  }

  void close() override {
    file_.close();
    alarm_.reset();
    alert_.reset();
    marked_inode_ = 0;
  }

  void wake() override {
    if (alarm_) read_again_after(std::chrono::milliseconds(0));
  }

  void read_again_after(std::chrono::milliseconds wait) {
    alarm_->once(wait, guarded([this] { read(); }));
  }

  void read() {
    if (paused()) return;
    now_ = wall_clock();
    const auto step = file_.poll(bytes_per_wake_up);
    add_tally();
    if (step.has_error()) return fail(wrong(step.error().what));
    if (*step == FollowedFile::Step::stopped) return;
    if (*step != FollowedFile::Step::more && !tell_loss()) return;
    show_presence(*step != FollowedFile::Step::missing);
    follow_alert();
    const bool more = *step == FollowedFile::Step::more;
    read_again_after(more ? std::chrono::milliseconds(0) : std::max(options_.poll, shortest_poll));
  }

  void show_presence(bool present) {
    if (present && !is_up()) return set_up(true);
    if (!present && (is_up() || !problem())) set_down(wrong("there is no " + options_.path + " yet"));
  }

  /// A descriptor number may come back for another file, so the file's identity is compared, not the number.
  void follow_alert() {
    const auto inode = file_.fd() < 0 ? 0 : file_.inode();
    if (!alert_ || inode == marked_inode_) return;
    alert_->follow(file_.fd());
    marked_inode_ = inode;
  }

  void add_tally() {
    const auto& tally = file_.tally();
    count().bytes = tally.bytes;
    count().malformed = tally.broken_lines;
    if (tally.gaps > gaps_) lose(DropReason::gap, tally.gaps - gaps_);
    gaps_ = tally.gaps;
  }

  FileOptions options_;
  FollowedFile file_;
  std::unique_ptr<Alarm> alarm_;
  std::unique_ptr<FileAlert> alert_;
  std::uint64_t marked_inode_ = 0;
  WallTime now_{};
  std::uint64_t gaps_ = 0;
  bool opened_before_ = false;
};

}  // namespace

std::unique_ptr<Source> make_source(FileOptions options, Sink sink) {
  return std::make_unique<FileSource>(std::move(options), std::move(sink));
}

}  // namespace ikewatch::source
