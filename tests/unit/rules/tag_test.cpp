#include "tag.hpp"

#include <gtest/gtest.h>

#include <string>

namespace ikewatch::rules {
namespace {

TEST(TagKey, LeavesTheSeverityOut) {
  EXPECT_EQ(TagKey("CRYPTO-4-IKMP_NO_SA").text(), "CRYPTO-IKMP_NO_SA");
  EXPECT_EQ(TagKey("PKT_INFRA-LINK-3-UPDOWN").text(), "PKT_INFRA-LINK-UPDOWN");
}

TEST(TagKey, IsTheNumberOfFirewallMessages) {
  for (const char* tag : {"ASA-5-713119", "FTD-3-713119", "PIX-7-713119", "ASA-vpn-4-713119"})
    EXPECT_EQ(TagKey(tag).text(), "713119");
}

TEST(TagKey, IsEmptyForWhatIsNoTag) {
  for (const char* tag : {"", "-", "CRYPTO", "CRYPTO-IKMP", "SNMP-W-AUTH", "-4-", "4-X", "A-4-"})
    EXPECT_EQ(TagKey(tag).text(), "") << tag;
  EXPECT_EQ(TagKey(std::string(200, 'A') + "-4-X").text(), "");
}

TEST(Glob, LetsAStarStandForAnything) {
  EXPECT_TRUE(glob_fits("CRYPTO-*", "CRYPTO-IKMP_NO_SA"));
  EXPECT_TRUE(glob_fits("713*", "713119"));
  EXPECT_TRUE(glob_fits("*-LINK-*N", "PKT-LINK-UPDOWN"));
  EXPECT_TRUE(glob_fits("", ""));
  EXPECT_TRUE(glob_fits("**", ""));
  EXPECT_FALSE(glob_fits("713*", "714119"));
  EXPECT_FALSE(glob_fits("A*B", "AxC"));
  EXPECT_FALSE(glob_fits("", "x"));
}

TEST(PackTag, HasNoSeverity) {
  EXPECT_TRUE(is_pack_tag("CRYPTO-IKMP_NO_SA"));
  EXPECT_TRUE(is_pack_tag("713119"));
  for (const char* tag : {"CRYPTO-4-IKMP_NO_SA", "71311", "CRYPTO", "%CRYPTO-X", "-X", "X-", "ASA-5-713119"})
    EXPECT_FALSE(is_pack_tag(tag)) << tag;
}

}  // namespace
}  // namespace ikewatch::rules
