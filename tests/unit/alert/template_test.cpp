#include <ikewatch/alert/template.hpp>

#include <gtest/gtest.h>

namespace ikewatch::alert {
namespace {

Notice a_notice() {
  Notice notice;
  notice.labels = {
      {"alertname", "TunnelDown"}, {"gateway", "edge-1"}, {"tunnel", "branch-lyon"}, {"severity", "critical"}, {"team", "net"}};
  notice.annotations = {{"summary", "say \"no\"\nand\\or"}, {"cause", "psk_mismatch"}};
  notice.starts_at = WallTime{std::chrono::sys_days{std::chrono::year{2026} / 1 / 2}};
  return notice;
}

std::string filled(std::string_view text, Escape escape = Escape::none) {
  const Notice notice = a_notice();
  return fill(text, fields_of(notice, notice.starts_at + std::chrono::minutes(90)), escape);
}

TEST(Template, PutsFieldsWhereTheirNamesStand) {
  EXPECT_EQ(filled("{alertname} on {tunnel}@{gateway}"), "TunnelDown on branch-lyon@edge-1");
  EXPECT_EQ(filled("{label.team}{label.none}"), "net");
  EXPECT_EQ(filled("{duration} {since}"), "1h 30m 2026-01-02T00:00:00+00:00");
}

TEST(Template, LeavesOtherBracesAlone) {
  EXPECT_EQ(filled(R"({"text": "{tunnel}", "n": {}})"), R"({"text": "branch-lyon", "n": {}})");
  EXPECT_EQ(filled("{ tunnel} {Tunnel} {nothing} {tunnel"), "{ tunnel} {Tunnel} {nothing} {tunnel");
}

TEST(Template, EscapesForJson) {
  EXPECT_EQ(filled(R"("{summary}")", Escape::json), R"("say \"no\"\nand\\or")");
  EXPECT_EQ(filled("{summary|json}", Escape::json), R"(say \"no\"\nand\\or)");
  EXPECT_EQ(filled("{summary|raw}", Escape::json), "say \"no\"\nand\\or");
  EXPECT_EQ(json_escaped(std::string_view("\x01\x7f", 2)), "\\u0001\\u007f");
}

TEST(Template, HasFilters) {
  EXPECT_EQ(filled("{severity|upper}/{alertname|lower}"), "CRITICAL/tunneldown");
  EXPECT_EQ(filled("{summary|line|url}"), "say%20%22no%22%20and%5Cor");
}

TEST(Template, SaysATextOnlyWhereAFieldIsSet) {
  EXPECT_EQ(filled("down{cause? because of {cause}}{side?, act at {side}}{side!, who must act is not known}"),
            "down because of psk_mismatch, who must act is not known");
  EXPECT_EQ(filled("{cause?{{x}}}"), "{x}");
}

TEST(Template, IsBounded) {
  EXPECT_EQ(fill("{tunnel}{tunnel}", fields_of(a_notice(), {}), Escape::none, {.bytes = 5}).size(), 5U);
  EXPECT_EQ(shortened("a\xc3\xa9", 2), "a");
  std::string nested = "x";
  for (int i = 0; i < 100; ++i) nested = "{cause?" + nested + "}";
  EXPECT_EQ(filled(nested), "");
}

TEST(Template, NamesTheMistakes) {
  const auto known = notice_fields();
  EXPECT_EQ(complain_of_template("{alertname} {cause?{side}} {\"a\": {}}", known), "");
  EXPECT_EQ(complain_of_template("{tunel}", known), "{tunel} is no field here; did you mean {tunnel}?");
  EXPECT_EQ(complain_of_template("{cause?{sidee}}", known), "{sidee} is no field here; did you mean {side}?");
  EXPECT_NE(complain_of_template("{cause|uper}", known).find("no filter"), std::string::npos);
  EXPECT_NE(complain_of_template("{cause}", identity_fields()), "");
}

}  // namespace
}  // namespace ikewatch::alert
