// The files that a pattern names now. Role: system calls under the source of several files. Ownership: plain values. Threads: no
// shared state.
#pragma once

#include <ikewatch/base/time.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ikewatch::source {

/// Whether the path has a sign of glob(7) in it.
bool is_pattern(std::string_view path);

struct Match {
  std::string path;
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t size = 0;
  std::int64_t changed = 0;      // microseconds since 1970
  std::optional<WallTime> born;  // where the file system knows
};

/// Regular files with an uncompressed name, each inode once, the one changed last first; of those at most `most`. `all` tells how
/// many there were.
struct Matches {
  std::vector<Match> files;
  std::size_t all = 0;
};
Matches find_matches(const std::string& pattern, std::size_t most);

/// The longest folder in front of the first sign.
std::string fixed_folder(const std::string& pattern);

}  // namespace ikewatch::source
