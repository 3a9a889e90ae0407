#include "file_set.hpp"

#include <ikewatch/base/text.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>

#include "fd.hpp"

namespace ikewatch::source {
namespace {

constexpr std::string_view opener = "files1 ";
constexpr std::size_t most_past = 512;
constexpr std::size_t tail_size = 64;
constexpr std::size_t longest_folder_list = 64;
constexpr std::chrono::seconds clock_grain{1};           // times of files lag behind the clock
constexpr std::chrono::minutes patience_unmatched{10};   // for a writer that has not noticed yet that its file was renamed
constexpr std::int64_t still_being_copied = 10'000'000;  // microseconds without a change end it
constexpr std::uint64_t not_yet = std::numeric_limits<std::uint64_t>::max();

std::string bytes_before(int fd, std::uint64_t offset) {
  std::array<char, tail_size> bytes{};
  const auto size = std::min<std::uint64_t>(offset, bytes.size());
  const auto got = ::pread(fd, bytes.data(), size, static_cast<off_t>(offset - size));
  return {bytes.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0))};
}

bool has_head_of(int fd, const FilePosition& position) {
  std::array<char, longest_head> bytes{};
  const auto got = ::pread(fd, bytes.data(), position.head_size, 0);
  if (got < 0 || static_cast<std::uint64_t>(got) != position.head_size) return false;
  return hash_of({bytes.data(), static_cast<std::size_t>(got)}) == position.head_hash;
}

FilePosition at_offset(const Match& match, std::uint64_t offset) { return {match.device, match.inode, offset, 0, hash_of({})}; }

}  // namespace

FileSet::FileSet(std::string pattern, std::size_t max_line, Take take)
    : pattern_(std::move(pattern)), max_line_(max_line), take_(std::move(take)) {}

void FileSet::restore(std::string_view text, bool from_start) {
  from_start_ = from_start;
  given_ = text;
  if (!text.empty() && !text.starts_with("file")) ++tally_->gaps;
  if (consume(text, opener)) {
    const auto time = to_number<std::int64_t>(text.substr(0, text.find('\n')));
    restored_ = time.has_value();
    if (time) young_since_ = WallTime(std::chrono::microseconds(*time));
  }
  while (!text.empty() && past_.size() < most_past + most_files) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (const auto position = read_file_position(line)) past_.push_back({*position, {}});
  }
}

std::string FileSet::position() const {
  if (!last_scan_) return given_;
  std::string text(opener);
  text += std::to_string(last_scan_->time_since_epoch().count());
  for (const auto* map : {&followed_, &closed_}) {
    for (const auto& [identity, followed] : *map) text += '\n' + followed->file.position();
  }
  for (std::size_t i = 0; i < std::min(past_.size(), most_files); ++i) text += '\n' + to_text(past_[i].position);
  return text;
}

std::set<std::string> FileSet::folders() const {
  std::set<std::string> all{fixed_folder(pattern_)};
  for (const auto& [identity, followed] : followed_) {
    if (all.size() >= longest_folder_list) break;
    all.insert(followed->path.substr(0, followed->path.rfind('/') + 1));
  }
  return all;
}

/// One of them may be calling us right now, and has not counted the line yet that it handed over.
void FileSet::close() { closed_.merge(followed_); }

void FileSet::bury() {
  for (const auto& [identity, followed] : closed_) {
    note_progress(*followed);
    remember(followed->file.place(), followed->tail);
  }
  closed_.clear();
}

void FileSet::complain(std::string what) {
  if (!problem_) problem_ = Problem{{}, std::move(what)};
}

void FileSet::scan(WallTime now) {
  bury();
  problem_.reset();
  now_ = now;
  if (!young_since_) young_since_ = now;
  const auto matches = find_matches(pattern_, most_files);
  if (matches.all > matches.files.size())
    complain(std::to_string(matches.all) + " files match " + pattern_ + "; only the " + std::to_string(most_files) +
             " that were written to last are read, choose a narrower pattern");
  const auto folder = fixed_folder(pattern_);
  if (matches.all == 0 && ::access(folder.c_str(), R_OK | X_OK) != 0 && errno != ENOENT)
    complain(with_errno("cannot look into " + folder, errno));
  std::set<Identity> wanted;
  for (const auto& match : matches.files) wanted.emplace(match.device, match.inode);
  if (!forget_the_unmatched(wanted, now)) return;
  for (const auto& match : matches.files) {
    const auto found = followed_.find({match.device, match.inode});
    if (found == followed_.end()) {
      if (followed_.size() < most_files) follow(match);
      continue;
    }
    found->second->path = match.path;
    found->second->changed = match.changed;
  }
  std::erase_if(out_of_reach_, [&](const auto& one) { return !wanted.contains(one.first); });
  last_scan_ = now;
  scanned_ = true;
}

/// What is deleted, evicted by younger files, or renamed so that the pattern does not fit any more. False: stopped by Take.
bool FileSet::forget_the_unmatched(const std::set<Identity>& wanted, WallTime now) {
  for (auto at = followed_.begin(); at != followed_.end();) {
    auto& followed = *at->second;
    const auto current = at++;
    followed.matched = wanted.contains(current->first);
    if (followed.matched || !followed.read_all) continue;
    struct stat info {};
    const bool known = ::fstat(followed.file.fd(), &info) == 0;
    const bool deleted = !known || info.st_nlink == 0;
    const auto changed = WallTime(std::chrono::microseconds(followed.changed));
    if (!deleted && now - changed < patience_unmatched && followed_.size() < most_files) continue;
    if (deleted && !followed.file.finish()) return false;
    note_progress(followed);
    if (!deleted) remember(followed.file.place(), followed.tail);
    followed_.erase(current);
  }
  return true;
}

void FileSet::remember(const FilePosition& position, std::string tail) {
  if (position.inode == 0 || position.offset == 0) return;
  past_.push_front({position, std::move(tail)});
  if (past_.size() > most_past) past_.pop_back();
}

void FileSet::follow(const Match& match) {
  const Identity identity{match.device, match.inode};
  const Fd fd(::open(match.path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!fd) {
    if (errno == ENOENT) return;
    complain(with_errno("cannot open " + match.path, errno));
    if (out_of_reach_.size() < most_files) out_of_reach_.try_emplace(identity, is_young(match) || from_start_ ? 0 : match.size);
    return;
  }
  const auto offset = known_offset(match, fd.get());
  if (offset && *offset > match.size) return;  // it is still being copied; the next scan looks again
  auto fresh =
      std::make_unique<Followed>(Followed{match.path, FollowedFile(match.path, max_line_, take_, tally_), {}, {}, match.changed});
  auto opened = Result<void>();
  if (offset) {
    opened = fresh->file.open_at(to_text(at_offset(match, *offset)));
  } else if (is_young(match) || from_start_) {
    opened = fresh->file.open_at(to_text(at_offset(match, 0)));
  } else {
    opened = fresh->file.open_at_end();
  }
  if (opened.has_error()) return complain(opened.error().what);
  // Under this name there may be another file by now; the next scan finds both.
  if (fresh->file.fd() < 0 || fresh->file.inode() != match.inode) return;
  fresh->file.keep_to_this_file();
  note_progress(*fresh);
  out_of_reach_.erase(identity);
  followed_.emplace(identity, std::move(fresh));
}

/// Where to begin with a file of which something is known. Beyond its size: it is being copied from one that was read already.
std::optional<std::uint64_t> FileSet::known_offset(const Match& match, int fd) {
  const auto waited = out_of_reach_.find({match.device, match.inode});
  for (auto past = past_.begin(); past != past_.end(); ++past) {
    const auto& position = past->position;
    const bool same = position.device == match.device && position.inode == match.inode;
    if (!same || position.offset > match.size || !has_head_of(fd, position)) continue;
    const auto offset = position.offset;
    past_.erase(past);
    return offset;
  }
  for (const auto& past : past_) {
    if (is_copy_of(past, match, fd)) return past.position.offset;
  }
  for (const auto& [identity, followed] : followed_) {
    // Until it is truncated, what is new comes from the original; and all of it, where somebody just made a copy.
    if (is_copy_of({followed->before, followed->tail}, match, fd)) return changes(match) ? not_yet : match.size;
  }
  if (waited != out_of_reach_.end()) return std::min(waited->second, match.size);
  return std::nullopt;
}

/// logrotate's copytruncate leaves what was read under another inode, perhaps with lines that came before the truncation and were
/// not read yet. Same begin, and the same bytes where reading stopped.
bool FileSet::is_copy_of(const Past& past, const Match& match, int fd) const {
  const auto& position = past.position;
  const bool telling = position.head_size >= tail_size && (!past.tail.empty() || position.head_size == longest_head);
  if (!telling || position.inode == match.inode || !has_head_of(fd, position)) return false;
  if (position.offset <= match.size) return past.tail.empty() || bytes_before(fd, position.offset) == past.tail;
  return changes(match);
}

bool FileSet::changes(const Match& match) const { return now_.time_since_epoch().count() - match.changed < still_being_copied; }

/// Whatever is there at the very first scan is old.
bool FileSet::is_young(const Match& match) const {
  if (!scanned_ && !restored_) return false;
  if (!match.born) return scanned_;  // it was not there at the scan before
  return *match.born >= *young_since_ - clock_grain;
}

void FileSet::note_progress(Followed& followed) {
  const auto& place = followed.file.place();
  if (place == followed.before) return;
  const auto& before = followed.before;
  const bool other_head = place.head_size == before.head_size && place.head_hash != before.head_hash;
  const bool truncated = place.offset < before.offset || place.head_size < before.head_size || other_head;
  if (truncated) remember(followed.before, followed.tail);
  followed.before = place;
  followed.tail = bytes_before(followed.file.fd(), place.offset);
}

/// The next file has its turn, lest the one at which it always happens keeps it.
FileSet::Step FileSet::stopped_at(const Identity& identity) {
  const auto at = followed_.find(identity);
  if (at == followed_.end()) return Step::stopped;  // everything was closed
  note_progress(*at->second);
  const auto next = std::next(at);
  next_ = next == followed_.end() ? Identity{} : next->first;
  return Step::stopped;
}

/// A few chunks of one file, then the next one: a busy file does not keep the others waiting.
FileSet::Step FileSet::poll(std::size_t budget) {
  if (followed_.empty()) return Step::missing;
  constexpr std::size_t share = 64u << 10;
  std::size_t used = 0;
  bool more = false;
  auto at = followed_.lower_bound(next_);
  for (std::size_t turn = 0; turn < followed_.size() && used < budget; ++turn) {
    if (at == followed_.end()) at = followed_.begin();
    const Identity identity = at->first;
    auto& followed = *at->second;
    const auto before = tally_->bytes;
    const auto step = followed.file.poll(share);
    used += tally_->bytes - before;
    if (step.has_value() && *step == Step::stopped) return stopped_at(identity);
    note_progress(followed);
    if (step.has_error()) complain(step.error().what);
    followed.read_all = step.has_value() && *step == Step::idle;
    more = more || (step.has_value() && *step == Step::more);
    ++at;
  }
  next_ = at == followed_.end() ? Identity{} : at->first;
  return more || used >= budget ? Step::more : Step::idle;
}

}  // namespace ikewatch::source
