#include "file_glob.hpp"

#include <fcntl.h>
#include <glob.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace ikewatch::source {
namespace {

constexpr std::string_view signs = "*?[";

bool is_compressed(std::string_view path) {
  constexpr std::array<std::string_view, 5> endings = {".gz", ".bz2", ".xz", ".zst", ".lz4"};
  return std::any_of(endings.begin(), endings.end(), [&](std::string_view ending) { return path.ends_with(ending); });
}

std::int64_t microseconds(const statx_timestamp& time) { return time.tv_sec * 1'000'000 + time.tv_nsec / 1000; }

std::optional<Match> look_at(const char* path) {
  struct statx info {};
  constexpr unsigned wanted = STATX_TYPE | STATX_INO | STATX_SIZE | STATX_MTIME | STATX_BTIME;
  if (::statx(AT_FDCWD, path, AT_NO_AUTOMOUNT, wanted, &info) != 0 || !S_ISREG(info.stx_mode)) return std::nullopt;
  Match match;
  match.path = path;
  match.device = makedev(info.stx_dev_major, info.stx_dev_minor);
  match.inode = info.stx_ino;
  match.size = info.stx_size;
  match.changed = microseconds(info.stx_mtime);
  const bool has_birth = (info.stx_mask & STATX_BTIME) != 0 && info.stx_btime.tv_sec != 0;
  if (has_birth) match.born = WallTime(std::chrono::microseconds(microseconds(info.stx_btime)));
  return match;
}

}  // namespace

bool is_pattern(std::string_view path) { return path.find_first_of(signs) != std::string_view::npos; }

Matches find_matches(const std::string& pattern, std::size_t most) {
  Matches matches;
  glob_t found{};
  const int result = ::glob(pattern.c_str(), 0, nullptr, &found);
  std::set<std::pair<std::uint64_t, std::uint64_t>> seen;
  for (std::size_t i = 0; result == 0 && i < found.gl_pathc; ++i) {
    if (is_compressed(found.gl_pathv[i])) continue;
    auto match = look_at(found.gl_pathv[i]);
    if (match && seen.emplace(match->device, match->inode).second) matches.files.push_back(std::move(*match));
  }
  ::globfree(&found);
  matches.all = matches.files.size();
  std::stable_sort(matches.files.begin(), matches.files.end(),
                   [](const Match& a, const Match& b) { return a.changed > b.changed; });
  if (matches.files.size() > most) matches.files.resize(most);
  return matches;
}

std::string fixed_folder(const std::string& pattern) {
  const auto fixed = pattern.substr(0, pattern.find_first_of(signs));
  return fixed.substr(0, fixed.rfind('/') + 1);
}

}  // namespace ikewatch::source
