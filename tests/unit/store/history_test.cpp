#include "store_fixture.hpp"

#include <gmock/gmock.h>

namespace ikewatch::store {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<engine::Change> changes(std::uint64_t from, std::uint64_t to) {
  std::vector<engine::Change> list;
  for (std::uint64_t i = from; i < to; ++i) list.push_back(sample_change(i));
  return list;
}

class History : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    store_ = open();
    ASSERT_TRUE(store_);
  }
  void keep(const std::vector<engine::Change>& list, WallTime now = at(1'700'000'000'000'000)) {
    const auto done = store_->save({}, list, now);
    ASSERT_TRUE(done) << to_string(done.error());
  }
  std::vector<std::string> texts(const HistoryQuery& query) {
    std::vector<std::string> found;
    const auto history = store_->history(query);
    EXPECT_TRUE(history);
    if (!history) return found;
    for (const auto& change : *history) found.push_back(change.text);
    return found;
  }
  [[nodiscard]] std::int64_t rows() { return sql_number("SELECT count(*) FROM history"); }

  std::unique_ptr<Store> store_;
};

TEST_F(History, GivesBackEveryField) {
  keep(changes(0, 3));
  const auto found = store_->history({.gateway = {}, .tunnel = "branch-1", .since = {}});
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 1U);
  const engine::Change &got = found->front(), wanted = sample_change(1);
  EXPECT_EQ(got.kind, wanted.kind);
  EXPECT_EQ(got.at, wanted.at);
  EXPECT_EQ(got.gateway, wanted.gateway);
  EXPECT_EQ(got.tunnel, wanted.tunnel);
  EXPECT_EQ(got.peer, wanted.peer);
  EXPECT_EQ(got.from, wanted.from);
  EXPECT_EQ(got.to, wanted.to);
  EXPECT_EQ(got.flapping, wanted.flapping);
  EXPECT_EQ(got.cause, wanted.cause);
  EXPECT_EQ(got.side, wanted.side);
  EXPECT_EQ(got.confidence, wanted.confidence);
  EXPECT_EQ(got.text, wanted.text);
}

TEST_F(History, IsFoundByNameAndByPeer) {
  keep(changes(0, 6));
  EXPECT_THAT(texts({.gateway = {}, .tunnel = "branch-1", .since = {}}), ElementsAre("line 1", "line 4"));
  EXPECT_THAT(texts({.gateway = {}, .tunnel = "2001:db8::1", .since = {}}), ElementsAre("line 1", "line 4"));
  EXPECT_THAT(texts({.gateway = "gateway1", .tunnel = "branch-1", .since = {}}), ElementsAre("line 1"));
  EXPECT_THAT(texts({.gateway = {}, .tunnel = "branch-9", .since = {}}), IsEmpty());
}

TEST_F(History, GivesTheYoungestInTheirOrder) {
  keep(changes(0, 30));
  EXPECT_THAT(texts({.gateway = {}, .tunnel = "branch-0", .since = {}, .limit = 2}), ElementsAre("line 24", "line 27"));
  EXPECT_THAT(texts({.gateway = {}, .tunnel = "branch-0", .since = sample_change(24).at}), ElementsAre("line 24", "line 27"));
}

TEST_F(History, GoesWithTheSaveThatFails) {
  keep(changes(0, 3));
  Saved bad;
  bad.sources["x"].position.assign(70'000, 'x');
  EXPECT_FALSE(store_->save(bad, changes(3, 6), at(0)));
  EXPECT_EQ(rows(), 3);
}

TEST_F(History, ForgetsWhatIsTooOld) {
  options_.history = std::chrono::hours(1);
  store_->set_options(options_);
  keep(changes(0, 10));
  keep({}, sample_change(5).at + std::chrono::hours(1));
  EXPECT_THAT(texts({.gateway = {}, .tunnel = "branch-2", .since = {}}), ElementsAre("line 5", "line 8"));
}

TEST_F(History, IsBoundedInRows) {
  options_.history_rows = 100;
  store_->set_options(options_);
  keep(changes(0, 90));
  EXPECT_EQ(rows(), 90);
  for (std::uint64_t i = 90; i < 400; i += 31) keep(changes(i, i + 31));
  EXPECT_EQ(rows(), 100);
  EXPECT_EQ(sql_number("SELECT max(at) FROM history"), sample_change(399).at.time_since_epoch().count());
}

/// A limit that is lowered must not make one save wait for the removal of millions of rows.
TEST_F(History, IsPrunedInSteps) {
  keep(changes(0, 5000));
  options_.history_rows = 10;
  store_->set_options(options_);
  keep({});
  EXPECT_EQ(rows(), 4000);
  for (int i = 0; i < 5; ++i) keep({});
  EXPECT_EQ(rows(), 10);
}

TEST_F(History, ThatIsEmptiedBeginsAgain) {
  options_.history = std::chrono::seconds(1);
  store_->set_options(options_);
  keep(changes(0, 10), sample_change(100).at);
  EXPECT_EQ(rows(), 0);
  keep({sample_change(101)}, sample_change(101).at);
  EXPECT_THAT(texts({.gateway = {}, .tunnel = "branch-2", .since = {}}), ElementsAre("line 101"));
}

TEST_F(History, IsReadWhileTheStoreIsInUse) {
  keep(changes(0, 6));
  const auto found = Store::read_history(folder(), {.gateway = {}, .tunnel = "branch-1", .since = {}});
  ASSERT_TRUE(found) << to_string(found.error());
  EXPECT_EQ(found->size(), 2U);
  keep(changes(6, 9));
}

TEST_F(History, IsReadOfAStoreThatNobodyUses) {
  keep(changes(0, 6));
  store_.reset();
  const auto found = Store::read_history(folder(), {.gateway = {}, .tunnel = "branch-1", .since = {}});
  ASSERT_TRUE(found) << to_string(found.error());
  EXPECT_EQ(found->size(), 2U);
  fs::permissions(folder(), fs::perms::owner_read | fs::perms::owner_exec);
  EXPECT_TRUE(Store::read_history(folder(), {.gateway = {}, .tunnel = "branch-1", .since = {}}));
  fs::permissions(folder(), fs::perms::owner_all);
}

TEST_F(History, OfNoStoreIsAProblem) {
  EXPECT_FALSE(Store::read_history(root_ / "nowhere", {.gateway = {}, .tunnel = "x", .since = {}}));
  fs::create_directory(root_ / "other");
  write_bytes(root_ / "other/ikewatch.db", std::string(8192, 'x'));
  const auto found = Store::read_history(root_ / "other", {.gateway = {}, .tunnel = "x", .since = {}});
  ASSERT_FALSE(found);
  EXPECT_THAT(to_string(found.error()), HasSubstr("the history cannot be read"));
}

TEST_F(History, SkipsRowsThatMeanNothing) {
  keep(changes(0, 6));
  store_.reset();
  run_sql(file(),
          "UPDATE history SET to_state = 'dreaming' WHERE text = 'line 1'; UPDATE history SET at = 9223372036854775807 WHERE "
          "text = 'line 2'");
  store_ = open();
  EXPECT_THAT(texts({.gateway = {}, .tunnel = "branch-1", .since = {}}), ElementsAre("line 4"));
  EXPECT_THAT(texts({.gateway = {}, .tunnel = "branch-2", .since = {}}), ElementsAre("line 5"));
}

}  // namespace
}  // namespace ikewatch::store
