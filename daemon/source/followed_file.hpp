// A text file that grows, read line by line through rotation and truncation. Role: the file source without its event loop, so
// that every step can be tested. Ownership: owns the descriptor and one buffer. Threads: one at a time.
#pragma once

#include <ikewatch/base/result.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "fd.hpp"
#include "file_position.hpp"

namespace ikewatch::source {

class FollowedFile {
 public:
  /// Takes a line without its line feed, possibly only its first max_line + 1 bytes. False: read no further.
  using Take = std::function<bool(std::string_view line)>;

  struct Tally {
    std::uint64_t bytes = 0;         // up to position(): what is read again after a restart is not counted twice
    std::uint64_t broken_lines = 0;  // beginnings whose end was truncated away
    std::uint64_t gaps = 0;          // stored positions that were not found again
  };

  enum class Step {
    idle,     // everything that is there was read
    more,     // the budget was used up
    missing,  // there is no file, so far
    stopped,  // by Take; poll() goes on with the next line
  };

  /// `tally`: also of several files together.
  FollowedFile(std::string path, std::size_t max_line, Take take, std::shared_ptr<Tally> tally = std::make_shared<Tally>());

  /// Behind what was read before: also in a file that was renamed since, within the same folder.
  Result<void> open_at(std::string_view position);
  /// Behind the last whole line of the file that stands there now.
  Result<void> open_at_end();
  void close();
  /// From now on it is this very file that is read, whatever stands under its name: for whoever finds successors himself.
  void keep_to_this_file() { keeps_to_file_ = true; }
  /// Nobody will write to it any more: what stands there without a line end is a line. False: stopped by Take.
  bool finish();

  /// Reads about `budget` bytes at most. The old file of a rotation is read to its end, and until the new one has content: its
  /// writer needs a moment to change over.
  Result<Step> poll(std::size_t budget);

  /// Behind the last line that Take has seen; kept by close().
  [[nodiscard]] std::string position() const { return to_text(position_); }
  [[nodiscard]] const FilePosition& place() const { return position_; }
  [[nodiscard]] const Tally& tally() const { return *tally_; }
  [[nodiscard]] std::uint64_t inode() const { return position_.inode; }
  /// Of the file that is being read, or -1.
  [[nodiscard]] int fd() const { return fd_.get(); }

 private:
  Result<bool> open_path(const std::string& path);
  [[nodiscard]] std::string find_renamed(const FilePosition& wanted) const;
  void begin_at(std::uint64_t offset);
  void note_head();
  void restart_if_truncated();
  Result<Step> drain(std::size_t budget);
  Step stop_behind_line();
  bool split(std::string_view chunk);
  void keep(std::string_view piece);
  bool end_line(std::string_view line, std::uint64_t length);
  [[nodiscard]] bool replaced() const;
  Result<Step> change_over();

  std::string path_;
  std::size_t max_line_;
  Take take_;
  Fd fd_;
  FilePosition position_;           // offset: where the present line begins
  std::string head_;                // the file's first bytes, as far as they were read, at most longest_head
  std::uint64_t read_to_ = 0;       // offset of the next read
  std::string partial_;             // the present line's beginning, bounded
  std::uint64_t partial_size_ = 0;  // its real size
  std::unique_ptr<char[]> chunk_;
  std::shared_ptr<Tally> tally_;
  bool keeps_to_file_ = false;
};

}  // namespace ikewatch::source
