#include "service.hpp"

#include "log.hpp"
#include "systemd.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

namespace ikewatch::app {
namespace {

TEST(ServiceStatus, CountsTunnelsByTheirState) {
  StateCounts counts{};
  EXPECT_EQ(count_tunnels(counts), "0 tunnels");
  counts[static_cast<std::size_t>(tunnel::State::up)] = 1;
  EXPECT_EQ(count_tunnels(counts), "1 tunnel: 1 up");
  counts[static_cast<std::size_t>(tunnel::State::failed)] = 2;
  EXPECT_EQ(count_tunnels(counts), "3 tunnels: 1 up, 2 failed");
}

TEST(ServiceStatus, CountsSourcesThatCanBeRead) {
  metrics::SourceFacts up, down;
  up.up = true;
  EXPECT_EQ(count_sources({}), "0 of 0 sources can be read");
  EXPECT_EQ(count_sources({up}), "1 of 1 source can be read");
  EXPECT_EQ(count_sources({up, down, up}), "2 of 3 sources can be read");
}

TEST(LogLevel, HasTheNumbersOfSyslog) {
  EXPECT_EQ(level_named("error"), Level::error);
  EXPECT_EQ(level_named("warning"), Level::warning);
  EXPECT_EQ(level_named("notice"), Level::notice);
  EXPECT_EQ(level_named("info"), Level::info);
  EXPECT_EQ(level_named("debug"), Level::debug);
  EXPECT_EQ(level_named(""), std::nullopt);
  EXPECT_EQ(level_named("Info"), std::nullopt);
}

class JournalStream : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(::fstat(STDERR_FILENO, &stderr_), 0); }
  void TearDown() override { ::unsetenv("JOURNAL_STREAM"); }

  static bool named(const std::string& stream) {
    ::setenv("JOURNAL_STREAM", stream.c_str(), 1);
    return systemd::stderr_is_journal();
  }

  struct stat stderr_ {};
};

TEST_F(JournalStream, IsTheFileThatStandardErrorIs) {
  const auto device = std::to_string(stderr_.st_dev), inode = std::to_string(stderr_.st_ino);
  EXPECT_TRUE(named(device + ':' + inode));
  EXPECT_FALSE(named(device + ':' + std::to_string(stderr_.st_ino + 1))) << "standard error leads elsewhere since";
  EXPECT_FALSE(named(std::to_string(stderr_.st_dev + 1) + ':' + inode));
}

TEST_F(JournalStream, IsNoneWhereNothingOfTheKindIsSaid) {
  EXPECT_FALSE(systemd::stderr_is_journal());
  for (const char* nonsense : {"", ":", "1", "1:", ":1", "x:y", "-1:-1", "1:1:1"}) EXPECT_FALSE(named(nonsense)) << nonsense;
}

}  // namespace
}  // namespace ikewatch::app
