// A database that the first version wrote: tests/unit/store/data/version_1.sql.
#include "store_fixture.hpp"

#include <gmock/gmock.h>

namespace ikewatch::store {
namespace {

using ::testing::HasSubstr;

class Version1 : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    fs::create_directory(folder());
    run_sql(file(), bytes_of(fs::path(IKEWATCH_SOURCE_DIR) / "tests/unit/store/data/version_1.sql"));
  }
};

TEST_F(Version1, IsTakenOverWhole) {
  const auto store = open();
  ASSERT_TRUE(store);
  EXPECT_TRUE(notices_.empty()) << notice();
  const auto saved = store->load();
  ASSERT_TRUE(saved) << to_string(saved.error());
  EXPECT_EQ(saved->sources.at("messages").position, "file1 5");
  EXPECT_EQ(saved->sources.at("journal").position, "s=0f;i=1;b=2;t=5");
  ASSERT_EQ(saved->memory.tunnels.size(), 3U);
  const auto& tunnel = saved->memory.tunnels[0];
  EXPECT_EQ(tunnel.gateway, "gateway0");
  EXPECT_EQ(tunnel.peer, "2001:db8::0");
  EXPECT_EQ(tunnel.facts.state, tunnel::State::up);
  EXPECT_EQ(tunnel.facts.since, at(1'700'000'000'000'000));
  EXPECT_EQ(tunnel.facts.changes, 5U);
  EXPECT_EQ(tunnel.peer_dead, 2U);
  EXPECT_EQ(tunnel.negotiations, (std::array<std::uint64_t, 3>{0, 7, 9}));
  EXPECT_EQ(tunnel.failures.at({2, rules::Cause::pfs_mismatch}), 5U);
  ASSERT_EQ(tunnel.facts.children.size(), 1U);
  EXPECT_EQ(tunnel.facts.children[0].spi_out, 0x20000002U);
  ASSERT_EQ(tunnel.diagnoses.findings.size(), 2U);
  EXPECT_EQ(tunnel.diagnoses.findings[0].evidence.size(), 2U);
  EXPECT_EQ(tunnel.diagnoses.next_order, 2U);
}

TEST_F(Version1, FollowsFromWhatItKept) {
  const auto saved = open()->load();
  ASSERT_TRUE(saved);
  ASSERT_EQ(saved->memory.gateways.size(), 3U);
  EXPECT_EQ(saved->memory.gateways[0].ties->spis.places.size(), 2U);
  EXPECT_EQ(saved->memory.gateways[0].ties->cookies.places.size(), 1U);
  // A negotiation must end some day.
  ASSERT_TRUE(saved->memory.tunnels[1].facts.attempts[1]);
  EXPECT_EQ(saved->memory.tunnels[1].facts.attempts[1]->started, at(1'700'000'000'000'000));
}

TEST_F(Version1, IsVersion2Afterwards) {
  const std::string first = load();
  EXPECT_EQ(sql_number("PRAGMA user_version"), 2);
  EXPECT_EQ(sql_number("SELECT count(*) FROM sqlite_schema WHERE name = 'child_sas'"), 0);
  EXPECT_EQ(load(), first);
  EXPECT_TRUE(notices_.empty());
}

TEST_F(Version1, IsSetAsideWhereItIsDamaged) {
  run_sql(file(), "UPDATE tunnels SET peer_dead = 3 WHERE id = 2");
  EXPECT_EQ(load(), "");
  EXPECT_THAT(notice(), HasSubstr("a tunnel is not what was saved"));
}

TEST_F(Version1, IsSetAsideWhereAPositionIsWrong) {
  run_sql(file(), "UPDATE positions SET position = 'x'");
  EXPECT_EQ(load(), "");
  EXPECT_THAT(notice(), HasSubstr("a reading position is not what was saved"));
}

}  // namespace
}  // namespace ikewatch::store
