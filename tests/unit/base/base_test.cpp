#include <ikewatch/base/address.hpp>
#include <ikewatch/base/result.hpp>
#include <ikewatch/base/text.hpp>
#include <ikewatch/base/time.hpp>

#include <gtest/gtest.h>

#include <array>

namespace ikewatch {
namespace {

TEST(Address, ReadsAndWritesCanonicalText) {
  EXPECT_EQ(Address::parse("192.0.2.1")->to_string(), "192.0.2.1");
  EXPECT_EQ(Address::parse("2001:DB8:0:0::1")->to_string(), "2001:db8::1");
  EXPECT_EQ(Address::parse("fe80::1%eth0")->to_string(), "fe80::1");
}

TEST(Address, TakesMappedAddressesAsIpv4) { EXPECT_EQ(Address::parse("::ffff:192.0.2.1"), Address::parse("192.0.2.1")); }

TEST(Address, RefusesWhatIsNone) {
  for (const char* text :
       {"", "192.0.2", "192.0.2.256", "192.0.2.01", "192.0.2.1:500", "192.0.2.1 ", "x.x.x.x", ":::", "1234", "2001:db8::g"}) {
    EXPECT_FALSE(Address::parse(text)) << text;
  }
  EXPECT_FALSE(Address::parse(std::string(10000, ':')));
}

TEST(Address, KnowsSpecialAddresses) {
  EXPECT_TRUE(Address::parse("127.0.0.1")->is_loopback());
  EXPECT_TRUE(Address::parse("::1")->is_loopback());
  EXPECT_FALSE(Address::parse("2001:db8::1")->is_loopback());
  EXPECT_TRUE(Address::parse("0.0.0.0")->is_unspecified());
  EXPECT_TRUE(Address::parse("::")->is_unspecified());
}

TEST(Address, HashesEqualValuesAlike) {
  EXPECT_EQ(std::hash<Address>{}(*Address::parse("2001:db8::1")), std::hash<Address>{}(*Address::parse("2001:db8:0::1")));
}

TEST(Problem, PrintsTheFormThatEditorsJumpTo) {
  EXPECT_EQ(to_string(Problem{{"a.yaml", 3, 7}, "what"}), "a.yaml:3:7: what");
  EXPECT_EQ(to_string(Problem{{"a.yaml"}, "what"}), "a.yaml: what");
  EXPECT_EQ(to_string(Problem{{}, "what"}), "what");
}

TEST(Time, PrintsIso8601InUtc) {
  using namespace std::chrono;
  const WallTime moment = sys_days{year{2026} / 11 / 22} + hours{10} + minutes{5} + seconds{9};
  EXPECT_EQ(to_iso8601(moment), "2026-11-22T10:05:09+00:00");
  EXPECT_EQ(to_iso8601(moment + microseconds{1500}), "2026-11-22T10:05:09.001500+00:00");
  EXPECT_EQ(to_iso8601(WallTime{} - seconds{1}), "1969-12-31T23:59:59+00:00");
}

TEST(Time, PrintsDurationsForPeople) {
  EXPECT_EQ(to_human(seconds{-5}), "0s");
  EXPECT_EQ(to_human(seconds{59}), "59s");
  EXPECT_EQ(to_human(seconds{200}), "3m 20s");
  EXPECT_EQ(to_human(seconds{7500}), "2h 05m");
  EXPECT_EQ(to_human(seconds{90000}), "1d 01h");
}

TEST(Text, TrimsAndConsumes) {
  EXPECT_EQ(trim(" \t a b \r\n"), "a b");
  EXPECT_EQ(trim("  "), "");
  std::string_view text = "INFO: x";
  EXPECT_TRUE(consume(text, "INFO: "));
  EXPECT_FALSE(consume(text, "y"));
  EXPECT_EQ(text, "x");
}

TEST(Text, ReadsWholeNumbersOnly) {
  EXPECT_EQ(to_number<int>("42"), 42);
  EXPECT_EQ(to_number<unsigned>("ff", 16), 255U);
  EXPECT_FALSE(to_number<int>("42x"));
  EXPECT_FALSE(to_number<int>(""));
  EXPECT_FALSE(to_number<std::uint8_t>("256"));
}

TEST(Text, MakesHostileBytesPrintable) {
  EXPECT_EQ(to_printable("caf\xC3\xA9"), "caf\xC3\xA9");
  EXPECT_EQ(to_printable("a\tb"), "a b");
  EXPECT_EQ(to_printable("a\x1b[31m"), "a\xEF\xBF\xBD[31m");
  EXPECT_EQ(to_printable("\xC0\xAF"), "\xEF\xBF\xBD\xEF\xBF\xBD");                  // overlong
  EXPECT_EQ(to_printable("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");  // surrogate
  EXPECT_EQ(to_printable("\xE2\x82"), "\xEF\xBF\xBD\xEF\xBF\xBD");                  // cut off
  EXPECT_EQ(to_printable("\xC2\x9B"), "\xEF\xBF\xBD");                              // C1 control
}

TEST(Text, PrintableTextIsAFixedPoint) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string once = to_printable(std::string("a") + static_cast<char>(byte) + "b");
    EXPECT_TRUE(is_printable(once)) << byte;
    EXPECT_EQ(to_printable(once), once) << byte;
  }
}

TEST(Text, FindsTheNearestWord) {
  const std::array<std::string_view, 3> words = {"peer", "local", "cookies"};
  EXPECT_EQ(nearest("peeer", words), "peer");
  EXPECT_EQ(nearest("cookie", words), "cookies");
  EXPECT_EQ(nearest("xyzzy-nothing", words), "");
}

TEST(Text, EditDistanceIsBounded) {
  EXPECT_EQ(edit_distance("kitten", "sitting", 10), 3U);
  EXPECT_EQ(edit_distance("", "abc", 10), 3U);
  EXPECT_GT(edit_distance("aaaaaaaa", "bbbbbbbb", 2), 2U);
}

TEST(ParseDuration, ReadsWhatPeopleWrite) {
  EXPECT_EQ(parse_duration("90s"), std::chrono::seconds(90));
  EXPECT_EQ(parse_duration("45m"), std::chrono::minutes(45));
  EXPECT_EQ(parse_duration("1h30m"), std::chrono::minutes(90));
  EXPECT_EQ(parse_duration("366d"), std::chrono::hours(366 * 24));
  EXPECT_EQ(parse_duration("0s"), std::chrono::seconds(0));
}

TEST(ParseDuration, ReadsNothingElse) {
  for (const char* text :
       {"", "2", "h", "2 h", "-2h", "+2h", "2H", "2w", "2hours", "1.5h", "99999999999999999999s", "4000000d", "3660d1s", "2h "})
    EXPECT_FALSE(parse_duration(text)) << text;
}

}  // namespace
}  // namespace ikewatch
