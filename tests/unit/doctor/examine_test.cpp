#include "installation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ikewatch::doctor {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::string replaced(std::string text, std::string_view old, std::string_view fresh) {
  const auto at = text.find(old);
  EXPECT_NE(at, std::string::npos) << old;
  return at == std::string::npos ? text : text.replace(at, old.size(), fresh);
}

TEST(Examine, FindsNothingWhereNothingIsWrong) {
  const Installation gateway;
  EXPECT_THAT(gateway.findings(), IsEmpty());
}

TEST(Examine, SaysThatThereIsNoRacoon) {
  const Installation gateway;
  std::filesystem::remove(gateway.root / "etc/racoon/racoon.conf");
  const auto report = examine(gateway.inputs);
  ASSERT_FALSE(report);
  EXPECT_THAT(report.error().what, HasSubstr("no racoon.conf"));
}

TEST(Examine, NeverShowsAKey) {
  const Installation gateway;
  for (const std::string& text :
       {std::string(secret), ' ' + std::string(secret), std::string("x ") + secret + " \nx " + secret + "\r\n",
        "198.51.100.7\n" + std::string(secret) + " " + secret, std::string("0x ") + secret + "\n0x 0x" + secret}) {
    gateway.psk(text);
    const auto report = examine(gateway.inputs);
    ASSERT_TRUE(report);
    EXPECT_NE(report->problems(), 0U);
    EXPECT_THAT(to_text(*report, {}), Not(HasSubstr(secret)));
    EXPECT_THAT(to_json(*report), Not(HasSubstr(secret)));
  }
}

TEST(Examine, NamesNoWordOfPasswordsInRacoonConf) {
  const Installation gateway;
  gateway.conf(std::string(small_conf) + "ldapcfg { bind_pw sesame;open; }\nradiuscfg { auth host;\nsesame\ntimeout 3; }\n");
  const auto report = examine(gateway.inputs);
  ASSERT_TRUE(report);
  EXPECT_THAT(to_json(*report), Not(HasSubstr("sesame")));
}

TEST(PskFile, MustSpellAddressesAsRacoonDoes) {
  Installation gateway;
  gateway.conf(replaced(small_conf, "198.51.100.7", "2001:db8::7"));
  gateway.inputs.policies->clear();
  gateway.psk("2001:db8::7 key\n");
  EXPECT_THAT(gateway.findings(), ElementsAre("warning spd-empty"));
  gateway.psk("2001:DB8:0::7 key\n");
  EXPECT_THAT(gateway.findings(), ElementsAre("error psk-spelling", "warning spd-empty"));
}

TEST(PskFile, MustNotHoldNul) {
  const Installation gateway;
  gateway.psk("203.0.113.1 ke" + std::string(1, '\0') + "y\n198.51.100.7 key\n");
  EXPECT_THAT(gateway.findings(), ElementsAre("error psk-nul"));
}

TEST(PskFile, MayHaveOneKeyForAll) {
  const Installation gateway;
  gateway.psk("* key\n");
  EXPECT_THAT(gateway.findings(), IsEmpty());
}

TEST(PskFile, MayEndInBlanksWhereTheKeyIsHexadecimal) {
  const Installation gateway;
  gateway.psk("198.51.100.7 0x01 23 45  \r\n");
  EXPECT_THAT(gateway.findings(), IsEmpty());
}

TEST(PskFile, MustHoldSomeKeyForAnonymousPeers) {
  const Installation gateway;
  gateway.conf(replaced(small_conf, "198.51.100.7", "anonymous"));
  gateway.psk("203.0.113.77 key\n");
  EXPECT_THAT(gateway.findings(), IsEmpty());
  gateway.psk("# none\n");
  EXPECT_THAT(gateway.findings(), ElementsAre("error psk-missing"));
}

TEST(PskFile, IsLookedUpByNameInAggressiveMode) {
  const Installation gateway;
  gateway.conf(replaced(small_conf, "exchange_mode main;",
                        "exchange_mode aggressive; peers_identifier fqdn \"b.example.org\"; verify_identifier on;"));
  gateway.psk("b.example.org key\n");
  EXPECT_THAT(gateway.findings(), IsEmpty());
  gateway.psk("198.51.100.7 key\n");  // with verify_identifier the address is not tried
  EXPECT_THAT(gateway.findings(), ElementsAre("error psk-missing"));
}

TEST(PskFile, IsLookedUpByAddressTooWhereIdentifiersAreNotVerified) {
  const Installation gateway;
  gateway.conf(replaced(small_conf, "exchange_mode main;", "exchange_mode aggressive; peers_identifier fqdn \"b.example.org\";"));
  EXPECT_THAT(gateway.findings(), IsEmpty());
}

TEST(Remotes, AreWanted) {
  Installation gateway;
  gateway.inputs.policies->clear();
  gateway.conf(std::string(small_conf).substr(std::string(small_conf).find("sainfo")));
  EXPECT_THAT(gateway.findings(), ElementsAre("warning remote-none"));
}

TEST(Policies, AreWantedUnlessPeersBringThem) {
  Installation gateway;
  gateway.inputs.policies->clear();
  EXPECT_THAT(gateway.findings(), ElementsAre("warning spd-empty"));
  gateway.conf(replaced(small_conf, "exchange_mode main;", "exchange_mode main; generate_policy unique;"));
  EXPECT_THAT(gateway.findings(), IsEmpty());
}

TEST(Policies, OfOtherProgramsAreLeftAlone) {
  Installation gateway;
  *gateway.inputs.policies += "0.0.0.0/0[any] 203.0.113.0/24[any] any\n\tout prio def none\n";
  EXPECT_THAT(gateway.findings(), IsEmpty());
}

TEST(Policies, OfTransportModeNeedNoForwarding) {
  Installation gateway;
  gateway.put("proc/sys/net/ipv4/ip_forward", "1\n");
  *gateway.inputs.policies =
      "src 192.0.2.1/32 dst 198.51.100.7/32 proto gre \n\tdir out priority 0 \n\ttmpl src 0.0.0.0 dst 0.0.0.0\n\t\tproto esp "
      "reqid 0 mode transport\n"
      "src 198.51.100.7/32 dst 192.0.2.1/32 proto gre \n\tdir in priority 0 \n\ttmpl src 0.0.0.0 dst 0.0.0.0\n\t\tproto esp "
      "reqid 0 mode transport\n";
  EXPECT_THAT(gateway.findings(), IsEmpty());
}

TEST(Policies, ThatAreNotUnderstoodAreNotLookedAt) {
  Installation gateway;
  *gateway.inputs.policies = "what is this\n";
  const auto report = examine(gateway.inputs);
  ASSERT_TRUE(report);
  EXPECT_THAT(report->findings, IsEmpty());
  EXPECT_EQ(report->not_looked_at.front().what, "security policies");
}

TEST(Privsep, CountsOnlyWithAnotherUser) {
  const Installation gateway;
  const std::string script = replaced(small_conf, "exchange_mode main;", "exchange_mode main; script \"/opt/up.sh\" phase1_up;");
  gateway.put("opt/up.sh", "", 0755);
  gateway.conf(script + "privsep { chroot \"/\"; }\n");
  EXPECT_THAT(gateway.findings(), IsEmpty());
  gateway.conf(script + "privsep { user 65534; }\n");
  EXPECT_THAT(gateway.findings(), ElementsAre("error privsep-path"));
}

TEST(Listening, IsAnErrorOnlyWithStrictAddress) {
  const Installation gateway;
  gateway.put("proc/net/fib_trie", "        |-- 192.0.2.1\n           /32 host LOCAL\n");
  gateway.conf(std::string(small_conf) + "listen { isakmp 192.0.2.1; isakmp 203.0.113.1 [500]; }\n");
  EXPECT_THAT(gateway.findings(), ElementsAre("warning listen-address"));
  gateway.conf(std::string(small_conf) + "listen { isakmp 203.0.113.1; strict_address; }\n");
  EXPECT_THAT(gateway.findings(), ElementsAre("error listen-address"));
  gateway.conf(std::string(small_conf) + "listen { isakmp 192.0.2.1; isakmp 0.0.0.0; }\n");
  EXPECT_THAT(gateway.findings(), IsEmpty());
}

TEST(Clock, ThatIsNotSynchronisedIsAHint) {
  Installation gateway;
  gateway.inputs.clock_synchronised = false;
  EXPECT_THAT(gateway.findings(), ElementsAre("hint clock-unsynchronised"));
  gateway.inputs.clock_synchronised.reset();
  EXPECT_THAT(gateway.findings(), IsEmpty());
}

TEST(Clock, BehindTheFilesIsAProblem) {
  Installation gateway;
  gateway.inputs.now -= std::chrono::days{400};
  EXPECT_THAT(gateway.findings(), ElementsAre("warning clock-behind"));
}

TEST(Certificates, NeedAPathOrAnAbsoluteName) {
  const Installation gateway;
  gateway.conf(replaced(replaced(small_conf, "pre_shared_key; dh_group", "rsasig; dh_group"), "exchange_mode main;",
                        "exchange_mode main; verify_cert off; certificate_type x509 \"a.pem\" \"a.key\";"));
  EXPECT_THAT(gateway.findings(), ElementsAre("error cert-path", "hint cert-not-verified"));
}

TEST(Output, EscapesWhatFilesSay) {
  const Installation gateway;
  gateway.conf(std::string(small_conf) + "re\x1bmote\xff {}\n");
  const auto report = examine(gateway.inputs);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->problems(), 1U);
  EXPECT_THAT(to_text(*report, {}), Not(HasSubstr("\x1b")));
  EXPECT_THAT(to_json(*report), Not(HasSubstr("\xff")));
}

TEST(Output, IsColouredOnlyWhereAsked) {
  Installation gateway;
  gateway.inputs.clock_synchronised = false;
  const auto report = examine(gateway.inputs);
  ASSERT_TRUE(report);
  EXPECT_THAT(to_text(*report, {}), Not(HasSubstr("\x1b")));
  EXPECT_THAT(to_text(*report, {true, 80}), HasSubstr("\x1b[32m0 problems\x1b[0m, 1 hint; "));
}

TEST(Findings, AreBounded) {
  const Installation gateway;
  std::string keys = "198.51.100.7 key\n";
  for (int i = 0; i < 5000; ++i) keys += "198.51.100.7 other" + std::to_string(i) + "\n";
  gateway.psk(keys);
  const auto report = examine(gateway.inputs);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->findings.size(), 1000U);
  EXPECT_EQ(report->not_looked_at.back().what.substr(0, 3), "UDP");
}

class Kernel : public testing::Test {
 protected:
  Kernel() {
    gateway.put("proc/net/udp", "  sl  local_address rem_address\n");
    gateway.put("proc/sys/kernel/osrelease", "6.1.0-test\n");
  }
  void modules(const std::string& list) { gateway.put("lib/modules/6.1.0-test/modules.dep", list); }

  Installation gateway;
};

TEST_F(Kernel, MustHavePfKey) {
  modules("kernel/net/ipv4/esp4.ko: \n");
  EXPECT_THAT(gateway.findings(), testing::Contains("error kernel-pfkey"));
}

TEST_F(Kernel, LoadsPfKeyWhenItIsWanted) {
  modules("kernel/net/ipv4/esp4.ko: \nkernel/net/key/af_key.ko.xz: \n");
  EXPECT_THAT(gateway.findings(), Not(testing::Contains("error kernel-pfkey")));
}

TEST_F(Kernel, MayHaveLoadedPfKeyFromElsewhere) {
  modules("kernel/net/ipv4/esp4.ko: \n");
  gateway.put("proc/net/pfkey", "sk RefCnt\n");
  EXPECT_THAT(gateway.findings(), Not(testing::Contains("error kernel-pfkey")));
}

TEST_F(Kernel, IsNotBlamedWhereItsModulesCannotBeSeen) {
  EXPECT_THAT(gateway.findings(), Not(testing::Contains("error kernel-pfkey")));
}

}  // namespace
}  // namespace ikewatch::doctor
