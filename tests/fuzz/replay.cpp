// Gives a target the files it is told, and those of folders: seeds and former findings as an ordinary test, without clang.
// usage: fuzz_replay_TARGET FILE-OR-FOLDER...
#include "target.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>

namespace fs = std::filesystem;

namespace {

std::vector<std::string> files_of(const fs::path& path) {
  if (!fs::is_directory(path)) return {path.string()};
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(path)) {
    if (entry.is_regular_file()) files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// From a buffer of exactly the input's size, so that a sanitizer sees the first byte too many.
void replay(const std::string& path) {
  const std::string text = ikewatch::fuzz::file_text(path);
  const std::vector<char> bytes(text.begin(), text.end());
  ikewatch::fuzz::take({bytes.data(), bytes.size()});
}

}  // namespace

int main(int count, char** arguments) {
  std::size_t replayed = 0;
  ikewatch::fuzz::take({});
  for (int i = 1; i < count; ++i) {
    for (const std::string& file : files_of(arguments[i])) {
      std::fprintf(stderr, "%s\n", file.c_str());  // at once: the last name that is seen is the culprit
      replay(file);
      ++replayed;
    }
  }
  std::printf("%zu inputs\n", replayed);
  return replayed == 0 ? 1 : 0;
}
