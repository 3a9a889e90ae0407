#include "peer_index.hpp"

#include "blocks.hpp"

#include <gtest/gtest.h>

#include <string>

namespace ikewatch::engine {
namespace {

TEST(PeerIndex, FindsEveryTunnelHoweverManyThereAre) {
  constexpr TunnelIndex many = 5000;
  PeerIndex index;
  const auto hash_of = [](TunnelIndex tunnel) { return PeerIndex::hash_of(tunnel % 7, "192.0.2." + std::to_string(tunnel)); };
  for (TunnelIndex tunnel = 0; tunnel < many; ++tunnel) index.insert(hash_of(tunnel), tunnel);
  for (TunnelIndex tunnel = 0; tunnel < many; ++tunnel)
    ASSERT_EQ(index.find(hash_of(tunnel), [&](TunnelIndex found) { return found == tunnel; }), tunnel);
}

TEST(PeerIndex, TellsTunnelsOfOneHashApart) {
  PeerIndex index;
  for (TunnelIndex tunnel = 0; tunnel < 100; ++tunnel) index.insert(0xffffffff, tunnel);
  EXPECT_EQ(index.find(0xffffffff, [](TunnelIndex found) { return found == 77; }), 77U);
  EXPECT_EQ(index.find(0xffffffff, [](TunnelIndex) { return false; }), PeerIndex::nobody);
}

TEST(PeerIndex, FindsNobodyWhereNothingIs) {
  EXPECT_EQ(PeerIndex{}.find(PeerIndex::hash_of(0, "192.0.2.1"), [](TunnelIndex) { return true; }), PeerIndex::nobody);
}

TEST(Blocks, LeaveTheirElementsWhereTheyAre) {
  Blocks<std::string, 4> blocks;
  std::string& first = blocks.add();
  first = "first";
  for (int i = 1; i < 100; ++i) blocks.add() = std::to_string(i);
  EXPECT_EQ(&blocks[0], &first);
  EXPECT_EQ(blocks[0], "first");
  EXPECT_EQ(blocks[99], "99");
  EXPECT_EQ(blocks.size(), 100U);
}

}  // namespace
}  // namespace ikewatch::engine
