#include "data.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

namespace ikewatch::app {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t max_pack_bytes = 16 * 1024 * 1024;

bool holds_data(const fs::path& folder) {
  std::error_code error;
  return fs::exists(folder / "causes.yaml", error);
}

/// The *.yaml files of a folder in the order of their names, or the file itself.
Result<std::vector<fs::path>> pack_files(const fs::path& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) return std::vector<fs::path>{path};
  std::vector<fs::path> files;
  for (fs::directory_iterator entry(path, error), end; !error && entry != end; entry.increment(error)) {
    if (entry->path().extension() == ".yaml") files.push_back(entry->path());
  }
  if (error) return Problem{{path.string()}, error.message()};
  std::sort(files.begin(), files.end());
  return files;
}

void read_packs(const fs::path& where, std::vector<rules::PackText>& packs, Problems& problems) {
  const auto files = pack_files(where);
  if (!files) return problems.push_back(files.error());
  for (const fs::path& file : *files) {
    auto text = read_file(file, max_pack_bytes);
    if (!text) {
      problems.push_back(text.error());
    } else {
      packs.push_back({file.string(), std::move(*text)});
    }
  }
}

}  // namespace

fs::path data_directory() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  fs::path beside = program.parent_path().parent_path() / "share" / "ikewatch";
  if (!error && holds_data(beside)) return beside;
  if (fs::path built_from = IKEWATCH_BUILT_FROM; !built_from.empty() && holds_data(built_from)) return built_from;
  return "/usr/share/ikewatch";
}

Result<std::string> read_file(const fs::path& path, std::size_t limit) {
  std::error_code error;
  if (fs::is_directory(path, error)) return Problem{{path.string()}, "is a directory; name a file"};
  std::ifstream file(path, std::ios::binary);
  if (!file) return Problem{{path.string()}, std::strerror(errno)};
  std::string text;
  char block[64 * 1024];
  while (file.read(block, sizeof block) || file.gcount() > 0) {
    text.append(block, static_cast<std::size_t>(file.gcount()));
    if (text.size() > limit) return Problem{{path.string()}, "is longer than " + std::to_string(limit) + " bytes"};
  }
  if (file.bad()) return Problem{{path.string()}, std::strerror(errno)};
  return text;
}

Meaning read_meaning(const std::vector<std::string>& extra) {
  Meaning meaning;
  const fs::path data = data_directory();
  std::vector<rules::PackText> packs;
  read_packs(data / "rules", packs, meaning.problems);
  for (const std::string& path : extra) read_packs(path, packs, meaning.problems);
  auto compiled = rules::compile_packs(packs);
  meaning.rules = std::move(compiled.rules);
  meaning.problems.insert(meaning.problems.end(), compiled.problems.begin(), compiled.problems.end());
  const fs::path causes = data / "causes.yaml";
  const auto text = read_file(causes, max_pack_bytes);
  if (!text) {
    meaning.problems.push_back(text.error());
    return meaning;
  }
  auto knowledge = diagnosis::read_knowledge(causes.string(), *text);
  meaning.knowledge = std::move(knowledge.knowledge);
  meaning.problems.insert(meaning.problems.end(), knowledge.problems.begin(), knowledge.problems.end());
  return meaning;
}

}  // namespace ikewatch::app
