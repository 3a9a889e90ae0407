#include "prefix.hpp"

#include <gtest/gtest.h>

#include <string>

namespace ikewatch::rules {
namespace {

std::string fields_of(const Prefix& prefix) {
  std::string out;
  for (const Field& field : prefix.all_fields())
    out += std::to_string(static_cast<int>(field.id)) + "=" + std::string(field.text) + ";";
  return out;
}

std::string field_text(FieldId id, std::string_view text) {
  return std::to_string(static_cast<int>(id)) + "=" + std::string(text) + ";";
}

TEST(RacoonPrefix, ReadsTheLevel) {
  const auto prefix = read_prefix(PrefixKind::racoon, "ERROR: no suitable proposal found.");
  EXPECT_EQ(prefix.level, Level::error);
  EXPECT_EQ(prefix.body, "no suitable proposal found.");
  EXPECT_EQ(prefix.evidence, Evidence::weak);
}

TEST(RacoonPrefix, TellsDebug2FromDebug) {
  EXPECT_EQ(read_prefix(PrefixKind::racoon, "DEBUG2: x").level, Level::debug2);
  EXPECT_EQ(read_prefix(PrefixKind::racoon, "DEBUG: x").level, Level::debug);
}

TEST(RacoonPrefix, ReadsStampAddressAndPlace) {
  const auto prefix = read_prefix(
      PrefixKind::racoon, "2026-11-22 10:00:00: [198.51.100.7] ERROR: isakmp.c:12:isakmp_main(): phase1 negotiation failed.");
  EXPECT_EQ(prefix.body, "phase1 negotiation failed.");
  EXPECT_EQ(fields_of(prefix), field_text(FieldId::prefix, "198.51.100.7"));
  EXPECT_EQ(prefix.evidence, Evidence::strong);
}

TEST(RacoonPrefix, ReadsTheSecondBracketOfWebPages) {
  const auto prefix = read_prefix(PrefixKind::racoon, "[To HQ]: [192.0.2.1] INFO: received Vendor ID: DPD");
  EXPECT_EQ(prefix.body, "received Vendor ID: DPD");
  EXPECT_EQ(fields_of(prefix), field_text(FieldId::prefix, "192.0.2.1"));
}

TEST(RacoonPrefix, AllowsAnEmptyMessage) {
  EXPECT_EQ(read_prefix(PrefixKind::racoon, "WARNING: ").body, "");
  EXPECT_EQ(read_prefix(PrefixKind::racoon, "WARNING:").level, Level::warning);
}

TEST(RacoonPrefix, LeavesTextWithoutLevelAlone) {
  for (const char* text : {"192.0.2.1[500] used as isakmp port (fd=6)", "[not an address] x", "ERRORS: x", "error: x", ""}) {
    const auto prefix = read_prefix(PrefixKind::racoon, text);
    EXPECT_EQ(prefix.body, text);
    EXPECT_EQ(prefix.level, Level::none);
    EXPECT_EQ(prefix.evidence, Evidence::none);
  }
}

struct AsaCase {
  std::string_view text, body, group, user, peer;
};
class AsaPrefix : public testing::TestWithParam<AsaCase> {};

TEST_P(AsaPrefix, GivesGroupUserAndPeer) {
  const auto& expected = GetParam();
  const auto prefix = read_prefix(PrefixKind::cisco_asa, expected.text);
  std::string fields;
  if (!expected.group.empty()) fields += field_text(FieldId::group, expected.group);
  if (!expected.user.empty()) fields += field_text(FieldId::user, expected.user);
  if (!expected.peer.empty()) fields += field_text(FieldId::peer, expected.peer);
  EXPECT_EQ(prefix.body, expected.body);
  EXPECT_EQ(fields_of(prefix), fields);
}

INSTANTIATE_TEST_SUITE_P(
    Spellings, AsaPrefix,
    testing::Values(AsaCase{"Group = G1, IP = 192.0.2.1, QM FSM error", "QM FSM error", "G1", "", "192.0.2.1"},
                    AsaCase{"Group = G1, Username = u, IP = 192.0.2.1, x", "x", "G1", "u", "192.0.2.1"},
                    AsaCase{"[IKEv1]: Group = 192.0.2.1, IP = 192.0.2.1, x", "x", "192.0.2.1", "", "192.0.2.1"},
                    AsaCase{"[IKEv1]Group = 192.0.2.1, IP = 192.0.2.1, x", "x", "192.0.2.1", "", "192.0.2.1"},
                    AsaCase{"[IKEv1 DEBUG]: IP = 192.0.2.1, x", "x", "", "", "192.0.2.1"},
                    AsaCase{"IP =192.0.2.1 x, y", "x, y", "", "", "192.0.2.1"},
                    AsaCase{"Group = G 1 IP = 192.0.2.1, x", "x", "G 1", "", "192.0.2.1"},
                    AsaCase{"Group = , Username = , IP = x.x.x.x, x", "x", "", "", "x.x.x.x"},
                    AsaCase{"IKEv2-PROTO-1: (42): Auth exchange failed", "Auth exchange failed", "", "", ""},
                    AsaCase{"IKEv2-PLAT-3: x", "x", "", "", ""},
                    AsaCase{"IPSEC: Received an ESP packet", "IPSEC: Received an ESP packet", "", "", ""},
                    AsaCase{"Group <G> User <u> IP <192.0.2.1> x", "Group <G> User <u> IP <192.0.2.1> x", "", "", ""}));

struct IosCase {
  std::string_view text, body, conn;
};
class IosPrefix : public testing::TestWithParam<IosCase> {};

TEST_P(IosPrefix, GivesTheConnection) {
  const auto& expected = GetParam();
  const auto prefix = read_prefix(PrefixKind::cisco_ios, expected.text);
  EXPECT_EQ(prefix.body, expected.body);
  EXPECT_EQ(fields_of(prefix), expected.conn.empty() ? "" : field_text(FieldId::conn, expected.conn));
}

INSTANTIATE_TEST_SUITE_P(
    Spellings, IosPrefix,
    testing::Values(IosCase{"ISAKMP:(1001): beginning Quick Mode", "beginning Quick Mode", "1001"},
                    IosCase{"ISAKMP:(0):No pre-shared key with 192.0.2.1!", "No pre-shared key with 192.0.2.1!", "0"},
                    IosCase{"ISAKMP (0:1): x", "x", "0:1"}, IosCase{"ISAKMP: (0):x", "x", "0"},
                    IosCase{"ISAKMP-ERROR: (0):x", "x", "0"}, IosCase{"ISAKMP-PAK: (0):x", "x", "0"},
                    IosCase{"ISAKMP:(0:0:N/A:0):x", "x", "0:0:N/A:0"}, IosCase{"IKEv2:(SESSION ID = 31,SA ID = 1):x", "x", "31"},
                    IosCase{"IKEv2:(SA ID = 2):x", "x", "2"},
                    IosCase{"IKEv2-ERROR:(SESSION ID = 31,SA ID = 1):: Auth exchange failed", "Auth exchange failed", "31"},
                    IosCase{"IKEv2:% Getting preshared key", "% Getting preshared key", ""},
                    IosCase{"ISAKMP: local port 500", "local port 500", ""}, IosCase{"ISAKMP is ON", "ISAKMP is ON", ""},
                    IosCase{"ISAKMP (something): x", "ISAKMP (something): x", ""},
                    IosCase{"IPSEC(sa_request): , x", "IPSEC(sa_request): , x", ""},
                    IosCase{"CRYPTO_PKI: x", "CRYPTO_PKI: x", ""}));

TEST(TaggedPrefix, HasNothingOnIosButAllOfItOnTheAsa) {
  EXPECT_EQ(read_tagged_prefix(PrefixKind::cisco_ios, " ISAKMP: x").body, "ISAKMP: x");
  EXPECT_EQ(read_tagged_prefix(PrefixKind::cisco_asa, " Group = G, IP = 192.0.2.1, x").body, "x");
}

TEST(NoPrefix, GivesTheTextAsItIs) { EXPECT_EQ(read_prefix(PrefixKind::none, "ERROR: x").body, "ERROR: x"); }

}  // namespace
}  // namespace ikewatch::rules
