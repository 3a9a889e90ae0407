#include "template_parser.hpp"

#include <gtest/gtest.h>

namespace ikewatch::rules {
namespace {

std::string error_of(std::string_view text) { return parse_template(text).error; }

TEST(Template, IsLiteralTextAndFields) {
  const auto parsed = parse_template("ends {src:endpoint}->{:word} now");
  ASSERT_EQ(parsed.error, "");
  ASSERT_EQ(parsed.segments.size(), 5u);
  EXPECT_EQ(parsed.segments[0].text, "ends ");
  EXPECT_EQ(parsed.segments[1].text, "src");
  EXPECT_EQ(parsed.segments[1].type, FieldType::endpoint);
  EXPECT_EQ(parsed.segments[2].text, "->");
  EXPECT_EQ(parsed.segments[3].text, "");
  EXPECT_FALSE(parsed.segments[3].literal);
  EXPECT_EQ(parsed.segments[4].text, " now");
  EXPECT_EQ(parsed.literal_bytes, 11u);
}

TEST(Template, HasOneBlankForAnyRun) { EXPECT_EQ(parse_template("a   b\t c").segments[0].text, "a b c"); }

TEST(Template, LosesItsEnds) {
  EXPECT_EQ(parse_template(" said. ").segments[0].text, "said");
  EXPECT_EQ(parse_template("more...").segments[0].text, "more..");
  EXPECT_TRUE(parse_template(".").segments.empty());
}

TEST(Template, WritesABraceTwice) { EXPECT_EQ(parse_template("{{esp-3des }").segments[0].text, "{esp-3des }"); }

TEST(Template, MayBeEmpty) { EXPECT_EQ(error_of(""), ""); }

TEST(Template, NamesWhatIsWrongAndWhere) {
  const auto open = parse_template("abc {peer:address");
  EXPECT_NE(open.error.find("never closed"), std::string::npos);
  EXPECT_EQ(open.error_at, 4u);
  EXPECT_NE(error_of("{peer}").find("without a type"), std::string::npos);
  EXPECT_NE(error_of("{peer:adress}").find("did you mean 'address'?"), std::string::npos);
  EXPECT_NE(error_of("{Peer:address}").find("field name 'Peer'"), std::string::npos);
  EXPECT_NE(error_of("{a:word} {a:word}").find("stands twice"), std::string::npos);
  EXPECT_NE(error_of("{a:word}{b:number}").find("literal text between"), std::string::npos);
  EXPECT_NE(error_of("{a:rest} b").find("behind a field of type rest"), std::string::npos);
  EXPECT_NE(error_of("{a:rest}{b:rest}").find("behind a field of type rest"), std::string::npos);
}

TEST(Template, IsBounded) {
  EXPECT_NE(error_of(std::string(2000, 'a')).find("1024"), std::string::npos);
  std::string many;
  for (int i = 0; i < 25; ++i) many += "{:number},";
  EXPECT_NE(error_of(many).find("24 fields"), std::string::npos);
  std::string named;
  for (int i = 0; i < 13; ++i) named += "{f" + std::to_string(i) + ":number},";
  EXPECT_NE(error_of(named).find("12 named"), std::string::npos);
}

}  // namespace
}  // namespace ikewatch::rules
