// The packs that ship, as a whole. Each rule proves itself by its own examples; here stands what no single rule can say.
#include <gtest/gtest.h>
#include <ikewatch/rules/rule_set.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "pack_builder.hpp"

namespace ikewatch::rules {
namespace {

std::shared_ptr<const RuleSet> shipped() {
  std::vector<PackText> packs;
  for (const auto& entry : std::filesystem::directory_iterator(IKEWATCH_SOURCE_DIR "/config/rules")) {
    std::ostringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    packs.push_back({entry.path().filename(), text.str()});
  }
  std::sort(packs.begin(), packs.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return rules_of(packs);
}

/// Ids that simulators and generated texts show, and that no device sends.
constexpr const char* invented[] = {
    "CRYPTO-IKMP_KEY_MISMATCH", "CRYPTO-IKMP_NO_PROPOSAL", "CRYPTO-IKMP_PEER_DEAD", "CRYPTO-IKE_SA_UP",
    "CRYPTO-IKE_SA_DOWN",       "CRYPTO-IKMP_NO_KEY",      "CRYPTO-SA_ESTABLISHED", "CRYPTO-IKMP_QM_FAILED",
    "CRYPTO-IKE_PHASE1_UP",     "IPSEC-REKEY_FAIL",        "IKEV2-SA_EXPIRED",
};

TEST(ShippedPacks, KnowNoIdThatNobodySends) {
  const auto rules = shipped();
  for (const Rule& rule : rules->rules()) {
    for (const char* id : invented) EXPECT_NE(rule.tag, id) << rule.id;
  }
  EXPECT_EQ(told(*rules, of_tag("CRYPTO-5-IKE_SA_UP", "IKE SA with 198.51.100.7 is up")), "unmatched");
  EXPECT_EQ(told(*rules, of_tag("CRYPTO-4-IKMP_KEY_MISMATCH", "key of 198.51.100.7 does not match")), "unmatched");
}

TEST(ShippedPacks, TakeTheNumberOfACompletedPhaseForNothingElse) {
  const auto rules = shipped();
  Event event;
  const auto verdict = rules->match(of_tag("ASA-5-713119", "Group = 198.51.100.7, IP = 198.51.100.7, PHASE 1 FAILED"), {}, event);
  EXPECT_EQ(verdict.standing, Standing::unmatched);
}

TEST(ShippedPacks, ExplainEachRuleInASentence) {
  const auto rules = shipped();
  for (const Rule& rule : rules->rules()) {
    EXPECT_GE(rule.note.size(), 10u) << rule.id;
    EXPECT_TRUE(rule.note.ends_with(".")) << rule.id << ": " << rule.note;
  }
}

}  // namespace
}  // namespace ikewatch::rules
