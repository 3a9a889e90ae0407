#include "registry.hpp"

#include <gtest/gtest.h>

namespace ikewatch::rules {
namespace {

TEST(Registry, NamesNumbersAsRacoonPrintsThem) {
  EXPECT_EQ(name_of(Registry::esp_transform, 12), "AES");
  EXPECT_EQ(name_of(Registry::esp_transform, 3), "3DES");
  EXPECT_EQ(name_of(Registry::auth_algorithm, 2), "hmac-sha");
  EXPECT_EQ(name_of(Registry::dh_group, 14), "modp2048");
  EXPECT_EQ(name_of(Registry::notify, 14), "NO-PROPOSAL-CHOSEN");
  EXPECT_EQ(name_of(Registry::x509_error, 20), "unable-to-get-local-issuer-certificate");
  EXPECT_EQ(name_of(Registry::encmode, 61443), "UDP-Tunnel");
  EXPECT_EQ(name_of(Registry::exchange, 2), "Identity Protection");
  EXPECT_EQ(name_of(Registry::ike_cipher, 7), "AES-CBC");
  EXPECT_EQ(name_of(Registry::ike_hash, 4), "SHA256");
  EXPECT_EQ(name_of(Registry::ike_auth, 1), "pre-shared key");
  EXPECT_EQ(name_of(Registry::ah_transform, 3), "SHA");
  EXPECT_EQ(name_of(Registry::ipsec_protocol, 3), "ESP");
  EXPECT_EQ(name_of(Registry::id_type, 2), "FQDN");
  EXPECT_EQ(name_of(Registry::life_type, 1), "seconds");
}

TEST(Registry, TellsTheSameNumberApartByRegistry) {
  EXPECT_EQ(name_of(Registry::esp_transform, 5), "IDEA");
  EXPECT_EQ(name_of(Registry::ike_cipher, 5), "3DES-CBC");
}

TEST(Registry, HasNoNameForUnknownNumbers) { EXPECT_EQ(name_of(Registry::notify, 9999), ""); }

TEST(Registry, NamesEveryNumberOfEveryTable) {
  for (std::size_t i = 0; i < registries; ++i) {
    const auto entries = entries_of(static_cast<Registry>(i));
    EXPECT_FALSE(entries.empty()) << i;
    for (const auto& entry : entries) EXPECT_FALSE(entry.name.empty()) << i << " " << entry.number;
  }
}

TEST(Registry, FindsEveryNameAndAliasOfItsOwn) {
  for (std::size_t i = 0; i < registries; ++i) {
    for (const auto& entry : entries_of(static_cast<Registry>(i))) {
      EXPECT_EQ(find_name(static_cast<Registry>(i), entry.name).name, entry.name);
      if (entry.alias.empty()) continue;
      EXPECT_EQ(find_name(static_cast<Registry>(i), entry.alias).name, entry.name) << entry.alias;
    }
  }
}

TEST(FindName, TakesTheLongestOne) {
  const auto found = find_name(Registry::encmode, "UDP-Tunnel peer");
  EXPECT_EQ(found.name, "UDP-Tunnel");
  EXPECT_EQ(found.length, 10u);
  EXPECT_EQ(find_name(Registry::esp_transform, "3DES peer").name, "3DES");
}

TEST(FindName, StopsAtTheEndOfAWord) {
  EXPECT_EQ(find_name(Registry::esp_transform, "DESTROYED").length, 0u);
  EXPECT_EQ(find_name(Registry::notify, "INVALID-SPIN").length, 0u);
}

TEST(FindName, TakesJointsAndCaseAsTheyCome) {
  EXPECT_EQ(find_name(Registry::notify, "NO_PROPOSAL_CHOSEN protocol 3").name, "NO-PROPOSAL-CHOSEN");
  EXPECT_EQ(find_name(Registry::notify, "PROPOSAL_NOT_CHOSEN").name, "NO-PROPOSAL-CHOSEN");
  EXPECT_EQ(find_name(Registry::x509_error, "Self signed certificate in certificate chain").name,
            "self-signed-certificate-in-certificate-chain");
  EXPECT_EQ(find_name(Registry::dh_group, "2048-bit MODP group.").name, "modp2048");
}

}  // namespace
}  // namespace ikewatch::rules
