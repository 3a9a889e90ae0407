#include "values.hpp"

#include <gtest/gtest.h>

namespace ikewatch::config {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(Duration, HasOneNumberWithOneUnit) {
  EXPECT_EQ(read_duration("250ms").value, milliseconds(250));
  EXPECT_EQ(read_duration("30s").value, seconds(30));
  EXPECT_EQ(read_duration("5m").value, minutes(5));
  EXPECT_EQ(read_duration("2h").value, hours(2));
  EXPECT_EQ(read_duration("1d").value, days(1));
  EXPECT_EQ(read_duration("0").value, milliseconds(0));
  EXPECT_EQ(read_duration("0s").value, milliseconds(0));
}

TEST(Duration, IsRefusedInEveryOtherForm) {
  for (const auto* text :
       {"", "s", "5", "05s", "00", "-5s", "+5s", "5 s", "5S", "5M", "1.5h", "1h30m", "0x5s", "5s ", " 5s", "5\xC2\xB5s"}) {
    EXPECT_FALSE(read_duration(text).value) << text;
    EXPECT_NE(read_duration(text).complaint.find("write"), std::string::npos) << text;
  }
}

TEST(Duration, DoesNotOverflow) {
  EXPECT_EQ(read_duration("106751991167d").value, days(106751991167));
  EXPECT_FALSE(read_duration("106751991168d").value);
  EXPECT_FALSE(read_duration("18446744073709551615ms").value);
  EXPECT_FALSE(read_duration("99999999999999999999999s").value);
}

TEST(Size, CountsInPowersOf1024) {
  EXPECT_EQ(read_size("512B").value, 512U);
  EXPECT_EQ(read_size("64KiB").value, 65536U);
  EXPECT_EQ(read_size("8MiB").value, 8388608U);
  EXPECT_EQ(read_size("1GiB").value, 1073741824U);
  EXPECT_EQ(read_size("0").value, 0U);
}

TEST(Size, IsRefusedInEveryOtherForm) {
  for (const auto* text : {"", "8192", "8k", "8K", "8KB", "8kib", "8 KiB", "1.5MiB", "-1B", "KiB", "08KiB", "8TiB"}) {
    EXPECT_FALSE(read_size(text).value) << text;
    EXPECT_NE(read_size(text).complaint.find("write"), std::string::npos) << text;
  }
  EXPECT_FALSE(read_size("9999999999GiB").value);
}

TEST(Number, IsDecimalWithoutLeadingZeros) {
  EXPECT_EQ(read_number("0").value, 0U);
  EXPECT_EQ(read_number("10097").value, 10097U);
  EXPECT_EQ(read_number("18446744073709551615").value, 18446744073709551615U);
  for (const auto* text : {"", "010", "00", "+1", "-1", "1_000", "0x10", "0o17", "1e3", "1.0", "18446744073709551616", " 1"}) {
    EXPECT_FALSE(read_number(text).value) << text;
  }
}

TEST(Boolean, IsTrueOrFalseOnly) {
  EXPECT_EQ(read_boolean("true").value, true);
  EXPECT_EQ(read_boolean("false").value, false);
  for (const auto* text : {"yes", "On", "TRUE", "1", "y"})
    EXPECT_TRUE(read_boolean(text).complaint.ends_with("write true")) << text;
  for (const auto* text : {"no", "Off", "FALSE", "0", "n"})
    EXPECT_TRUE(read_boolean(text).complaint.ends_with("write false")) << text;
}

TEST(Endpoint, IsWrittenAsItIsRead) {
  for (const auto* text : {"udp://0.0.0.0:5514", "tcp://[2001:db8::1]:514", "tls://192.0.2.1:6514", "udp://[::]:1",
                           "tcp://127.0.0.1:65535", "unix:///run/ikewatch/syslog.sock", "fd:ikewatch-syslog"}) {
    const auto endpoint = read_endpoint(text);
    ASSERT_TRUE(endpoint.value) << text << endpoint.complaint;
    EXPECT_EQ(to_string(*endpoint.value), text);
  }
}

TEST(Endpoint, IsRefusedWhereItWouldNotListen) {
  for (const auto* text : {"",
                           "udp://",
                           "udp://127.0.0.1",
                           "udp://127.0.0.1:",
                           "udp://127.0.0.1:0",
                           "udp://127.0.0.1:65536",
                           "udp://127.0.0.1:0514",
                           "udp://127.0.0.1:+514",
                           "udp://:514",
                           "udp://*:514",
                           "udp://[2001:db8::1]",
                           "udp://[2001:db8::1",
                           "udp://[]:514",
                           "udp://[2001:db8::1]514",
                           "udp://2001:db8::1:514",
                           "UDP://127.0.0.1:514",
                           "syslog://127.0.0.1:514",
                           "unix://",
                           "unix://x",
                           "fd:",
                           "fd:a b",
                           "fd:a:b",
                           "fd://x",
                           "udp://127.0.0.1:514/"}) {
    EXPECT_FALSE(read_endpoint(text).value) << text;
    EXPECT_FALSE(read_endpoint(text).complaint.empty()) << text;
  }
}

TEST(Endpoint, BoundsTheLengthOfLocalNames) {
  EXPECT_TRUE(read_endpoint("unix:///" + std::string(106, 's')).value);
  EXPECT_FALSE(read_endpoint("unix:///" + std::string(107, 's')).value);
  EXPECT_TRUE(read_endpoint("fd:" + std::string(255, 's')).value);
  EXPECT_FALSE(read_endpoint("fd:" + std::string(256, 's')).value);
}

TEST(AddressValue, NamesTheAddressWhenMoreStandsThere) {
  EXPECT_TRUE(read_address("198.51.100.7").value);
  EXPECT_TRUE(read_address("2001:db8::7").value);
  EXPECT_TRUE(read_address("198.51.100.7:500").complaint.ends_with("write the address alone: 198.51.100.7"));
  EXPECT_TRUE(read_address("[2001:db8::7]:500").complaint.ends_with("write the address alone: 2001:db8::7"));
  EXPECT_TRUE(read_address("198.51.100.0/24").complaint.ends_with("write the address alone: 198.51.100.0"));
  EXPECT_FALSE(read_address("lyon.example").value);
}

TEST(Url, HasAHostAndNoPassword) {
  for (const auto* text :
       {"http://127.0.0.1:9093", "https://am.example/prefix?x=a@b", "http://[2001:db8::1]:9093/", "https://hooks.example"}) {
    EXPECT_EQ(complain_of_url(text), "") << text;
  }
  for (const auto* text : {"", "am.example", "ftp://am.example", "http://", "http:///x", "http://:80", "http://u@am.example",
                           "http://u:p@am.example/", "http://am.example:0", "http://am.example:99999",
                           "http://am.example:", "http://am.example/a b", "http://a\nb"}) {
    EXPECT_NE(complain_of_url(text), "") << text;
  }
}

TEST(Url, DoesNotRepeatAPasswordInTheProblem) {
  EXPECT_EQ(complain_of_url("https://me:secret@a.example/").find("secret@"), std::string::npos);
}

TEST(Name, FitsIntoLabelsAndPaths) {
  for (const auto* text : {"edge-1", "par_rtr1.example", "2001:db8::1", "racoon@wan", "1"})
    EXPECT_EQ(complain_of_name(text), "") << text;
  for (const auto* text : {"-edge", "edge 1", "edge/1",
                           "\xC3\xA9"
                           "dge",
                           ".", "a\"b"})
    EXPECT_NE(complain_of_name(text), "") << text;
}

TEST(Timezone, StaysBelowTheFolderOfZones) {
  for (const auto* text : {"UTC", "Europe/Paris", "America/Argentina/Buenos_Aires", "Etc/GMT+2", "EST5EDT"})
    EXPECT_EQ(complain_of_timezone(text), "") << text;
  for (const auto* text : {"/etc/passwd", "../x", "Europe/../x", "Europe//Paris", "Europe/", "+01:00", "Europe\\Paris"})
    EXPECT_NE(complain_of_timezone(text), "") << text;
}

TEST(Dialect, MayBeThatOfAnyPackButNoSlipOfAKnownOne) {
  for (const auto* text : {"racoon", "cisco-ios", "cisco-asa", "strongswan", "fortigate-7"})
    EXPECT_EQ(complain_of_dialect(text), "") << text;
  for (const auto* text : {"raccoon", "cisco_ios", "Cisco-ios", "ciscoasa", "FortiGate", "-x", "a b"})
    EXPECT_NE(complain_of_dialect(text), "") << text;
}

TEST(Label, FollowsThePrometheusDataModel) {
  for (const auto* text : {"team", "_x", "A1"}) EXPECT_EQ(complain_of_label(text), "") << text;
  for (const auto* text : {"", "1a", "__name__", "a-b", "a.b", "\xC3\xA9"}) EXPECT_NE(complain_of_label(text), "") << text;
}

}  // namespace
}  // namespace ikewatch::config
