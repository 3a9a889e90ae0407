// The file source: a FollowedFile on the event loop.
#include <ikewatch/source/make.hpp>

#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include "file_alert.hpp"
#include "file_glob.hpp"
#include "files.hpp"
#include "followed_file.hpp"
#include "live.hpp"

namespace ikewatch::source {
namespace {

constexpr std::size_t bytes_per_wake_up = 1u << 20;
constexpr std::chrono::milliseconds shortest_poll{10};
constexpr std::chrono::milliseconds shortest_wait{100};  // for a file that cannot be opened

bool is_folder(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

class FileSource final : public Live {
 public:
  FileSource(FileOptions options, Sink sink)
      : Live(options.name, std::move(sink), options.max_line, {DropReason::too_long, DropReason::gap}),
        options_(std::move(options)),
        file_(options_.path, max_line(), [this](std::string_view line) { return take(line); }) {}
  ~FileSource() override { stop(); }

  [[nodiscard]] std::string position() const override { return opened_before_ ? file_.position() : options_.from_position; }

 private:
  Result<void> open() override {
    if (!open_or_wait() && (opened_before_ || is_folder(options_.path))) return *problem();
    alarm_ = std::make_unique<Alarm>(loop());
    alert_ = FileAlert::open(loop(), guarded([this] { read(); }));
    read_again_after(std::chrono::milliseconds(0));
    return {};
  }

  /// A file that may not be read yet is waited for, like one that does not exist yet.
  bool open_or_wait() {
    auto opened = open_file();
    if (opened.has_error()) {
      set_down(wrong(opened.error().what));
      begin_later_where_it_ends_now();
      return false;
    }
    opened_before_ = true;
    add_tally();
    if (file_.fd() >= 0) set_up(true);
    return true;
  }

  void begin_later_where_it_ends_now() {
    struct stat info {};
    const bool known = opened_before_ || options_.from_start || !options_.from_position.empty();
    if (known || ::stat(options_.path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return;
    FilePosition here;
    here.device = info.st_dev;
    here.inode = info.st_ino;
    here.offset = static_cast<std::uint64_t>(info.st_size);
    here.head_hash = hash_of({});
    options_.from_position = to_text(here);
  }

  Result<void> open_file() {
    if (opened_before_) return file_.open_at(file_.position());
    if (!options_.from_position.empty()) return file_.open_at(options_.from_position);
    if (options_.from_start) return file_.open_at(to_text(FilePosition{}));
    return file_.open_at_end();
  }

  bool take(std::string_view line) {
    add_tally();  // of what stands before the line
    return deliver_line(line, {}, now_) && !paused();
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
    if (!opened_before_ && !open_or_wait()) return read_again_after(std::max(options_.poll, shortest_wait));
    const auto step = file_.poll(bytes_per_wake_up);
    add_tally();
    if (step.has_error()) return fail(wrong(step.error().what));
    if (*step == FollowedFile::Step::stopped) return;
    if (*step != FollowedFile::Step::more) count().caught_up = true;
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
  if (is_pattern(options.path)) return make_files_source(std::move(options), std::move(sink));
  return std::make_unique<FileSource>(std::move(options), std::move(sink));
}

}  // namespace ikewatch::source
