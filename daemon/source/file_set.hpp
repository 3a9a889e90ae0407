// Several text files that grow, found by a pattern, each read once whatever its name is by now. Role: the source of several files
// without its event loop. Ownership: owns a descriptor and a buffer for each file that is followed. Threads: one at a time.
#pragma once

#include <ikewatch/base/result.hpp>
#include <ikewatch/base/time.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "file_glob.hpp"
#include "followed_file.hpp"

namespace ikewatch::source {

class FileSet {
 public:
  using Take = FollowedFile::Take;
  using Step = FollowedFile::Step;

  /// Files followed at a time; of more, those that were written to last.
  static constexpr std::size_t most_files = 256;

  FileSet(std::string pattern, std::size_t max_line, Take take);

  /// Goes on where position() was. Without one, files that are there at the first scan are read from their end, or from their
  /// begin.
  void restore(std::string_view position, bool from_start);
  /// Looks which files there are now. `now`: this host's clock; files born since the first scan, or since the time of the
  /// position, are read from their begin.
  void scan(WallTime now);
  /// Reads about `budget` bytes at most, in turn from all files. Goes on with the next line where Take had stopped it.
  Step poll(std::size_t budget);
  void close();

  /// Of all files, bounded.
  [[nodiscard]] std::string position() const;
  /// Of all files that were ever followed.
  [[nodiscard]] const FollowedFile::Tally& tally() const { return *tally_; }
  [[nodiscard]] std::size_t files() const { return followed_.size(); }
  /// What could not be read at the last scan, or was too much.
  [[nodiscard]] const std::optional<Problem>& problem() const { return problem_; }
  /// Where new files may appear.
  [[nodiscard]] std::set<std::string> folders() const;

 private:
  using Identity = std::pair<std::uint64_t, std::uint64_t>;  // device and inode

  struct Followed {
    std::string path;
    FollowedFile file;
    FilePosition before;       // when it was looked at last
    std::string tail;          // what stood in front of that position
    std::int64_t changed = 0;  // as far as the last scan knows
    bool matched = true;       // its name still fits
    bool read_all = false;
  };
  using Map = std::map<Identity, std::unique_ptr<Followed>>;
  /// What was read of a file that is not followed any more, or was truncated.
  struct Past {
    FilePosition position;
    std::string tail;  // empty: not known
  };

  bool forget_the_unmatched(const std::set<Identity>& wanted, WallTime now);
  Step stopped_at(const Identity& identity);
  void bury();
  void follow(const Match& match);
  void begin(Followed& followed, const Match& match);
  [[nodiscard]] std::optional<std::uint64_t> known_offset(const Match& match, int fd);
  [[nodiscard]] bool is_copy_of(const Past& past, const Match& match, int fd) const;
  [[nodiscard]] bool changes(const Match& match) const;
  [[nodiscard]] bool is_young(const Match& match) const;
  void note_progress(Followed& followed);
  void remember(const FilePosition& position, std::string tail);
  void complain(std::string what);

  std::string pattern_;
  std::size_t max_line_;
  Take take_;
  std::shared_ptr<FollowedFile::Tally> tally_ = std::make_shared<FollowedFile::Tally>();
  Map followed_;
  Map closed_;                                      // by close(), until the next scan
  std::deque<Past> past_;                           // the latest first
  std::map<Identity, std::uint64_t> out_of_reach_;  // files that cannot be opened: their size when they were seen first
  std::string given_;                               // to restore()
  std::optional<Problem> problem_;
  std::optional<WallTime> young_since_;
  std::optional<WallTime> last_scan_;
  WallTime now_{};   // of the scan that runs
  Identity next_{};  // whose turn it is
  bool from_start_ = false;
  bool restored_ = false;  // from a position of this kind
  bool scanned_ = false;
};

}  // namespace ikewatch::source
