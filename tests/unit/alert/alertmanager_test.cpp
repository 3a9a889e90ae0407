#include "outbox_fixture.hpp"

namespace ikewatch::alert {
namespace {

TEST(Alertmanager, IsSentWhatFiresAgainAndAgain) {
  Post post({alertmanager(2)});
  post.fire("a");
  EXPECT_EQ(post.deliver(), (Lines{"am firing a", "am1 firing a"}));
  post.pass(59s);
  EXPECT_EQ(post.deliver(), Lines{});
  post.pass(1s);
  post.fire("b");
  EXPECT_EQ(post.deliver(), (Lines{"am firing a firing b", "am1 firing a firing b"}));
}

TEST(Alertmanager, IsSentTheEndSeveralTimes) {
  Post post({alertmanager()});
  post.fire("a");
  post.deliver();
  post.resolve("a");
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(post.deliver(), Lines{"am resolved a"}) << i;
    post.pass(1min);
  }
  EXPECT_EQ(post.deliver(), Lines{});
  EXPECT_EQ(post.status().waiting, 0U);
}

TEST(Alertmanager, AnEndWhileItIsOnItsWayGoesAtOnce) {
  Post post({alertmanager()});
  post.fire("a");
  const auto delivery = post.outbox.due(post.now).at(0);
  post.resolve("a");
  post.outbox.settle(delivery.ticket, {200, Failure::none, std::nullopt}, post.now);
  EXPECT_EQ(post.deliver(), Lines{"am resolved a"});
}

TEST(Alertmanager, OneBadAlertDoesNotSpoilTheOthers) {
  Post post({alertmanager()});
  post.fire("a");
  post.fire("bad");
  post.fire("c");
  std::set<std::string> taken;
  for (auto batch = post.outbox.due(post.now); !batch.empty(); batch = post.outbox.due(post.now)) {
    bool bad = false;
    for (const auto& notice : batch[0].notices) bad = bad || notice.key == "bad";
    if (!bad) {
      for (const auto& notice : batch[0].notices) taken.insert(notice.key);
    }
    post.outbox.settle(batch[0].ticket, {bad ? 400U : 200U, Failure::none, std::nullopt}, post.now);
  }
  EXPECT_EQ(taken, (std::set<std::string>{"a", "c"}));
}

TEST(Alertmanager, HearsOfTheEndAfterARestartBetweenTheTwo) {
  Post post({alertmanager()});
  post.fire("a");
  post.deliver();
  const auto memory = post.outbox.memory();
  Post again({alertmanager()});
  again.begun = post.begun;
  again.outbox.restore(memory, again.now);
  EXPECT_EQ(again.deliver(), Lines{"am firing a"});
  again.resolve("a");
  EXPECT_EQ(again.deliver(), Lines{"am resolved a"});
  const auto later = again.outbox.memory();
  Post third({alertmanager()});
  third.outbox.restore(later, third.now);
  EXPECT_EQ(third.deliver(), Lines{"am resolved a"}) << "and again";
}

}  // namespace
}  // namespace ikewatch::alert
