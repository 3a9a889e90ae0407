#include "policy_list.hpp"

#include <gtest/gtest.h>

namespace ikewatch::doctor {
namespace {

TEST(PolicyList, ReadsIpXfrmPolicy) {
  const auto list = policies_in(
      "src 10.1.0.0/16 dst 2.0.0.0/8 proto tcp sport 80 \n\tdir out priority 7 ptype main \n\ttmpl src 192.0.2.1 dst "
      "198.51.100.7\n"
      "\t\tproto esp spi 0x1 reqid 16385 mode tunnel\n\t\tlevel use \n"
      "src ::/0 dst ::/0 \n\tsocket in priority 0 ptype main \n"
      "src 0.0.0.0/0 dst 10.0.0.0/8 \n\tdir fwd action block priority 0 \n");
  ASSERT_EQ(list.policies.size(), 2U);
  const Policy& first = list.policies[0];
  EXPECT_EQ(first.line, 1U);
  EXPECT_EQ(first.direction, Direction::out);
  EXPECT_EQ(to_string(first.source), "10.1.0.0/16[80] protocol 6");
  ASSERT_NE(first.tunnel(), nullptr);
  EXPECT_EQ(first.tunnel()->destination, Address::parse("198.51.100.7"));
  EXPECT_TRUE(first.tunnel()->optional);
  EXPECT_TRUE(first.ipsec);
  EXPECT_FALSE(list.policies[1].ipsec);
  EXPECT_TRUE(list.knows_fwd);
}

TEST(PolicyList, ReadsSetkey) {
  const auto list = policies_in(
      "10.1.0.0/16[any] 10.2.0.1[500] udp\n\tout prio high + 3 ipsec\n\tesp/tunnel/192.0.2.1-198.51.100.7/unique:3\n\tspid=1 "
      "seq=0 pid=1\n"
      "(per-socket policy) \n\tin(socket) none\n"
      "10.2.0.1[any] 10.1.0.0/16[any] 255\n\tin ipsec\n\tesp/transport//use\n");
  ASSERT_EQ(list.policies.size(), 2U);
  EXPECT_EQ(list.policies[0].destination.port, 500);
  EXPECT_EQ(list.policies[0].destination.prefix, 32);
  EXPECT_EQ(list.policies[0].tunnel()->source, Address::parse("192.0.2.1"));
  EXPECT_EQ(list.policies[1].direction, Direction::in);
  EXPECT_EQ(list.policies[1].source.protocol, 0);
  EXPECT_TRUE(list.policies[1].templates.at(0).optional);
  EXPECT_EQ(list.policies[1].tunnel(), nullptr);
  EXPECT_FALSE(list.knows_fwd);
}

TEST(PolicyList, LeavesOtherProgramsPoliciesMarked) {
  const auto list = policies_in(
      "src 10.1.0.0/16 dst 10.2.0.0/16\n\tdir out\n\tmark 0x5/0xffffffff\n\ttmpl src 1.2.3.4 dst 1.2.3.5\n\t\tproto esp mode "
      "tunnel\n");
  ASSERT_EQ(list.policies.size(), 1U);
  EXPECT_TRUE(list.policies[0].marked);
}

TEST(PolicyList, SurvivesAnything) {
  for (const std::string_view text :
       {"", "\n\n", "src", "src dst", "src x dst y\n\tdir", "[[[ ]]] any\n\tesp///////\n", "1.2.3.4[ 1.2.3.4] x\n",
        "No SPD entries.\n", "\tdir out\n\ttmpl\n", "1.2.3.4[1] 1.2.3.4[2]\n\tesp/\n\tesp/a/b-[/\n"}) {
    EXPECT_LE(policies_in(text).policies.size(), 1U) << text;
  }
}

}  // namespace
}  // namespace ikewatch::doctor
