#include <gtest/gtest.h>

#include "pack_builder.hpp"

namespace ikewatch::rules {
namespace {

Event event_of(const RuleSet& rules, std::string_view text) {
  Event event;
  EXPECT_EQ(rules.match(of_program("racoon", text), {}, event).standing, Standing::matched) << text;
  return event;
}

constexpr const char* by_notify =
    "  - id: racoon.notify\n    match: \"notification {notify:notify} received\"\n    event: notify_received\n    note: n\n    "
    "confidence: likely\n    rank: 45\n"
    "    cause:\n      by: notify\n      NO-PROPOSAL-CHOSEN: phase1_proposal_mismatch\n"
    "      INVALID-ID-INFORMATION: {cause: id_mismatch, rank: 50, confidence: possible, side: remote}\n"
    "      INITIAL-CONTACT: none\n      default: peer_rejected\n";

TEST(Cause, FollowsTheTextOfAField) {
  const auto rules = rules_of(std::string(racoon_head) + by_notify);
  const auto proposal = event_of(*rules, "ERROR: notification NO-PROPOSAL-CHOSEN received");
  EXPECT_EQ(proposal.cause, Cause::phase1_proposal_mismatch);
  EXPECT_EQ(proposal.rank, 45);
  EXPECT_EQ(proposal.confidence, Confidence::likely);
  EXPECT_EQ(proposal.side, Side::unknown);
}

TEST(Cause, FollowsTheDecodedTextOfANumber) {
  const auto rules = rules_of(std::string(racoon_head) + by_notify);
  EXPECT_EQ(event_of(*rules, "ERROR: notification 14 received").cause, Cause::phase1_proposal_mismatch);
  EXPECT_EQ(event_of(*rules, "ERROR: notification NO_PROPOSAL_CHOSEN received").cause, Cause::phase1_proposal_mismatch);
}

TEST(Cause, MayHaveItsOwnRankSideAndConfidence) {
  const auto event =
      event_of(*rules_of(std::string(racoon_head) + by_notify), "ERROR: notification INVALID-ID-INFORMATION received");
  EXPECT_EQ(event.cause, Cause::id_mismatch);
  EXPECT_EQ(event.rank, 50);
  EXPECT_EQ(event.confidence, Confidence::possible);
  EXPECT_EQ(event.side, Side::remote);
}

TEST(Cause, MayBeNoneForAValue) {
  const auto event = event_of(*rules_of(std::string(racoon_head) + by_notify), "INFO: notification INITIAL-CONTACT received");
  EXPECT_EQ(event.cause, Cause::none);
  EXPECT_EQ(event.rank, 0);
}

TEST(Cause, TakesTheDefaultForOtherValues) {
  EXPECT_EQ(event_of(*rules_of(std::string(racoon_head) + by_notify), "ERROR: notification 4711 received").cause,
            Cause::peer_rejected);
}

TEST(Cause, IsNoneWithoutADefault) {
  const auto rules =
      rules_of(std::string(racoon_head) + rule("racoon.x", "code {code:number}", ", cause: {by: code, 12: cert_expired}"));
  EXPECT_EQ(event_of(*rules, "ERROR: code 12").cause, Cause::cert_expired);
  EXPECT_EQ(event_of(*rules, "ERROR: code 12").rank, 60);
  EXPECT_EQ(event_of(*rules, "ERROR: code 13").cause, Cause::none);
}

TEST(Cause, TellsASilentPeerFromOneThatAnswered) {
  const auto rules =
      rules_of(std::string(racoon_head) +
               rule("racoon.x", "time up. {cookies:cookies}",
                    ", cause: {by: cookies, silent: peer_unreachable, answered: {cause: peer_rejected, rank: 20}}"));
  EXPECT_EQ(event_of(*rules, "ERROR: time up. 376f9bb934bfc7e4:0000000000000000").cause, Cause::peer_unreachable);
  const auto answered = event_of(*rules, "ERROR: time up. 376f9bb934bfc7e4:a76f9bb934bfc7e4");
  EXPECT_EQ(answered.cause, Cause::peer_rejected);
  EXPECT_EQ(answered.rank, 20);
}

TEST(Rank, IsZeroWithoutACause) {
  EXPECT_EQ(event_of(*rules_of(std::string(racoon_head) + rule("racoon.x", "x")), "INFO: x").rank, 0);
}

}  // namespace
}  // namespace ikewatch::rules
