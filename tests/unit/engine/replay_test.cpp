// Every tests/replay/*.scn is a test of that name, played in both ways in which time can pass.
#include <support/scenario.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace ikewatch::test {
namespace {

namespace fs = std::filesystem;

const fs::path source = IKEWATCH_SOURCE_DIR;

std::vector<fs::path> scenarios() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(source / "tests" / "replay")) {
    if (entry.path().extension() == ".scn") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

const Packs& shipped_packs() {
  static const Packs packs = read_packs(source / "config");
  return packs;
}

void expect_holds(const fs::path& path, Clock clock) {
  const Packs& packs = shipped_packs();
  ASSERT_TRUE(packs.problems.empty()) << to_string(packs.problems.front());
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  ASSERT_TRUE(text.starts_with("# ")) << "the first line says what the scenario shows";
  for (const Problem& problem : play(path.string(), text, packs, clock)) {
    ADD_FAILURE_AT(problem.place.file.c_str(), static_cast<int>(problem.place.line)) << problem.what;
  }
}

class Replay : public ::testing::TestWithParam<fs::path> {};

TEST_P(Replay, HoldsWhileTheClockTicks) { expect_holds(GetParam(), Clock::ticking); }
TEST_P(Replay, HoldsWithTheTimeOfTheLinesAlone) { expect_holds(GetParam(), Clock::lines_only); }

std::string name_of(const ::testing::TestParamInfo<fs::path>& info) {
  std::string name = info.param.stem().string();
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Scenarios, Replay, ::testing::ValuesIn(scenarios()), name_of);

}  // namespace
}  // namespace ikewatch::test
