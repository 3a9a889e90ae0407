#include <gtest/gtest.h>

#include "pack_builder.hpp"

namespace ikewatch::rules {
namespace {

std::shared_ptr<const RuleSet> three_dialects() {
  return rules_of(
      {{"racoon.yaml", std::string(racoon_head) + rule("racoon.expired", "ISAKMP-SA expired {src:endpoint}-{dst:endpoint}") +
                           rule("racoon.short", "not matched") + rule("racoon.empty", "") +
                           rule("racoon.any-debug", "{:rest}", ", level: [DEBUG, DEBUG2], fallback: true")},
       {"ios.yaml", std::string(ios_head) +
                        "  - {id: cisco-ios.no-sa, tag: CRYPTO-IKMP_NO_SA, match: \"IKE message from {peer:address} has no SA\", "
                        "event: info, note: n}\n"
                        "  - {id: cisco-ios.updown, tag: LINEPROTO-UPDOWN, match: \"Interface {interface:word}, changed state to "
                        "{state:word}\", event: "
                        "info, note: n}\n" +
                        rule("cisco-ios.no-key", "No pre-shared key with {peer:address}!")},
       {"asa.yaml", std::string(asa_head) +
                        "  - {id: cisco-asa.phase1, tag: \"713119\", match: \"PHASE 1 COMPLETED\", event: phase1_up, note: n}\n"
                        "  - {id: cisco-asa.any, tag: \"713900\", event: info, note: n}\n"
                        "  - {id: cisco-asa.torn-down, tag: \"713259\", match: \"Session is being torn down. Reason: "
                        "{reason:rest}\", event: info, note: n}\n"
                        "  - {id: cisco-asa.own, tag: \"713900\", match: \"something {x:word}\", event: info, note: n}\n"}});
}

TEST(RuleSet, KnowsItsDialectsAndFields) {
  const auto rules = three_dialects();
  ASSERT_NE(rules, nullptr);
  EXPECT_EQ(rules->dialect_count(), 3u);
  EXPECT_EQ(rules->dialect_name(rules->dialect_named("cisco-ios")), "cisco-ios");
  EXPECT_EQ(rules->dialect_named("strongswan"), no_dialect);
  EXPECT_EQ(rules->dialect_name(no_dialect), "");
  EXPECT_EQ(rules->field_name(FieldId::seconds), "seconds");
  EXPECT_EQ(rules->field_name(FieldId::first_free), "x");
  EXPECT_EQ(rules->field_name(FieldId{60000}), "");
}

TEST(Match, IsOtherForForeignRecordsWhateverTheyHold) {
  auto record = of_program("racoon", "ERROR: not matched");
  record.foreign = true;
  EXPECT_EQ(told(*three_dialects(), record), "other");
}

TEST(Match, ClaimsALineByItsProgram) {
  const auto rules = three_dialects();
  EXPECT_EQ(told(*rules, of_program("racoon", "INFO: ISAKMP-SA expired 192.0.2.1[500]-198.51.100.7[500]")),
            "racoon.expired src=192.0.2.1[500] dst=198.51.100.7[500]");
  EXPECT_EQ(told(*rules, of_program("racoon", "[198.51.100.7] ERROR: not matched")), "racoon.short prefix=198.51.100.7");
  EXPECT_EQ(told(*rules, of_program("racoon", "WARNING: ")), "racoon.empty");
  EXPECT_EQ(told(*rules, of_program("racoon", "ERROR: something new")), "unmatched");
  EXPECT_EQ(told(*rules, of_program("racoond", "ERROR: not matched")), "other");
}

TEST(Match, FallsBackOnlyAtTheLevelsThatTheRuleNames) {
  const auto rules = three_dialects();
  EXPECT_EQ(told(*rules, of_program("racoon", "DEBUG2: whatever")), "racoon.any-debug");
  EXPECT_EQ(told(*rules, of_program("racoon", "DEBUG: not matched")), "racoon.short");
  EXPECT_EQ(told(*rules, of_program("racoon", "INFO: whatever")), "unmatched");
}

TEST(Match, ClaimsALineByItsTagWhateverItsSeverity) {
  const auto rules = three_dialects();
  for (const char* tag : {"CRYPTO-4-IKMP_NO_SA", "CRYPTO-6-IKMP_NO_SA"}) {
    EXPECT_EQ(told(*rules, of_tag(tag, "IKE message from 192.0.2.1 has no SA")), "cisco-ios.no-sa peer=192.0.2.1");
  }
  EXPECT_EQ(told(*rules, of_tag("CRYPTO-4-IKMP_NO_SA", "IKE message has changed")), "unmatched");
  EXPECT_EQ(told(*rules, of_tag("CRYPTO-4-NEVER_SEEN", "x")), "unmatched");
  EXPECT_EQ(told(*rules, of_tag("SYS-5-CONFIG_I", "x")), "other");
}

TEST(Match, LeavesTagsAloneThatOnlyARuleNames) {
  const auto rules = three_dialects();
  EXPECT_EQ(told(*rules, of_tag("LINEPROTO-5-UPDOWN", "Interface Tunnel0, changed state to up")),
            "cisco-ios.updown interface=Tunnel0 state=up");
  EXPECT_EQ(told(*rules, of_tag("LINEPROTO-5-UPDOWN", "something else")), "other");
}

TEST(Match, KeysFirewallMessagesByTheirNumber) {
  const auto rules = three_dialects();
  for (const char* tag : {"ASA-5-713119", "FTD-5-713119", "PIX-3-713119", "ASA-vpn-5-713119"}) {
    EXPECT_EQ(told(*rules, of_tag(tag, "Group = G, IP = 192.0.2.1, PHASE 1 COMPLETED")),
              "cisco-asa.phase1 group=G peer=192.0.2.1");
  }
}

TEST(Match, TakesATagWithoutTextLast) {
  const auto rules = three_dialects();
  EXPECT_EQ(told(*rules, of_tag("ASA-7-713900", "something new")), "cisco-asa.own x=new");
  EXPECT_EQ(told(*rules, of_tag("ASA-7-713900", "anything at all")), "cisco-asa.any");
  EXPECT_EQ(told(*rules, of_tag("ASA-7-713900", "")), "cisco-asa.any");
}

TEST(Match, FindsTheTextOfATaggedRuleWhereTheTagIsLostOrAnother) {
  const auto rules = three_dialects();
  const std::string text = "Group = G, IP = 192.0.2.1, Session is being torn down. Reason: crypto map policy not found";
  const std::string expected = "cisco-asa.torn-down reason=crypto map policy not found group=G peer=192.0.2.1";
  EXPECT_EQ(told(*rules, bare("[IKEv1]: " + text)), expected);
  EXPECT_EQ(told(*rules, of_tag("ASA-3-713902", text)), expected);
}

TEST(Match, ClaimsDebugLinesByTheirOpener) {
  const auto rules = three_dialects();
  EXPECT_EQ(told(*rules, bare("ISAKMP:(1001):No pre-shared key with 192.0.2.1!")), "cisco-ios.no-key peer=192.0.2.1 conn=1001");
  EXPECT_EQ(told(*rules, bare("ISAKMP:(1001): purging node")), "unmatched");
  EXPECT_EQ(told(*rules, bare("No pre-shared key with 192.0.2.1!")), "other");
}

TEST(Match, TriesPastedLinesOnlyWhenAsked) {
  const auto rules = three_dialects();
  const MatchOptions pasted{.headless = true};
  const auto line = bare("INFO: ISAKMP-SA expired 192.0.2.1[500]-198.51.100.7[500]");
  EXPECT_EQ(told(*rules, line), "other");
  EXPECT_EQ(told(*rules, line, pasted), "racoon.expired src=192.0.2.1[500] dst=198.51.100.7[500]");
  EXPECT_EQ(told(*rules, bare("No pre-shared key with 192.0.2.1!"), pasted), "cisco-ios.no-key peer=192.0.2.1");
}

TEST(Match, LooksBehindShortUnknownPrefixes) {
  const auto rules = three_dialects();
  const MatchOptions pasted{.headless = true};
  const std::string expected = "racoon.expired src=192.0.2.1[500] dst=198.51.100.7[500]";
  const std::string text = "ISAKMP-SA expired 192.0.2.1[500]-198.51.100.7[500]";
  EXPECT_EQ(told(*rules, bare("ipsec,info " + text), pasted), expected);
  EXPECT_EQ(told(*rules, bare("Site-to-site VPN: " + text), pasted), expected);
  EXPECT_EQ(told(*rules, bare("ipsec,error 203.0.113.9 " + text), pasted), expected + " prefix=203.0.113.9");
  EXPECT_EQ(told(*rules, bare("a long story " + text), pasted), "other");
}

TEST(Match, NeverTakesProseForAMessage) {
  const auto rules = three_dialects();
  const MatchOptions pasted{.headless = true};
  for (const char* text :
       {"not matched", "so: not matched", "", " ", ": ", "something new", "DEBUG: anything", "the tunnel is down: why?"}) {
    EXPECT_EQ(told(*rules, bare(text), pasted), "other") << text;
  }
  EXPECT_EQ(told(*rules, bare("ERROR: not matched"), pasted), "racoon.short") << "a level word makes a short text enough";
}

TEST(Match, TakesHeadingsForTalk) {
  const auto rules = three_dialects();
  const MatchOptions pasted{.headless = true};
  const std::string text = "ISAKMP-SA expired 192.0.2.1[500]-198.51.100.7[500]";
  for (const std::string word : {"Subject: ", "Re: ", "Subject: Re: "})
    EXPECT_EQ(told(*rules, bare(word + text), pasted), "other");
}

TEST(Match, FallsBackForPastedLinesWhosePrefixSaysWhoseTheyAre) {
  const auto rules = rules_of(racoon_head + rule("racoon.refused", "{reason:text}({code:number}) at depth:{depth:number}",
                                                 ", fallback: true, examples: [{line: \"racoon: ERROR: too old(10) at depth:0\", "
                                                 "fields: {reason: too old, code: '10', depth: '0'}}]"));
  const MatchOptions pasted{.headless = true};
  EXPECT_EQ(told(*rules, bare("ERROR: too old(10) at depth:0"), pasted), "racoon.refused reason=too old code=10 depth=0");
  EXPECT_EQ(told(*rules, bare("too old(10) at depth:0"), pasted), "other");
}

TEST(Match, KeepsToTheDialectThatTheUserNamed) {
  const auto rules = three_dialects();
  const MatchOptions only{.headless = true, .only = rules->dialect_named("racoon")};
  EXPECT_EQ(told(*rules, bare("ISAKMP:(1001):No pre-shared key with 192.0.2.1!"), only), "other");
  EXPECT_EQ(told(*rules, of_tag("ASA-5-713119", "PHASE 1 COMPLETED"), only), "other");
  EXPECT_EQ(told(*rules, of_program("racoon", "ERROR: not matched"), only), "racoon.short");
  EXPECT_EQ(told(*rules, bare("ERROR: something new"), only), "unmatched");
}

TEST(Match, ReadsRegularExpressions) {
  const auto rules =
      rules_of(std::string(racoon_head) +
               "  - {id: racoon.re, regex: '(?P<code>[0-9]{3})(?:st|nd|rd)? error from (?P<peer>\\S+)', event: info, note: n}\n" +
               rule("racoon.plain", "{x:word} error"));
  EXPECT_EQ(told(*rules, of_program("racoon", "ERROR: 101st error from 192.0.2.1.")), "racoon.re code=101 peer=192.0.2.1");
  EXPECT_EQ(told(*rules, of_program("racoon", "ERROR: 101 error")), "racoon.plain x=101");
  EXPECT_EQ(told(*rules, of_program("racoon", "ERROR: see 101 error from 192.0.2.1")), "unmatched");
}

TEST(Match, LetsTheTextSayMoreThanThePrefix) {
  const auto rules = rules_of(std::string(asa_head) + rule("cisco-asa.x", "peer is {peer:address}"));
  EXPECT_EQ(told(*rules, bare("[IKEv1]: IP = 192.0.2.1, peer is 192.0.2.2")), "cisco-asa.x peer=192.0.2.2");
}

TEST(Match, TakesOneTextAtDifferentLevelsForDifferentRules) {
  const auto rules = rules_of(std::string(racoon_head) + rule("racoon.a", "same", ", level: ERROR") +
                              rule("racoon.b", "same", ", level: [INFO, DEBUG]"));
  EXPECT_EQ(told(*rules, of_program("racoon", "ERROR: same")), "racoon.a");
  EXPECT_EQ(told(*rules, of_program("racoon", "DEBUG: same")), "racoon.b");
  EXPECT_EQ(told(*rules, of_program("racoon", "same")), "unmatched");
}

TEST(Match, GivesEachRuleItsMeaning) {
  const auto rules = rules_of(std::string(racoon_head) +
                              "  - {id: racoon.x, match: x, event: phase2_failed, cause: pfs_mismatch, side: both, confidence: "
                              "likely, rank: 75, attribute: oldest, note: n}\n");
  Event event;
  ASSERT_EQ(rules->match(of_program("racoon", "ERROR: x"), {}, event).standing, Standing::matched);
  EXPECT_EQ(event.kind, EventKind::phase2_failed);
  EXPECT_EQ(event.cause, Cause::pfs_mismatch);
  EXPECT_EQ(event.side, Side::both);
  EXPECT_EQ(event.confidence, Confidence::likely);
  EXPECT_EQ(event.rank, 75);
  EXPECT_EQ(event.rule->phase, 2);
  EXPECT_EQ(event.rule->attribution, Attribution::oldest);
}

TEST(RuleSet, TriesAFallbackOfATagBehindTheTextsOfAllOthers) {
  const auto rules =
      rules_of(std::string(asa_head) + "  - {id: cisco-asa.last, tag: \"713902\", event: info, note: n, fallback: true}\n" +
               rule("cisco-asa.free", "QM FSM error, and nothing else") +
               "  - {id: cisco-asa.lent, tag: \"713119\", match: \"PHASE 1 COMPLETED\", event: info, note: n}\n");
  EXPECT_EQ(told(*rules, of_tag("ASA-3-713902", "QM FSM error, and nothing else")), "cisco-asa.free");
  EXPECT_EQ(told(*rules, of_tag("ASA-3-713902", "PHASE 1 COMPLETED")), "cisco-asa.lent");
  EXPECT_EQ(told(*rules, of_tag("ASA-3-713902", "what nobody has seen")), "cisco-asa.last");
  EXPECT_EQ(told(*rules, of_tag("ASA-3-713903", "what nobody has seen")), "unmatched");
}

TEST(AllMatches, FindsEveryRuleThatFits) {
  const auto rules = rules_of(std::string(racoon_head) + rule("racoon.a", "x {a:word}") + rule("racoon.b", "x {a:rest}") +
                              rule("racoon.c", "{:rest}", ", fallback: true"));
  const auto found = rules->all_matches(of_program("racoon", "INFO: x y"), {});
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0]->id, "racoon.a");
  EXPECT_EQ(found[1]->id, "racoon.b");
}

}  // namespace
}  // namespace ikewatch::rules
