#include <ikewatch/diagnosis/both_ends.hpp>
#include <ikewatch/diagnosis/case_file.hpp>

#include <gtest/gtest.h>

namespace ikewatch::diagnosis {
namespace {

using rules::Cause;
using rules::Confidence;
using rules::Side;

Hint hint(Cause cause, std::uint8_t rank, std::uint64_t line = 1) {
  return {cause, Side::local, Confidence::confirmed, rank, line, "text", "note", {}};
}

TEST(CaseFile, TheStrongestFindingLeads) {
  CaseFile file;
  file.add(hint(Cause::peer_unreachable, 15));
  file.add(hint(Cause::psk_missing, 90));
  ASSERT_NE(file.leading(), nullptr);
  EXPECT_EQ(file.leading()->cause, Cause::psk_missing);
}

TEST(CaseFile, TheFirstOfEqualsLeads) {
  CaseFile file;
  file.add(hint(Cause::pfs_mismatch, 75, 4));
  file.add(hint(Cause::lifetime_mismatch, 75, 5));
  EXPECT_EQ(file.leading()->cause, Cause::pfs_mismatch);
}

TEST(CaseFile, FoldsConsequencesIntoTheirCause) {
  CaseFile file;
  file.add(hint(Cause::psk_missing, 90));
  file.add(hint(Cause::peer_rejected, 20));
  EXPECT_EQ(file.told().size(), 1U);
}

TEST(CaseFile, TellsAConsequenceWhileNothingBetterIsKnown) {
  CaseFile file;
  file.add(hint(Cause::peer_rejected, 20));
  ASSERT_EQ(file.told().size(), 1U);
  EXPECT_EQ(file.told()[0]->cause, Cause::peer_rejected);
}

TEST(CaseFile, CountsLinesAndKeepsTheFirstAndTheLast) {
  CaseFile file;
  for (std::uint64_t line = 1; line <= 100; ++line) file.add(hint(Cause::psk_missing, 90, line));
  const Finding& finding = *file.leading();
  EXPECT_EQ(finding.count, 100U);
  EXPECT_EQ(finding.first_line, 1U);
  EXPECT_EQ(finding.last_line, 100U);
  ASSERT_EQ(finding.evidence.size(), CaseFile::max_evidence);
  EXPECT_EQ(finding.evidence.front().line, 1U);
  EXPECT_EQ(finding.evidence.back().line, 100U);
}

TEST(CaseFile, NamesTheFirstAndTheLastLineAlsoOfLinesThatComeLate) {
  CaseFile file;
  for (const std::uint64_t line : {6U, 9U, 5U}) file.add(hint(Cause::psk_missing, 90, line));
  EXPECT_EQ(file.leading()->first_line, 5U);
  EXPECT_EQ(file.leading()->last_line, 9U);
}

TEST(CaseFile, ATunnelThatCameUpHasOnlyResolvedFindings) {
  CaseFile file;
  file.add(hint(Cause::psk_missing, 90));
  file.resolve();
  EXPECT_EQ(file.leading(), nullptr);
  ASSERT_EQ(file.told().size(), 1U);
  EXPECT_TRUE(file.told()[0]->resolved);
}

TEST(CaseFile, WhatIsWrongNowStandsBeforeWhatWas) {
  CaseFile file;
  file.add(hint(Cause::psk_missing, 90));
  file.resolve();
  file.add(hint(Cause::dpd_timeout, 60));
  EXPECT_EQ(file.told()[0]->cause, Cause::dpd_timeout);
  EXPECT_EQ(file.told()[1]->cause, Cause::psk_missing);
}

TEST(CaseFile, ACauseThatComesBackIsOpenAgain) {
  CaseFile file;
  file.add(hint(Cause::psk_missing, 90));
  file.resolve();
  file.add(hint(Cause::psk_missing, 90));
  ASSERT_NE(file.leading(), nullptr);
  EXPECT_EQ(file.leading()->count, 2U);
}

TEST(BothEnds, TheEndThatKnowsExplainsTheOther) {
  CaseFile knows, silent;
  knows.add(hint(Cause::phase1_proposal_mismatch, 60));
  silent.add(hint(Cause::peer_unreachable, 15));
  const auto adopted = adopt({silent.leading(), "paris", false}, {knows.leading(), "lyon", false});
  ASSERT_TRUE(adopted);
  EXPECT_EQ(adopted->cause, Cause::phase1_proposal_mismatch);
  EXPECT_EQ(adopted->side, Side::remote);
  EXPECT_NE(adopted->note.find("lyon"), std::string::npos);
  EXPECT_FALSE(adopt({knows.leading(), "lyon", false}, {silent.leading(), "paris", false}));
}

TEST(BothEnds, NothingIsAdoptedFromAnEndWhoseTunnelStands) {
  CaseFile knows;
  knows.add(hint(Cause::invalid_spi, 20));
  EXPECT_FALSE(adopt({nullptr, "paris", true}, {knows.leading(), "lyon", true}));
}

TEST(BothEnds, AnEndThatBelievesInALostTunnelLearnsOfTheLoss) {
  CaseFile knows;
  knows.add(hint(Cause::dpd_timeout, 60));
  EXPECT_TRUE(adopt({nullptr, "paris", true}, {knows.leading(), "lyon", false}));
}

TEST(BothEnds, SilenceAfterAnAnswerAtBothEndsIsARefusalWithoutWords) {
  CaseFile a, b, c;
  a.add(hint(Cause::peer_rejected, 20));
  b.add(hint(Cause::peer_rejected, 20));
  c.add(hint(Cause::peer_unreachable, 15));
  EXPECT_TRUE(silent_refusal_at_both({a.leading(), "a", false}, {b.leading(), "b", false}));
  EXPECT_FALSE(silent_refusal_at_both({a.leading(), "a", false}, {c.leading(), "c", false}));
}

}  // namespace
}  // namespace ikewatch::diagnosis
