// What every fuzz target shares. Role: a target defines take(), which must come back from any bytes; entry.cpp gives them to it
// from libFuzzer, replay.cpp from files. Ownership: views are the caller's. Threads: one.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ikewatch::fuzz {

/// One input. Each target defines it.
void take(std::string_view bytes);

/// Ends the process with a word about what did not hold.
void must(bool holds, std::string_view what);

/// One complete JSON value in valid UTF-8 (RFC 8259).
bool is_json(std::string_view text);
/// `part` lies within `whole`, or is empty.
bool is_within(std::string_view part, std::string_view whole);
/// A number that the bytes decide, for choices that a seed file should not have to spell out.
std::uint64_t choice_of(std::string_view bytes);

/// The input in pieces: whole, byte by byte, and in lengths of up to 16 that the bytes decide.
inline constexpr std::size_t cuttings = 3;
std::vector<std::string_view> pieces(std::string_view bytes, std::size_t cutting);

/// The *.yaml files of a folder of this tree, in the order of their names: path and text.
using NamedText = std::pair<std::string, std::string>;
std::vector<NamedText> yaml_files(std::string_view folder);
std::string file_text(const std::string& path);

/// A file without a name that holds the bytes; it goes with the object.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view bytes);
  ~MemoryFile();
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  [[nodiscard]] std::string path() const;

 private:
  int fd_;
};

/// Reads values off the front of an input; 0 and "" where nothing is left.
class Values {
 public:
  explicit Values(std::string_view bytes) : left_(bytes) {}
  [[nodiscard]] bool empty() const { return left_.empty(); }
  std::uint8_t byte();
  /// 64 bits, often near zero or near a limit, where mistakes are.
  std::uint64_t number();
  /// Up to 15 bytes, seldom 4096.
  std::string text();

 private:
  std::string_view left_;
};

}  // namespace ikewatch::fuzz
