// Where reading a file stopped, so that the same bytes are found again after a restart, under whatever name. Role: the opaque
// text of Source::position(). Ownership: plain values. Threads: no shared state.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ikewatch::source {

/// Device and inode alone do not name a file: both are used again soon after it is deleted. So its first bytes count too.
struct FilePosition {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;  // 0: nothing was read yet, everything that appears is new
  std::uint64_t offset = 0;
  std::uint64_t head_size = 0;  // bytes at the beginning that the hash covers
  std::uint64_t head_hash = 0;

  bool operator==(const FilePosition&) const = default;
};

std::string to_text(const FilePosition& position);
/// Nothing for text that to_text() cannot have written.
std::optional<FilePosition> read_file_position(std::string_view text);

inline constexpr std::size_t longest_head = 256;

/// FNV-1a, 64 bits (draft-eastlake-fnv): against accidents, not against forgers.
std::uint64_t hash_of(std::string_view head);

}  // namespace ikewatch::source
