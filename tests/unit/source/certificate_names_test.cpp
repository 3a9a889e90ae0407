#include "certificate_names.hpp"

#include <gtest/gtest.h>

namespace ikewatch::source {
namespace {

using Names = std::vector<std::string>;

CertificateNames hosts(Names names) { return {.hosts = std::move(names), .has_alternative = true}; }
CertificateNames addresses(Names names) { return {.addresses = std::move(names), .has_alternative = true}; }

TEST(CertificateNames, ComparesWholeNamesInEitherCase) {
  EXPECT_TRUE(has_allowed_name(hosts({"a.example.net"}), {"A.Example.NET"}));
  EXPECT_TRUE(has_allowed_name(hosts({"x", "a.example.net"}), {"b", "a.example.net"}));
  EXPECT_FALSE(has_allowed_name(hosts({"a.example.net"}), {"example.net"}));
  EXPECT_FALSE(has_allowed_name(hosts({"example.net"}), {"a.example.net"}));
  EXPECT_FALSE(has_allowed_name(hosts({"a.example.net"}), {}));
  EXPECT_FALSE(has_allowed_name(hosts({}), {"a.example.net"}));
}

/// A certificate that was made out to trick whoever reads C strings.
TEST(CertificateNames, ReadsBeyondAZeroByte) {
  EXPECT_FALSE(has_allowed_name(hosts({std::string("a.example.net\0.example.org", 26)}), {"a.example.net"}));
}

TEST(CertificateNames, LetsAStarStandForOneLabel) {
  const Names star{"*.example.net"};
  EXPECT_TRUE(has_allowed_name(hosts({"a.example.net"}), star));
  EXPECT_TRUE(has_allowed_name(hosts({"A.EXAMPLE.net"}), star));
  EXPECT_FALSE(has_allowed_name(hosts({"a.b.example.net"}), star));
  EXPECT_FALSE(has_allowed_name(hosts({"example.net"}), star));
  EXPECT_FALSE(has_allowed_name(hosts({".example.net"}), star));
  EXPECT_FALSE(has_allowed_name(hosts({"aexample.net"}), star));
}

TEST(CertificateNames, ComparesAddressesAsAddresses) {
  EXPECT_TRUE(has_allowed_name(addresses({"192.0.2.1"}), {"192.0.2.1"}));
  EXPECT_TRUE(has_allowed_name(addresses({"2001:db8::1"}), {"2001:DB8:0:0::1"}));
  EXPECT_FALSE(has_allowed_name(addresses({"192.0.2.1"}), {"192.0.2.10"}));
  EXPECT_FALSE(has_allowed_name(hosts({"192.0.2.1"}), {"*.0.2.1x"}));
  EXPECT_FALSE(has_allowed_name(addresses({""}), {"a.example.net"}));
}

TEST(CertificateNames, TakesTheCommonNameOnlyWithoutAlternative) {
  CertificateNames names{.common = "a.example.net"};
  EXPECT_TRUE(has_allowed_name(names, {"a.example.net"}));
  EXPECT_TRUE(has_allowed_name(names, {"*.example.net"}));
  names.has_alternative = true;
  EXPECT_FALSE(has_allowed_name(names, {"a.example.net"}));
}

}  // namespace
}  // namespace ikewatch::source
