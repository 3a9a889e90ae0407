#include "outbox_fixture.hpp"

namespace ikewatch::alert {
namespace {

TEST(Outbox, DeliversInOrderAndOnce) {
  Post post({receiver("ops")});
  post.fire("a");
  post.fire("b");
  EXPECT_EQ(post.deliver(), (Lines{"ops firing a", "ops firing b"}));
  post.resolve("a");
  EXPECT_EQ(post.deliver(), Lines{"ops resolved a"});
  EXPECT_EQ(post.deliver(), Lines{});
  EXPECT_EQ(post.status().waiting, 0U);
}

TEST(Outbox, OneRequestAtATimeForAReceiver) {
  Post post({receiver("ops"), receiver("chat")});
  post.fire("a");
  post.fire("b");
  EXPECT_EQ(post.outbox.due(post.now).size(), 2U);
  EXPECT_EQ(post.outbox.due(post.now).size(), 0U);
}

TEST(Outbox, AReceiverThatHangsDelaysNoOther) {
  Post post({receiver("hangs"), receiver("chat")});
  post.fire("a");
  auto deliveries = post.outbox.due(post.now);
  post.outbox.settle(deliveries[1].ticket, {200, Failure::none, std::nullopt}, post.now);
  post.fire("b");
  deliveries = post.outbox.due(post.now);
  ASSERT_EQ(deliveries.size(), 1U);
  EXPECT_EQ(Post::line(deliveries[0]), "chat firing b");
}

TEST(Outbox, TriesAgainAfterAPause) {
  Post post({receiver("ops")});
  post.fire("a");
  EXPECT_EQ(post.fail(503), Lines{"ops firing a"});
  EXPECT_EQ(post.status().failures.at("server_error"), 1U);
  EXPECT_TRUE(post.status().failing_since);
  post.pass(3s);
  EXPECT_EQ(post.deliver(), Lines{});
  ASSERT_TRUE(post.outbox.next_deadline());
  post.now.steady = *post.outbox.next_deadline();
  EXPECT_EQ(post.deliver(), Lines{"ops firing a"});
  EXPECT_FALSE(post.status().failing_since);
}

TEST(Outbox, TheMessageKeepsItsIdOverAttempts) {
  Post post({receiver("ops")});
  post.fire("a");
  const auto first = post.outbox.due(post.now).at(0);
  post.outbox.settle(first.ticket, {0, Failure::timeout, std::nullopt}, post.now);
  post.pass(1min);
  const auto second = post.outbox.due(post.now).at(0);
  EXPECT_EQ(first.message_id, second.message_id);
  EXPECT_EQ(second.attempt, 2U);
  post.outbox.settle(second.ticket, {200, Failure::none, std::nullopt}, post.now);
  post.resolve("a");
  EXPECT_NE(post.outbox.due(post.now).at(0).message_id, first.message_id);
}

TEST(Outbox, HonoursRetryAfterWithinReason) {
  Post post({receiver("ops")});
  post.fire("a");
  post.deliver({429, Failure::none, Duration(90s)});
  post.pass(89s);
  EXPECT_EQ(post.deliver(), Lines{});
  post.pass(1s);
  EXPECT_EQ(post.deliver({429, Failure::none, Duration(24h * 365)}).size(), 1U);
  post.pass(longest_wish);
  EXPECT_EQ(post.deliver().size(), 1U);
}

TEST(Outbox, OneThatIsRejectedDoesNotStopTheNext) {
  Post post({receiver("ops")});
  post.fire("a");
  post.fire("b");
  auto delivery = post.outbox.due(post.now).at(0);
  post.outbox.settle(delivery.ticket, {400, Failure::none, std::nullopt}, post.now);
  EXPECT_EQ(post.deliver(), Lines{"ops firing b"});
  post.resolve("a");
  EXPECT_EQ(post.deliver(), Lines{}) << "what was never taken needs no end";
}

TEST(Outbox, GoneDisablesUntilTheNextReload) {
  Post post({receiver("ops")});
  post.fire("a");
  EXPECT_EQ(post.fail(410).size(), 1U);
  EXPECT_TRUE(post.status().disabled);
  post.fire("b");
  post.pass(24h);
  EXPECT_EQ(post.deliver(), Lines{});
  EXPECT_EQ(post.status().failures.at("disabled"), 2U);
  post.outbox.configure(post.receivers, post.now);
  post.fire("c");
  EXPECT_EQ(post.deliver(), Lines{"ops firing c"});
}

TEST(Outbox, OldNewsIsCollapsed) {
  Post post({receiver("ops")});
  post.fire("other");
  EXPECT_EQ(post.fail(503).size(), 1U);
  const auto begun = post.now.wall;
  for (int i = 0; i < 3; ++i) {
    post.fire("a");
    post.pass(1s);
    post.resolve("a");
    post.pass(1s);
  }
  post.pass(1h);
  const auto ended = begun + 5s;
  const auto other = post.outbox.due(post.now).at(0);
  post.outbox.settle(other.ticket, {200, Failure::none, std::nullopt}, post.now);
  const auto news = post.outbox.due(post.now).at(0);
  EXPECT_EQ(Post::line(news), "ops resolved a x3");
  EXPECT_EQ(news.notices[0].starts_at, begun);
  EXPECT_EQ(news.notices[0].ends_at, ended);
}

TEST(Outbox, WhatFiresStillIsToldAsFiring) {
  Post post({receiver("ops")});
  post.fire("other");
  EXPECT_EQ(post.fail(503).size(), 1U);
  post.fire("a");
  post.resolve("a");
  post.fire("a");
  post.pass(1h);
  EXPECT_EQ(post.deliver(), (Lines{"ops firing other", "ops resolved a", "ops firing a"}));
}

TEST(Outbox, NoEndOfWhatWasToldIsLost) {
  Post post({receiver("ops")}, {.waiting = 10});
  post.fire("a");
  EXPECT_EQ(post.deliver().size(), 1U);
  post.resolve("a");
  EXPECT_EQ(post.fail(503).size(), 1U);
  for (int i = 0; i < 100; ++i) post.fire("x" + std::to_string(i));
  EXPECT_LE(post.status().waiting, 10U);
  EXPECT_EQ(post.status().failures.at("overflow"), 91U);
  post.pass(24h);
  EXPECT_EQ(post.deliver().front(), "ops resolved a");
  EXPECT_TRUE(post.outbox.missed_some());
  EXPECT_FALSE(post.outbox.missed_some());
}

TEST(Outbox, AnEndWhileItIsOnItsWayIsToldBehindIt) {
  Post post({receiver("ops")});
  post.fire("a");
  const auto delivery = post.outbox.due(post.now).at(0);
  post.resolve("a");
  post.outbox.settle(delivery.ticket, {200, Failure::none, std::nullopt}, post.now);
  EXPECT_EQ(post.deliver(), Lines{"ops resolved a"});
}

TEST(Outbox, AnEndOfWhatFailedOnItsWayIsToldAlone) {
  Post post({receiver("ops")});
  post.fire("a");
  const auto delivery = post.outbox.due(post.now).at(0);
  post.resolve("a");
  post.outbox.settle(delivery.ticket, {0, Failure::timeout, std::nullopt}, post.now);
  post.pass(1h);
  EXPECT_EQ(post.deliver(), Lines{"ops resolved a"});
}

TEST(Outbox, OneThatNobodyTakesDoesNotStandInTheWayForEver) {
  Post post({receiver("ops")});
  post.fire("poison");
  for (int i = 0; i < 2000; ++i) {
    for (const auto& delivery : post.outbox.due(post.now)) {
      const bool poison = delivery.notices[0].key == "poison";
      post.outbox.settle(delivery.ticket, {poison ? 500U : 200U, Failure::none, std::nullopt}, post.now);
    }
    post.pass(5min);
    if (i == 0) post.fire("b");
  }
  EXPECT_EQ(post.status().waiting, 0U);
  EXPECT_EQ(post.status().failures.at("expired"), 1U);
}

TEST(Outbox, AReceiverGetsTheAlertsThatItNames) {
  auto policy = receiver("ops");
  policy.alerts = {"a"};
  Post post({policy});
  post.fire("a");
  post.fire("b");
  EXPECT_EQ(post.deliver(), Lines{"ops firing a"});
}

TEST(Outbox, WhatIsHeldBackReachesThoseWhoDoNotGetTheRootCause) {
  auto only_down = receiver("ops");
  only_down.alerts = {"down"};
  Post post({only_down, receiver("chat")});
  auto notice = post.notice(NoticeKind::firing, "down");
  notice.held_by = {"key"};
  post.outbox.enqueue(notice, post.now);
  EXPECT_EQ(post.deliver(), Lines{"ops firing down"});
  notice.held_by.clear();  // the root cause is over, the tunnel is down still
  post.outbox.enqueue(notice, post.now);
  EXPECT_EQ(post.deliver(), Lines{"chat firing down"});
  post.resolve("down");
  EXPECT_EQ(post.deliver(), (Lines{"ops resolved down", "chat resolved down"}));
}

TEST(Outbox, UpdatesGoToThoseWhoWantThem) {
  auto pager = receiver("pager");
  pager.wants_updates = true;
  Post post({receiver("ops"), pager});
  post.fire("a");
  EXPECT_EQ(post.deliver().size(), 2U);
  post.outbox.enqueue(post.notice(NoticeKind::updated, "a"), post.now);
  EXPECT_EQ(post.deliver(), Lines{"pager updated a"});
}

TEST(Outbox, KeepsItsDistance) {
  auto slow = receiver("slack");
  slow.spacing = 1s;
  Post post({slow});
  post.fire("a");
  post.fire("b");
  EXPECT_EQ(post.deliver(), Lines{"slack firing a"});
  post.pass(1s);
  EXPECT_EQ(post.deliver(), Lines{"slack firing b"});
}

TEST(Outbox, WhatWaitedGoesOnWaitingOverARestart) {
  Post post({receiver("ops")});
  post.fire("a");
  EXPECT_EQ(post.deliver().size(), 1U);
  post.fire("b");
  post.fail(503);
  post.resolve("a");
  const auto memory = post.outbox.memory();
  Post again({receiver("ops")});
  again.outbox.restore(memory, again.now);
  EXPECT_EQ(again.outbox.memory(), memory);
  EXPECT_EQ(again.deliver(), (Lines{"ops firing b", "ops resolved a"}));
}

TEST(Outbox, ADayWithoutNetworkCostsBoundedMemory) {
  Post post({receiver("ops")}, {.waiting = 50});
  std::mt19937 random(1);
  for (int i = 0; i < 20000; ++i) {
    const auto key = "t" + std::to_string(random() % 200);
    if (post.begun.contains(key) && random() % 2 == 0) {
      post.resolve(key);
    } else {
      post.fire(key);
    }
    for (const auto& delivery : post.outbox.due(post.now))
      post.outbox.settle(delivery.ticket, {0, Failure::connect, std::nullopt}, post.now);
    post.pass(4s);
    ASSERT_LE(post.status().waiting, 50U);
  }
}

/// Whatever fails and whenever: who was told that something fires is told that it is over, after it.
TEST(Outbox, EveryReceiverEndsUpKnowingTheTruth) {
  for (unsigned seed = 0; seed < 30; ++seed) {
    std::mt19937 random(seed);
    Post post({receiver("ops"), alertmanager()});
    std::map<std::pair<std::string, std::string>, NoticeKind> belief;
    std::map<std::string, bool> fires;
    const auto work = [&](unsigned percent_broken) {
      for (const auto& delivery : post.outbox.due(post.now)) {
        const bool broken = random() % 100 < percent_broken;
        const bool answer_lost = broken && random() % 3 == 0;
        if (!broken || answer_lost) {
          for (const auto& notice : delivery.notices) belief[{delivery.receiver, notice.key}] = notice.kind;
        }
        const Outcome lost{0, Failure::timeout, std::nullopt};
        post.outbox.settle(delivery.ticket, broken ? lost : Outcome{200, Failure::none, std::nullopt}, post.now);
      }
    };
    for (int i = 0; i < 400; ++i) {
      const auto key = "t" + std::to_string(random() % 5);
      fires[key] ? post.resolve(key) : post.fire(key);
      fires[key] = !fires[key];
      work(60);
      post.pass(std::chrono::seconds(random() % 30));
    }
    for (int i = 0; i < 100; ++i) work(0), post.pass(1min);
    for (const auto& [who, kind] : belief)
      EXPECT_EQ(kind == NoticeKind::firing, fires[who.second]) << seed << who.first << who.second;
  }
}

}  // namespace
}  // namespace ikewatch::alert
