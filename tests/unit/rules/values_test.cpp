#include <gtest/gtest.h>
#include <ikewatch/rules/values.hpp>

#include <string>

namespace ikewatch::rules {
namespace {

struct AddressCase {
  std::string_view text;
  std::string_view address;  // empty: none stands there
};

class AddressAtFront : public testing::TestWithParam<AddressCase> {};

TEST_P(AddressAtFront, IsFoundAsLongAsItIs) {
  const auto& [text, address] = GetParam();
  EXPECT_EQ(text.substr(0, address_length(text)), address);
}

INSTANTIATE_TEST_SUITE_P(
    Forms, AddressAtFront,
    testing::Values(AddressCase{"192.0.2.1", "192.0.2.1"}, AddressCase{"192.0.2.1.", "192.0.2.1"},
                    AddressCase{"192.0.2.1[500]", "192.0.2.1"}, AddressCase{"192.0.2.256", ""}, AddressCase{"192.0.2", ""},
                    AddressCase{"192.0.2.1234", ""}, AddressCase{"", ""}, AddressCase{"2001:db8::1", "2001:db8::1"},
                    AddressCase{"2001:db8::1[500]", "2001:db8::1"}, AddressCase{"2001:db8::1 is up", "2001:db8::1"},
                    AddressCase{"2001:db8:0:1:2:3:4:5", "2001:db8:0:1:2:3:4:5"}, AddressCase{"2001:db8:0:1:2:3:4", ""},
                    AddressCase{"::", "::"}, AddressCase{"::1", "::1"}, AddressCase{"fe80::1%eth0[500]", "fe80::1%eth0"},
                    AddressCase{"::ffff:192.0.2.1,", "::ffff:192.0.2.1"}, AddressCase{"12:34:56 next", ""},
                    AddressCase{"x.x.x.x", "x.x.x.x"}, AddressCase{"XXX.XXX.XXX.XXX[500]", "XXX.XXX.XXX.XXX"},
                    AddressCase{"B.B.B.B.", "B.B.B.B"}, AddressCase{"192.0.xxx.xxx", "192.0.xxx.xxx"},
                    AddressCase{"*.*.*.*", "*.*.*.*"}, AddressCase{"www.foo.com.au", ""},
                    AddressCase{"<peer-ip>[500]", "<peer-ip>"}, AddressCase{"<remote ip>", "<remote ip>"}, AddressCase{"<>", ""},
                    AddressCase{"<a=b>", ""}, AddressCase{"my-ip-address[500]", "my-ip-address"},
                    AddressCase{"Office_IP ", "Office_IP"}, AddressCase{"MY_IP->PEER_IP", "MY_IP"}, AddressCase{"ip", ""},
                    AddressCase{"description of it", ""}, AddressCase{"failed", ""}, AddressCase{"dead:beef", ""},
                    AddressCase{"2xx.1xx.xxx.12[500]", "2xx.1xx.xxx.12"}, AddressCase{"198.51.100.###", "198.51.100.###"},
                    AddressCase{"198.51.???.?", "198.51.???.?"}, AddressCase{"[removed][500]", "[removed]"},
                    AddressCase{"(REDACTED)", "(REDACTED)"}, AddressCase{"[500]", ""}, AddressCase{"REMOTE_GW[500]", "REMOTE_GW"},
                    AddressCase{"REMOTE.", "REMOTE"}, AddressCase{"CLI.ENT.IP", "CLI.ENT.IP"}, AddressCase{"NAT detected", ""},
                    AddressCase{"ERROR: x", ""}, AddressCase{"ISAKMP-SA established", ""}, AddressCase{"Remote", ""}));

TEST(AddressPart, LeavesThePortBehind) {
  for (const char* endpoint : {"192.0.2.1[500]", "192.0.2.1 [500]", "192.0.2.1:500", "192.0.2.1/500", " 192.0.2.1 "}) {
    EXPECT_EQ(address_part(endpoint), "192.0.2.1") << endpoint;
  }
  EXPECT_EQ(address_part("2001:db8::7[4500]"), "2001:db8::7");
}

TEST(AddressPart, TakesIkePortsBehindAnIpv6AddressForPorts) {
  for (const char* endpoint : {"2001:DB8::7:500", "2001:DB8::7:4500", "2001:DB8::7:848", "2001:DB8::7/500", "2001:DB8::7[500]"}) {
    EXPECT_EQ(address_part(endpoint), "2001:DB8::7") << endpoint;
  }
  EXPECT_EQ(address_part("2001:db8:0:1:2:3:4:5:500"), "2001:db8:0:1:2:3:4:5");
  EXPECT_EQ(address_part("2001:db8:0:1:2:3:4:500"), "2001:db8:0:1:2:3:4:500") << "without it the address would not be whole";
  EXPECT_EQ(address_part("2001:db8::500"), "2001:db8::500") << "without it the address would not be whole";
  EXPECT_EQ(address_part("2001:db8::7:501"), "2001:db8::7:501") << "no port of IKE";
}

TEST(AddressPart, LeavesThePortOfANameBehind) {
  EXPECT_EQ(address_part("OFFICE[500]"), "OFFICE");
  EXPECT_EQ(address_part("vpn.example.net[4500]"), "vpn.example.net");
  EXPECT_EQ(address_part("[removed][500]"), "[removed]");
  EXPECT_EQ(address_part("home[port]"), "home[port]");
}

TEST(HostName, HasTwoLabelsOrMore) {
  EXPECT_EQ(host_name_length("vpn.example.net."), 15u);
  EXPECT_EQ(host_name_length("vpn.example.net seems to be dead"), 15u);
  for (const char* text : {"", "vpn", "v.1", "a..example", ".example.net", "192.0.2.1", "oakley.c"})
    EXPECT_EQ(host_name_length(text), 0u) << text;
}

TEST(AddressPart, GivesBackWhatIsNoAddress) { EXPECT_EQ(address_part(" anonymous "), "anonymous"); }

TEST(ParseSpi, ReadsEveryPrintedForm) {
  for (const char* text :
       {"168086000(0xa04c9f0)", "0xa04c9f0(168086000)", "0xa04c9f0", "0xA04C9F0", "168086000", " 0x0a04c9f0 ", "a04c9f0"}) {
    EXPECT_EQ(parse_spi(text), 0x0a04c9f0u) << text;
  }
}

TEST(ParseSpi, RefusesWhatIsNone) {
  for (const char* text : {"", "0x", "spi", "4294967296", "0x100000000", "12(0x", "()", "-1"})
    EXPECT_FALSE(parse_spi(text)) << text;
}

TEST(ParseCookies, SeesASilentResponder) {
  const auto cookies = parse_cookies("376f9bb934bfc7e4:0000000000000000");
  EXPECT_EQ(cookies.initiator, "376f9bb934bfc7e4");
  EXPECT_FALSE(cookies.answered());
}

TEST(ParseCookies, SeesAResponderThatAnsweredAndIgnoresTheMessageId) {
  const auto cookies = parse_cookies("376f9bb934bfc7e4:00000000000000a1:0000f74b");
  EXPECT_EQ(cookies.responder, "00000000000000a1");
  EXPECT_TRUE(cookies.answered());
}

TEST(ParseCookies, TakesPlaceholdersAsAnAnswer) { EXPECT_TRUE(parse_cookies("<cookie>:<cookie>").answered()); }

TEST(ParseCookies, IsEmptyForOtherText) {
  for (const char* text : {"", "376f9bb934bfc7e4", ":1", "1:"}) {
    EXPECT_TRUE(parse_cookies(text).responder.empty()) << text;
    EXPECT_FALSE(parse_cookies(text).answered()) << text;
  }
}

}  // namespace
}  // namespace ikewatch::rules
