// Every tests/replay/alerts/*.scn is a test of that name, with the clock ticking as in the daemon.
#include <support/scenario.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

namespace ikewatch::test {
namespace {

namespace fs = std::filesystem;

const fs::path source = IKEWATCH_SOURCE_DIR;

std::vector<fs::path> scenarios() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(source / "tests" / "replay" / "alerts")) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

std::string text_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

const Packs& shipped_packs() {
  static const Packs packs = read_packs(source / "config");
  return packs;
}

class AlertReplay : public ::testing::TestWithParam<fs::path> {};

TEST_P(AlertReplay, Holds) {
  const Packs& packs = shipped_packs();
  ASSERT_TRUE(packs.problems.empty()) << to_string(packs.problems.front());
  const auto text = text_of(GetParam());
  ASSERT_TRUE(text.starts_with("# ")) << "the first line says what the scenario shows";
  for (const Problem& problem : play(GetParam().string(), text, packs, Clock::ticking)) {
    ADD_FAILURE_AT(problem.place.file.c_str(), static_cast<int>(problem.place.line)) << problem.what;
  }
}

std::string name_of(const ::testing::TestParamInfo<fs::path>& info) {
  std::string name = info.param.stem().string();
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Scenarios, AlertReplay, ::testing::ValuesIn(scenarios()), name_of);

/// Every alert that ships is shown to fire by a scenario with the shipped configuration.
TEST(ShippedAlerts, EachHasAScenario) {
  std::set<std::string> fired;
  for (const auto& path : scenarios()) {
    const auto text = text_of(path);
    if (text.find("\nALERTS default\n") == std::string::npos) continue;
    for (std::size_t at = 0; (at = text.find("EXPECT alert fires ", at)) != std::string::npos;) {
      at += std::string_view("EXPECT alert fires ").size();
      fired.insert(text.substr(at, text.find(' ', at) - at));
    }
  }
  const auto& configuration = shipped_packs().shipped_configuration;
  const auto section = configuration.substr(configuration.find("\nalerts:"));
  std::size_t alerts = 0;
  for (std::size_t at = 0; (at = section.find("\n  - name: ", at)) != std::string::npos; ++alerts) {
    at += std::string_view("\n  - name: ").size();
    const auto name = section.substr(at, section.find('\n', at) - at);
    EXPECT_TRUE(fired.contains(name)) << name;
  }
  EXPECT_GE(alerts, 10U);
}

}  // namespace
}  // namespace ikewatch::test
