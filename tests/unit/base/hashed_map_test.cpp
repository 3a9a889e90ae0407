#include <ikewatch/base/hashed_map.hpp>

#include <gtest/gtest.h>

#include <vector>

namespace ikewatch {
namespace {

/// Enough that both tables grow several times.
HashedMap<int>& filled(HashedMap<int>& map) {
  for (int i = 0; i < 1000; ++i) map.try_emplace("198.51.100." + std::to_string(i)).first->second = i;
  return map;
}

TEST(HashedMap, FindsWhatWasPutIn) {
  HashedMap<int> map;
  filled(map);
  EXPECT_EQ(map.size(), 1000U);
  for (int i = 0; i < 1000; ++i) {
    const auto found = map.find("198.51.100." + std::to_string(i));
    ASSERT_NE(found, map.end());
    EXPECT_EQ(found->second, i);
  }
  EXPECT_EQ(map.find("198.51.100."), map.end());
  EXPECT_FALSE(map.contains("198.51.100.1000"));
}

TEST(HashedMap, KeepsTheEntryThatIsThere) {
  HashedMap<int> map;
  filled(map);
  const auto [entry, fresh] = map.try_emplace("198.51.100.7");
  EXPECT_FALSE(fresh);
  EXPECT_EQ(entry->second, 7);
  EXPECT_EQ(map.size(), 1000U);
}

TEST(HashedMap, IsWalkedInTheOrderOfItsKeys) {
  HashedMap<int> map;
  for (const char* key : {"c", "a", "d", "b"}) map.try_emplace(key);
  std::vector<std::string> keys;
  for (const auto& [key, value] : map) keys.push_back(key);
  EXPECT_EQ(keys, (std::vector<std::string>{"a", "b", "c", "d"}));
  EXPECT_EQ(map.upper_bound("b")->first, "c");
  EXPECT_EQ(map.lower_bound("b")->first, "b");
}

TEST(HashedMap, ForgetsWhatIsErased) {
  HashedMap<int> map;
  filled(map);
  for (auto at = map.begin(); at != map.end();) at = at->second % 3 == 0 ? map.erase(at) : std::next(at);
  EXPECT_EQ(map.size(), 666U);
  EXPECT_FALSE(map.contains("198.51.100.9"));
  EXPECT_EQ(map.find("198.51.100.10")->second, 10);
  const auto [entry, fresh] = map.try_emplace("198.51.100.9");
  EXPECT_TRUE(fresh);
  EXPECT_EQ(entry->second, 0);
}

}  // namespace
}  // namespace ikewatch
