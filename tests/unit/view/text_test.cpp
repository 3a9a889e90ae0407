#include <ikewatch/view/text.hpp>

#include "samples.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace ikewatch::view {
namespace {

std::size_t longest_line(const std::string& text) {
  std::size_t longest = 0;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) longest = std::max(longest, line.size());
  return longest;
}

TEST(TunnelAsText, IsWhatAnAdministratorReads) {
  EXPECT_EQ(to_text(a_failed_tunnel(), {}),
            "branch-lyon (198.51.100.7) at edge-1, racoon: FAILED since 2026-11-22T10:00:00+00:00\n"
            "  Cause: psk_missing (confirmed, act at this end, 3 lines)\n"
            "    There is no pre-shared key for branch-lyon.\n"
            "    Evidence:\n"
            "       4  racoon: ERROR: couldn't find the pskey for 198.51.100.7.\n"
            "    Why:\n"
            "      No line of the key file begins with the address of the peer.\n"
            "    Check:\n"
            "      - Add a line with the address and the key to psk.txt.\n"
            "      - Keep its mode at 0600.\n"
            "  Timeline:\n"
            "    2026-11-22T10:00:00+00:00  phase1_started      negotiating\n"
            "    line 4                     phase1_failed       failed\n"
            "\n");
}

TEST(DoctorHint, IsForFaultsOfRacoonAtThisEndThatFilesShow) {
  auto tunnel = a_failed_tunnel();
  EXPECT_TRUE(doctor_may_see(tunnel));
  tunnel.diagnoses[0].side = rules::Side::both;
  EXPECT_TRUE(doctor_may_see(tunnel));
  tunnel.diagnoses[0].side = rules::Side::remote;
  EXPECT_FALSE(doctor_may_see(tunnel));
}

TEST(DoctorHint, IsNotForOtherDevicesOtherCausesOrWhatIsOver) {
  auto tunnel = a_failed_tunnel();
  tunnel.dialect = "cisco-ios";
  EXPECT_FALSE(doctor_may_see(tunnel));
  tunnel = a_failed_tunnel();
  tunnel.diagnoses[0].cause = rules::Cause::peer_unreachable;
  EXPECT_FALSE(doctor_may_see(tunnel));
  tunnel = a_failed_tunnel();
  tunnel.diagnoses[0].resolved = true;
  EXPECT_FALSE(doctor_may_see(tunnel));
  EXPECT_FALSE(doctor_may_see(a_tunnel_that_stands()));
}

TEST(TunnelAsText, SaysLittleOfATunnelThatStands) {
  EXPECT_EQ(to_text(a_tunnel_that_stands(), {}), "203.0.113.9 at edge-1, racoon: UP\n\n");
}

TEST(TunnelAsText, NamesFlapping) {
  auto tunnel = a_tunnel_that_stands();
  tunnel.flapping = true;
  EXPECT_EQ(to_text(tunnel, {}), "203.0.113.9 at edge-1, racoon: UP, flapping\n\n");
}

TEST(TunnelAsText, WrapsProseAtTheWidth) {
  auto tunnel = a_failed_tunnel();
  tunnel.diagnoses[0].evidence.clear();
  tunnel.diagnoses[0].summary = "one two three four five six seven eight nine ten eleven twelve";
  tunnel.diagnoses[0].checks = {"first check with more words than fit on a single line of that width"};
  tunnel.since.reset();
  tunnel.timeline.clear();
  tunnel.name = tunnel.peer;
  TextOptions options;
  options.width = 40;
  const auto text = to_text(tunnel, options);
  EXPECT_NE(text.find("    one two three four five six seven\n    eight nine ten eleven twelve\n"), std::string::npos) << text;
  EXPECT_NE(text.find("      - first check with more words than\n        fit on a single line of that\n        width\n"),
            std::string::npos)
      << text;
}

TEST(TunnelAsText, KeepsAWordThatIsLongerThanTheWidth) {
  auto tunnel = a_failed_tunnel();
  tunnel.diagnoses[0].summary = "see " + std::string(60, 'x');
  TextOptions options;
  options.width = 30;
  EXPECT_NE(to_text(tunnel, options).find("    see\n    " + std::string(60, 'x') + '\n'), std::string::npos);
}

TEST(TunnelAsText, HasNoColourCodesUnlessAskedFor) {
  TextOptions options;
  EXPECT_EQ(to_text(a_failed_tunnel(), options).find('\x1b'), std::string::npos);
  options.colour = true;
  const auto coloured = to_text(a_failed_tunnel(), options);
  EXPECT_NE(coloured.find("\x1b[31mFAILED\x1b[0m"), std::string::npos);
  EXPECT_NE(coloured.find("\x1b[1mbranch-lyon\x1b[0m"), std::string::npos);
}

TEST(TunnelAsText, TellsAResolvedCauseInShort) {
  auto tunnel = a_tunnel_that_stands();
  tunnel.diagnoses = {a_missing_key()};
  tunnel.diagnoses[0].resolved = true;
  EXPECT_EQ(to_text(tunnel, {}),
            "203.0.113.9 at edge-1, racoon: UP\n"
            "  Was: psk_missing (confirmed, act at this end, 3 lines)\n"
            "    There is no pre-shared key for branch-lyon.\n"
            "\n");
}

TEST(TunnelAsText, ExplainsOnlyTheRootCause) {
  auto tunnel = a_failed_tunnel();
  tunnel.diagnoses.push_back(a_missing_key());
  tunnel.diagnoses[1].cause = rules::Cause::pfs_mismatch;
  const auto text = to_text(tunnel, {});
  const auto second = text.find("  Also: pfs_mismatch");
  ASSERT_NE(second, std::string::npos);
  EXPECT_EQ(text.find("Why:", second), std::string::npos);
  EXPECT_NE(text.find("Evidence:", second), std::string::npos);
}

TEST(TunnelAsText, ShowsTheYoungestEntriesOfTheTimeline) {
  auto tunnel = a_failed_tunnel();
  TextOptions options;
  options.timeline = 1;
  const auto text = to_text(tunnel, options);
  EXPECT_NE(text.find("  Timeline (the last 1, --timeline all for every one):\n    line 4"), std::string::npos) << text;
  options.timeline = 0;
  EXPECT_NE(to_text(tunnel, options).find("  Timeline:\n    2026-11-22"), std::string::npos);
}

TEST(TunnelAsText, StaysWithinTheWidthExceptForEvidence) {
  auto tunnel = a_failed_tunnel();
  tunnel.diagnoses[0].evidence.clear();
  tunnel.diagnoses[0].explanation =
      "word word word word word word word word word word word word word word word word word word word word";
  TextOptions options;
  options.width = 90;
  EXPECT_LE(longest_line(to_text(tunnel, options)), 90U);
}

TEST(UnattributedAsText, IsEmptyWhereThereIsNothing) { EXPECT_EQ(to_text(std::vector<engine::DiagnosisView>{}, {}), ""); }

TEST(UnattributedAsText, HasAHeadline) {
  const auto text = to_text(std::vector{a_missing_key()}, {});
  EXPECT_TRUE(text.starts_with("Of no single tunnel:\n  Cause: psk_missing (")) << text;
}

TEST(LastLines, CountTunnelsByStateAndLines) {
  std::vector<std::size_t> states(tunnel::states, 0);
  states[static_cast<std::size_t>(tunnel::State::up)] = 2;
  states[static_cast<std::size_t>(tunnel::State::failed)] = 1;
  EXPECT_EQ(to_text(LineCounts{40, 31, 30}, states, {}),
            "3 tunnels: 2 up, 1 failed. 40 lines, 31 of IKE daemons, 1 of them not known to any rule.\n");
}

TEST(LastLines, SayWhenThereIsNothing) {
  EXPECT_EQ(to_text(LineCounts{2, 0, 0}, std::vector<std::size_t>(tunnel::states, 0), {}),
            "0 tunnels. 2 lines, 0 of IKE daemons.\n");
}

}  // namespace
}  // namespace ikewatch::view
