// Walks tests/config: each file in bad/ has one kind of mistake and beside it what must be said about it, each file in good/ has
// none.
#include <ikewatch/config/settings.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace ikewatch::config {
namespace {

namespace fs = std::filesystem;

const fs::path folder = fs::path(IKEWATCH_SOURCE_DIR) / "tests" / "config";

std::string content_of(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream content;
  content << stream.rdbuf();
  return content.str();
}

std::vector<std::string> files_in(const char* name) {
  std::vector<std::string> files;
  for (const auto& entry : fs::directory_iterator(folder / name)) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path().stem().string());
  }
  std::ranges::sort(files);
  return files;
}

std::string said_of(const ReadSettings& read) {
  std::string said;
  for (const auto& problem : read.problems) {
    said += std::to_string(problem.place.line) + ':' + std::to_string(problem.place.column) + ": " + problem.what + '\n';
  }
  return said;
}

std::string test_name(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::ranges::replace_if(
      name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

class BadFile : public testing::TestWithParam<std::string> {};
class GoodFile : public testing::TestWithParam<std::string> {};

TEST_P(BadFile, IsRefusedWithThePlaceAndTheRemedy) {
  const auto read = read_settings(GetParam() + ".yaml", content_of(folder / "bad" / (GetParam() + ".yaml")));
  EXPECT_FALSE(read.settings);
  EXPECT_EQ(said_of(read), content_of(folder / "bad" / (GetParam() + ".expect")));
  for (const auto& problem : read.problems) EXPECT_EQ(problem.place.file, GetParam() + ".yaml");
}

TEST_P(GoodFile, IsRead) {
  const auto read = read_settings(GetParam() + ".yaml", content_of(folder / "good" / (GetParam() + ".yaml")));
  EXPECT_TRUE(read.settings);
  EXPECT_EQ(said_of(read), "");
}

INSTANTIATE_TEST_SUITE_P(Config, BadFile, testing::ValuesIn(files_in("bad")), test_name);
INSTANTIATE_TEST_SUITE_P(Config, GoodFile, testing::ValuesIn(files_in("good")), test_name);

TEST(ConfigFiles, HaveNoExpectationWithoutItsFile) {
  for (const auto& entry : fs::directory_iterator(folder / "bad")) {
    EXPECT_TRUE(fs::exists(fs::path(entry.path()).replace_extension(".yaml"))) << entry.path();
  }
}

TEST(ShippedFile, IsReadAndListensOnThisHostOnly) {
  const auto read = read_settings("ikewatch.yaml", content_of(fs::path(IKEWATCH_SOURCE_DIR) / "config" / "ikewatch.yaml"));
  ASSERT_TRUE(read.settings) << said_of(read);
  EXPECT_TRUE(read.settings->http.listen.address.is_loopback());
  EXPECT_EQ(read.settings->http.listen.port, 10097);
  ASSERT_EQ(read.settings->sources.size(), 3U);
  EXPECT_EQ(read.settings->sources[0].units, std::vector<std::string>{"racoon.service"});
  EXPECT_EQ(to_string(read.settings->sources[1].listen), "udp://127.0.0.1:5514");
  EXPECT_EQ(to_string(read.settings->sources[2].listen), "tcp://127.0.0.1:5514");
  EXPECT_FALSE(read.settings->alerts.empty());
  EXPECT_TRUE(read.settings->receivers.empty());
}

/// The line without the # of an example; prose stands one blank behind its #.
std::string example_in(std::string line) {
  const auto hash = line.find_first_not_of(' ');
  if (hash == std::string::npos || line[hash] != '#') return line;
  const auto rest = line.substr(hash + 1);
  const bool prose = rest.empty() || (rest[0] == ' ' && rest.substr(0, 2) != "  ");
  return prose ? line : line.erase(hash, 1);
}

TEST(ShippedFile, IsStillReadWithEveryExampleInUse) {
  std::istringstream lines(content_of(fs::path(IKEWATCH_SOURCE_DIR) / "config" / "ikewatch.yaml"));
  std::string text;
  for (std::string line; std::getline(lines, line);) text += example_in(line) + '\n';
  const auto read = read_settings("ikewatch.yaml", text);
  ASSERT_TRUE(read.settings) << said_of(read) << text;
  EXPECT_EQ(read.settings->gateway, "edge-1");
  EXPECT_EQ(read.settings->sources.size(), 5U);
  EXPECT_EQ(read.settings->tunnels.size(), 2U);
  EXPECT_EQ(read.settings->receivers.size(), 3U);
  EXPECT_EQ(read.settings->rules.packs.size(), 1U);
}

}  // namespace
}  // namespace ikewatch::config
