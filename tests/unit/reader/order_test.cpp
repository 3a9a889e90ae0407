#include "order.hpp"

#include "census.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace ikewatch::reader {
namespace {

using Lines = std::vector<std::string>;

std::string at(const std::string& stamp, const std::string& text = "INFO: received Vendor ID: DPD") {
  return stamp + " gw1 racoon: " + text;
}

Lines turned(Lines lines) {
  std::reverse(lines.begin(), lines.end());
  return lines;
}

/// Says of both directions of a log what must be said.
void expect_known(const Lines& lines) {
  EXPECT_FALSE(runs_backwards(lines)) << lines.front();
  EXPECT_TRUE(runs_backwards(turned(lines))) << lines.front();
}

TEST(Order, IsToldByStamps) {
  expect_known({at("Nov 22 10:00:00"), at("Nov 22 10:00:01"), at("Nov 22 10:00:01"), at("Nov 22 10:00:07")});
  expect_known({at("Dec 31 23:59:58"), at("Dec 31 23:59:59"), at("Jan  1 00:00:00")});
  expect_known({"2026-11-22 10:00:00: INFO: a", "2026-11-22 10:00:01: INFO: b", "2026-11-22 10:00:02: INFO: c"});
  expect_known({"23:59:58 ipsec,info a", "23:59:59 ipsec,info b", "00:00:01 ipsec,info c"});
  expect_known({"1795341608.25 gw1 events x", "1795341609.25 gw1 events x", "1795341610.25 gw1 events x"});
}

TEST(Order, IsNotToldByOneStepBack) {
  EXPECT_FALSE(runs_backwards({at("Nov 22 10:00:05"), at("Nov 22 10:00:05"), at("Nov 22 09:59:58"), at("Nov 22 09:59:58")}));
  EXPECT_FALSE(runs_backwards({at("Nov 22 10:00:05"), at("Nov 22 09:59:57"), at("Nov 22 09:59:58"), at("Nov 22 09:59:59")}));
  Lines lines;
  for (int second = 10; second < 50; ++second) lines.push_back(at("Nov 22 10:00:" + std::to_string(second)));
  for (int second = 10; second < 50; ++second) lines.push_back(at("Nov 22 09:00:" + std::to_string(second)));
  EXPECT_FALSE(runs_backwards(lines));
}

TEST(Order, OfTwoGatewaysInOneFileIsNotBackwards) {
  Lines lines;
  for (int second = 10; second < 50; ++second) {
    lines.push_back(at("Nov 22 10:00:" + std::to_string(second)));
    lines.push_back("Nov 22 09:59:" + std::to_string(second) + " gw2 racoon: INFO: received Vendor ID: DPD");
  }
  EXPECT_FALSE(runs_backwards(lines)) << "half of the steps go back: the second clock is slow";
}

TEST(Order, IsToldBySequenceNumbers) {
  expect_known({"000012: *Mar  1 00:00:01.100: %SYS-5-CONFIG_I: a", "000013: *Mar  1 00:00:01.100: %SYS-5-CONFIG_I: b",
                "000014: *Mar  1 00:00:01.100: %SYS-5-CONFIG_I: c"});
}

TEST(Order, IsToldByMessagesWithoutStamps) {
  expect_known({"INFO: initiate new phase 1 negotiation: 192.0.2.1[500]<=>198.51.100.7[500]",
                "INFO: begin Identity Protection mode.",
                "ERROR: phase1 negotiation failed due to time up. 376f9bb934bfc7e4:0000000000000000"});
  expect_known({"ERROR: no suitable proposal found.", "[198.51.100.7] ERROR: failed to get valid proposal.",
                "[198.51.100.7] ERROR: failed to pre-process ph1 packet (side: 1, status 1)."});
  expect_known({at("Nov 22 10:00:00", "ERROR: no suitable proposal found."),
                at("Nov 22 10:00:00", "ERROR: failed to get valid proposal.")});
}

TEST(Order, IsToldByDebugOutputOfOneInstant) {
  const std::string stamp = "*Nov 22 10:00:00.497: ISAKMP: (0):";
  expect_known({stamp + "Created a peer struct for 198.51.100.7, peer port 500",
                stamp + "New peer created peer = 0x80007309 peer_handle = 0x80000002"});
  expect_known({"ISAKMP:(0):Input = IKE_MESG_FROM_PEER, IKE_MM_EXCH", "ISAKMP:(0):Old State = IKE_I_MM1  New State = IKE_I_MM2"});
}

TEST(Order, StaysAsItIsWithoutASign) {
  EXPECT_FALSE(runs_backwards({}));
  EXPECT_FALSE(runs_backwards({"one"}));
  EXPECT_FALSE(runs_backwards({"b", "a", at("Nov 22 10:00:00"), "a"}));
}

TEST(Habit, SeesALogThatRunsBackwardsWithBrokenLines) {
  const std::string text =
      "Nov 22 10:00:03 gw1 racoon: INFO: initiate new phase 2 negotiation:\n 192.0.2.1[500]<=>198.51.100.7[500]\n"
      "Nov 22 10:00:02 gw1 racoon: INFO: ISAKMP-SA established\n 192.0.2.1[500]-198.51.100.7[500] spi:a:b\n"
      "Nov 22 10:00:01 gw1 racoon: INFO: begin Identity Protection mode.\n";
  EXPECT_TRUE(habit_of(text, true).newest_first);
}

}  // namespace
}  // namespace ikewatch::reader
