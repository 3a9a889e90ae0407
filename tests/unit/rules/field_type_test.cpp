#include "field_type.hpp"

#include <gtest/gtest.h>

#include <string>

namespace ikewatch::rules {
namespace {

/// All readings, "printed" or "printed=decoded", joined by " | ".
std::string readings(FieldType type, std::string_view text) {
  const auto found = read_field(type, text);
  std::string out;
  for (std::size_t i = 0; i < found.count; ++i) {
    if (i > 0) out += " | ";
    out += text.substr(0, found.list[i].length);
    if (!found.list[i].decoded.empty()) out += "=" + std::string(found.list[i].decoded);
  }
  return out;
}

TEST(FieldType, ReadsItsOwnNames) {
  for (std::size_t i = 0; i < field_types; ++i) {
    const auto type = static_cast<FieldType>(i);
    EXPECT_EQ(field_type_named(field_type_names()[i]), type);
  }
  EXPECT_FALSE(field_type_named("adress"));
}

TEST(FieldType, KnowsTheRegistryOfATypeByItsName) {
  EXPECT_EQ(registry_of(FieldType::esp_transform), Registry::esp_transform);
  EXPECT_EQ(registry_of(FieldType::life_type), Registry::life_type);
  EXPECT_FALSE(registry_of(FieldType::number));
  EXPECT_FALSE(registry_of(FieldType::spi));
}

TEST(Endpoint, ReadsWithAndWithoutItsPort) {
  EXPECT_EQ(readings(FieldType::endpoint, "192.0.2.1[500]->"), "192.0.2.1[500] | 192.0.2.1");
  EXPECT_EQ(readings(FieldType::endpoint, "192.0.2.1 [500]"), "192.0.2.1 [500] | 192.0.2.1");
  EXPECT_EQ(readings(FieldType::endpoint, "192.0.2.1:500 Id"), "192.0.2.1:500 | 192.0.2.1");
  EXPECT_EQ(readings(FieldType::endpoint, "192.0.2.1/500"), "192.0.2.1/500 | 192.0.2.1");
  EXPECT_EQ(readings(FieldType::endpoint, "192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(readings(FieldType::endpoint, "192.0.2.1[500"), "192.0.2.1");
  EXPECT_EQ(readings(FieldType::endpoint, "192.0.2.1:123456"), "192.0.2.1");
  EXPECT_EQ(readings(FieldType::endpoint, "nobody[500]"), "nobody[500]");
}

TEST(Number, ReadsDigitsAndASign) {
  EXPECT_EQ(readings(FieldType::number, "86400s"), "86400");
  EXPECT_EQ(readings(FieldType::number, "-1234"), "-1234");
  EXPECT_EQ(readings(FieldType::number, "-"), "");
  EXPECT_EQ(readings(FieldType::number, "x1"), "");
}

TEST(Hex, ReadsWithAndWithout0x) {
  EXPECT_EQ(readings(FieldType::hex, "0xFC16eec2)"), "0xFC16eec2");
  EXPECT_EQ(readings(FieldType::hex, "fc16 "), "fc16");
  EXPECT_EQ(readings(FieldType::hex, "0x"), "0");
}

TEST(Spi, ReadsBothNotations) {
  EXPECT_EQ(readings(FieldType::spi, "168086000(0xa04c9f0)."), "168086000(0xa04c9f0)");
  EXPECT_EQ(readings(FieldType::spi, "0xa04c9f0(168086000)"), "0xa04c9f0(168086000)");
  EXPECT_EQ(readings(FieldType::spi, "0xa04c9f0 (x"), "0xa04c9f0");
  EXPECT_EQ(readings(FieldType::spi, "168086000(oops)"), "168086000");
}

TEST(CookiePair, ReadsPlaceholdersToo) {
  EXPECT_EQ(readings(FieldType::cookies, "376f9bb934bfc7e4:0000000000000000"), "376f9bb934bfc7e4:0000000000000000");
  EXPECT_EQ(readings(FieldType::cookies, "376f9bb934bfc7e4:0000000000000000:0000f74b x"),
            "376f9bb934bfc7e4:0000000000000000:0000f74b");
  EXPECT_EQ(readings(FieldType::cookies, "<cookie>:0000000000000000"), "<cookie>:0000000000000000");
  EXPECT_EQ(readings(FieldType::cookies, "xxxxxxxx:xxxxxxxx."), "xxxxxxxx:xxxxxxxx");
  EXPECT_EQ(readings(FieldType::cookies, "376f9bb934bfc7e4"), "");
  EXPECT_EQ(readings(FieldType::cookies, "376f:0000"), "");
}

TEST(RegistryField, DecodesNumbersAndNames) {
  EXPECT_EQ(readings(FieldType::esp_transform, "12 peer"), "12=AES");
  EXPECT_EQ(readings(FieldType::esp_transform, "AES peer"), "AES=AES");
  EXPECT_EQ(readings(FieldType::esp_transform, "3DES"), "3DES=3DES");
  EXPECT_EQ(readings(FieldType::notify, "NO_PROPOSAL_CHOSEN "), "NO_PROPOSAL_CHOSEN=NO-PROPOSAL-CHOSEN");
}

TEST(RegistryField, KeepsWhatTheRegistryDoesNotKnow) {
  EXPECT_EQ(readings(FieldType::esp_transform, "249 peer"), "249");
  EXPECT_EQ(readings(FieldType::esp_transform, "KUZNYECHIK peer"), "KUZNYECHIK");
  EXPECT_EQ(readings(FieldType::esp_transform, "99999999999999999999"), "99999999999999999999");
  EXPECT_EQ(readings(FieldType::esp_transform, "-"), "");
}

}  // namespace
}  // namespace ikewatch::rules
