#include "sample_bytes.hpp"

#include <gmock/gmock.h>

#include <string>

namespace ikewatch::reader {
namespace {

using namespace std::string_literals;
using test::Sample;
using test::see;
using testing::ElementsAre;

/// ASCII as UTF-16, the low byte first.
std::string little(std::string_view text) {
  std::string out;
  for (const char c : text) out += {c, '\0'};
  return out;
}

std::string big(std::string_view text) {
  std::string out;
  for (const char c : text) out += {'\0', c};
  return out;
}

TEST(Utf16, IsReadWithAndWithoutMark) {
  for (const auto& text :
       {"\xFF\xFE"s + little("one\r\ntwo\r\n"), "\xFE\xFF"s + big("one\ntwo"), little("one\ntwo\n"), big("one\ntwo\n")})
    EXPECT_THAT(see(text).lines, ElementsAre("one", "two"));
}

TEST(Utf16, ComesInPiecesOfAnySize) {
  for (std::size_t piece = 1; piece < 6; ++piece) {
    Sample sample("\xFF\xFE"s + little("one\ntwo\n"), piece);
    EXPECT_THAT(see(sample).lines, ElementsAre("one", "two")) << piece;
  }
}

TEST(Utf16, BecomesUtf8) {
  const Source source{.path = {}, .mend = false, .advance = {}};
  EXPECT_THAT(see("\xFF\xFE\xFC\x00\x3D\xD8\x00\xDE\x0A\x00"s, source).lines, ElementsAre("\u00FC\U0001F600"));
}

TEST(Utf16, MarksWhatIsBroken) {
  const Source source{.path = {}, .mend = false, .advance = {}};
  EXPECT_THAT(see("\xFF\xFE\x3D\xD8\x41\x00\x00\xDE\x42"s, source).lines, ElementsAre("\uFFFD"
                                                                                      "A"
                                                                                      "\uFFFD\uFFFD"));
}

}  // namespace
}  // namespace ikewatch::reader
