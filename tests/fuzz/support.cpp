#include "target.hpp"

#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>

namespace ikewatch::fuzz {

void must(bool holds, std::string_view what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %.*s\n", static_cast<int>(what.size()), what.data());
  std::abort();
}

bool is_json(std::string_view text) {
  rapidjson::MemoryStream stream(text.data(), text.size());
  rapidjson::BaseReaderHandler<> handler;
  rapidjson::Reader reader;
  return !reader.Parse<rapidjson::kParseValidateEncodingFlag | rapidjson::kParseIterativeFlag>(stream, handler).IsError();
}

bool is_within(std::string_view part, std::string_view whole) {
  return part.empty() || (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

std::uint64_t choice_of(std::string_view bytes) {
  std::uint64_t hash = 0xcbf29ce484222325;  // FNV-1a, whose low bits change with every byte
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash ^ (hash >> 32);
}

std::vector<std::string_view> pieces(std::string_view bytes, std::size_t cutting) {
  if (cutting == 0) return {bytes};
  std::vector<std::string_view> pieces;
  std::uint64_t random = choice_of(bytes) | 1;
  while (!bytes.empty()) {
    random = random * 6364136223846793005 + 1442695040888963407;  // Knuth's MMIX generator: its high bits are good enough
    const std::size_t length = cutting == 1 ? 1 : std::min<std::size_t>(bytes.size(), 1 + (random >> 60));
    pieces.push_back(bytes.substr(0, length));
    bytes.remove_prefix(length);
  }
  return pieces;
}

std::string file_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  must(file.good(), "can be read: " + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<NamedText> yaml_files(std::string_view folder) {
  std::vector<NamedText> files;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(IKEWATCH_SOURCE_DIR "/") + std::string(folder))) {
    if (entry.path().extension() == ".yaml") files.emplace_back(entry.path().string(), file_text(entry.path().string()));
  }
  std::sort(files.begin(), files.end());
  return files;
}

MemoryFile::MemoryFile(std::string_view bytes) : fd_(::memfd_create("fuzz", MFD_CLOEXEC)) {
  must(fd_ >= 0, "the kernel gives a file in memory");
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
    must(written > 0, "a file in memory can be written");
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

MemoryFile::~MemoryFile() { ::close(fd_); }

std::string MemoryFile::path() const { return "/proc/self/fd/" + std::to_string(fd_); }

std::uint8_t Values::byte() {
  if (left_.empty()) return 0;
  const auto byte = static_cast<std::uint8_t>(left_.front());
  left_.remove_prefix(1);
  return byte;
}

std::uint64_t Values::number() {
  using Signed = std::numeric_limits<std::int64_t>;
  const std::uint8_t form = byte();
  std::uint64_t value = byte();
  if (form < 64) return value;
  if (form < 96) return static_cast<std::uint64_t>(Signed::max()) - value;
  if (form < 128) return static_cast<std::uint64_t>(Signed::min()) + value;
  if (form < 160) return std::numeric_limits<std::uint64_t>::max() - value;
  for (int i = 0; i < 7; ++i) value = value << 8 | byte();
  return value;
}

std::string Values::text() {
  const std::uint8_t length = byte();
  if (length == 255) return std::string(4096, static_cast<char>(byte()));
  const auto taken = left_.substr(0, length % 16);
  left_.remove_prefix(taken.size());
  return std::string(taken);
}

}  // namespace ikewatch::fuzz
