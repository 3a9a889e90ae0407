#include "file_position.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace ikewatch::source {
namespace {

TEST(FilePosition, IsReadBackAsItWasWritten) {
  constexpr auto most = std::numeric_limits<std::uint64_t>::max();
  for (const auto& position : {FilePosition{}, FilePosition{1, 2, 3, 4, 5}, FilePosition{most, most, most, longest_head, most}}) {
    EXPECT_EQ(read_file_position(to_text(position)), position);
  }
}

TEST(FilePosition, RefusesWhatItDidNotWrite) {
  for (const auto* text :
       {"", "file1", "file1 1 2 3 4", "file1 1 2 3 4 5 6", "file1 1 2 3 4 x", "file1 1 2 3 257 5", "file1 -1 2 3 4 5",
        "file2 1 2 3 4 5", "file1  1 2 3 4 5", "file1 1 2 3 4 5 ", "file1 99999999999999999999 2 3 4 5", "s=1;i=2"}) {
    EXPECT_FALSE(read_file_position(text)) << text;
  }
}

TEST(FilePosition, HashesAsThePublishedFnv1aDoes) {
  EXPECT_EQ(hash_of(""), 0xcbf29ce484222325u);
  EXPECT_EQ(hash_of("a"), 0xaf63dc4c8601ec8cu);
  EXPECT_EQ(hash_of("foobar"), 0x85944171f73967e8u);
}

}  // namespace
}  // namespace ikewatch::source
