#include "conf.hpp"
#include "settings.hpp"

#include "installation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ikewatch::doctor {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Conf conf_of(const std::string& text) { return read_conf(Files("/"), "/racoon.conf", text); }

std::vector<std::string> words_of(const Statement& statement) {
  std::vector<std::string> out;
  for (const Word& word : statement.words) out.push_back(word.text);
  return out;
}

void expect_one(const Conf& conf, Mistake mistake, std::uint32_t line, std::uint32_t column) {
  ASSERT_EQ(conf.complaints.size(), 1U);
  EXPECT_EQ(conf.complaints[0].mistake, mistake);
  EXPECT_EQ(conf.complaints[0].at.line, line);
  EXPECT_EQ(conf.complaints[0].at.column, column);
}

TEST(Conf, PartsWordsStringsAndPorts) {
  const auto conf = conf_of("remote 192.0.2.1[500]#comment {\n inherit \"a # b\" { dh_group 2; }\n");
  EXPECT_THAT(conf.complaints, IsEmpty());
  ASSERT_EQ(conf.statements.size(), 1U);
  EXPECT_THAT(words_of(conf.statements[0]), ElementsAre("remote", "192.0.2.1", "[500]", "inherit", "a # b"));
  EXPECT_TRUE(conf.statements[0].words[4].quoted);
  ASSERT_EQ(conf.statements[0].block.size(), 1U);
  EXPECT_EQ(conf.statements[0].block[0].at.line, 2U);
  EXPECT_EQ(conf.statements[0].block[0].at.column, 20U);
}

TEST(Conf, SaysWhereAQuoteIsOpen) {
  expect_one(conf_of("log info;\npath certificate \"/etc;\nlog debug;\n"), Mistake::open_quote, 2, 18);
}

TEST(Conf, GoesOnBehindAnOpenQuote) {
  const auto conf = conf_of("path certificate \"/etc;\nlog debug;\n");
  ASSERT_EQ(conf.statements.size(), 2U);
  EXPECT_EQ(conf.statements[0].word(2), "/etc");
}

TEST(Conf, SaysWhichBlockIsNotClosed) {
  expect_one(conf_of("timer {\n counter 5;\nremote anonymous { }\n"), Mistake::open_brace, 1, 1);
}
TEST(Conf, SaysWhichBraceClosesNothing) { expect_one(conf_of("timer { }\n}\n"), Mistake::stray_brace, 2, 1); }
TEST(Conf, SaysWhereASemicolonIsMissing) { expect_one(conf_of("log info\npath script \"/s\";\n"), Mistake::missing_end, 1, 5); }

TEST(Conf, TakesStatementsOfSeveralLines) {
  EXPECT_THAT(
      conf_of("sainfo address 10.0.0.0/8 any\n address 11.0.0.0/8 any\n{\n encryption_algorithm\n aes,\n 3des;\n}\n").complaints,
      IsEmpty());
}

TEST(Conf, ReadsIncludesInTheirPlaces) {
  const Installation gateway;
  gateway.put("etc/racoon/b.conf", "log debug;\n");
  gateway.put("etc/racoon/a.conf", "log info;\ninclude \"b.conf\";\n");
  const auto conf =
      read_conf(Files(gateway.root.string()), "/x", "path include \"/etc/racoon\";\ninclude \"[a].conf\";\nlog error;\n");
  EXPECT_THAT(conf.complaints, IsEmpty());
  EXPECT_THAT(conf.files, ElementsAre("/x", "/etc/racoon/a.conf", "/etc/racoon/b.conf"));
  const auto settings = settings_of(conf);
  ASSERT_EQ(settings.log_levels.size(), 3U);
  EXPECT_EQ(settings.log_levels[1].text, "debug");
  EXPECT_EQ(settings.log_levels[2].text, "error");
}

TEST(Conf, EndsWhereIncludesGoInCircles) {
  const Installation gateway;
  gateway.put("etc/racoon/a.conf", "include \"/etc/racoon/*.conf\";\ninclude \"/etc/racoon/a.conf\";\n");
  const auto conf = read_conf(Files(gateway.root.string()), "/x", "include \"/etc/racoon/a.conf\";\n");
  EXPECT_FALSE(conf.complaints.empty());
  EXPECT_LT(conf.files.size(), 5U);
}

TEST(Conf, BoundsItsComplaints) { EXPECT_EQ(conf_of(std::string(100000, '}')).complaints.size(), max_complaints); }

TEST(Settings, ResolveInherit) {
  const auto settings = settings_of(conf_of(
      "remote \"base\" { exchange_mode main; nat_traversal on; proposal { dh_group 2; authentication_method pre_shared_key; } }\n"
      "remote \"x\" inherit \"base\" { remote_address 192.0.2.7; nat_traversal off; }\n"
      "remote \"y\" inherit \"none\";\n"));
  ASSERT_EQ(settings.remotes.size(), 3U);
  const Remote& x = settings.remotes[1];
  EXPECT_TRUE(x.allows("main"));
  EXPECT_TRUE(x.uses_psk());
  EXPECT_FALSE(x.nat_traversal);
  EXPECT_EQ(x.address, Address::parse("192.0.2.7"));
  EXPECT_TRUE(settings.remotes[2].unknown_parent);
}

TEST(Settings, ReadBothEndsOfASainfo) {
  const auto settings = settings_of(
      conf_of("sainfo address 10.1.0.0/16[any] any address 2001:db8::/32[53] udp { remoteid 7; }\nsainfo anonymous { }\n"
              "sainfo address 10.1.0.0/16 address 10.2.0.0/16 any { }\n"));
  ASSERT_EQ(settings.sainfos.size(), 3U);
  const Sainfo& first = settings.sainfos[0];
  EXPECT_FALSE(first.malformed);
  EXPECT_EQ(first.local.prefix, 16);
  EXPECT_EQ(first.remote.port, 53);
  EXPECT_EQ(first.remote.protocol, 17);
  EXPECT_EQ(first.remoteid, 7U);
  EXPECT_TRUE(settings.sainfos[1].remote.anonymous);
  EXPECT_TRUE(settings.sainfos[2].malformed);
}

}  // namespace
}  // namespace ikewatch::doctor
