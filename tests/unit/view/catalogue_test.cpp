#include <gtest/gtest.h>
#include <ikewatch/view/catalogue.hpp>

namespace ikewatch::view {
namespace {

constexpr const char* pack = R"(version: 1
dialect: racoon
prefix: racoon
claims: {programs: [racoon]}
rules:
  - {id: racoon.no-key, match: "no key for {peer:address}", event: phase1_failed, cause: psk_missing, rank: 90, note: "No key <here>.", examples: []}
  - {id: racoon.maybe-key, match: ["a|b {:number}", "{{x}"], event: info, cause: psk_missing, confidence: possible, rank: 20, note: "Perhaps no key.", examples: []}
  - {id: racoon.refused, match: "refused by {notify:notify}", event: notify_received, note: "The peer refuses.", examples: [],
     cause: {by: notify, NO-PROPOSAL-CHOSEN: phase1_proposal_mismatch, default: none}}
  - {id: racoon.up, match: "up", event: phase1_up, note: "It stands.", examples: []}
  - {id: racoon.odd, regex: "o+dd", event: info, note: "An odd one.", examples: [{line: "racoon: INFO: oodd", fields: {}}]}
)";

std::shared_ptr<const rules::RuleSet> rules_of_the_pack() {
  auto compiled = rules::compile_packs({{"pack.yaml", pack}});
  for (const auto& problem : compiled.problems) ADD_FAILURE() << to_string(problem);
  return compiled.rules;
}

diagnosis::Knowledge knowledge() {
  diagnosis::Knowledge out;
  out.entries_[static_cast<std::size_t>(rules::Cause::psk_missing)] = {
      rules::Side::local, "{gateway} has no key for {peer}.", "It looked and found none.", {{"", {"Add one."}, {"Compare."}}}};
  return out;
}

bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

TEST(Catalogue, ShowsFieldsInAngleBrackets) {
  EXPECT_EQ(readable_template("spi={spi:spi} {{x} after {:number} s"), "spi=<spi> {x} after <number> s");
  EXPECT_EQ(readable_template("broken {peer"), "broken <peer>");
}

TEST(Catalogue, TellsWhatToDoAboveTheMessagesOfACause) {
  const auto page = catalogue_page(*rules_of_the_pack(), knowledge(), 0);
  const auto heading = page.find("### psk_missing\n\nThis gateway has no key for the peer.");
  const auto check = page.find("- Add one.\n- At the peer: Compare.\n");
  const auto row = page.find("| `no key for <peer>` | No key &lt;here>. (confirmed, rank 90) | `racoon.no-key` |");
  ASSERT_NE(row, std::string::npos) << page;
  EXPECT_LT(heading, check);
  EXPECT_LT(check, row);
  EXPECT_LT(row, page.find("`racoon.maybe-key`")) << "the highest rank comes first";
}

TEST(Catalogue, EscapesWhatWouldEndACell) {
  EXPECT_TRUE(holds(catalogue_page(*rules_of_the_pack(), knowledge(), 0), "`a\\|b <number>`<br>`{x}`"));
}

TEST(Catalogue, PutsARuleUnderEachCauseThatItMayName) {
  const auto page = catalogue_page(*rules_of_the_pack(), knowledge(), 0);
  EXPECT_TRUE(holds(page, "### phase1_proposal_mismatch")) << page;
  EXPECT_TRUE(holds(page, "The peer refuses. When notify is NO-PROPOSAL-CHOSEN. (confirmed"));
}

TEST(Catalogue, SortsTheRestByEventWithHeadingsOfTheirOwn) {
  const auto page = catalogue_page(*rules_of_the_pack(), knowledge(), 0);
  EXPECT_TRUE(holds(page, "### event phase1_up\n\n| Message"));
  EXPECT_TRUE(holds(page, "[phase1_up](#event-phase1_up) (1)"));
  EXPECT_FALSE(holds(page, "### event phase1_failed")) << "its only rule names a cause";
}

TEST(Catalogue, ShowsAnExampleWhereATextIsARegularExpression) {
  EXPECT_TRUE(holds(catalogue_page(*rules_of_the_pack(), knowledge(), 0), "for example `racoon: INFO: oodd`"));
}

TEST(Catalogue, LeadsToThePagesOfTheDialects) {
  const auto index = catalogue_index(*rules_of_the_pack(), knowledge());
  EXPECT_TRUE(holds(index, "| [racoon](messages/racoon.md) | 5 | 6 |")) << index;
  EXPECT_TRUE(holds(index, "[racoon](messages/racoon.md#psk_missing) (2)"));
  EXPECT_TRUE(holds(index, "[racoon](messages/racoon.md#event-phase1_up) (1)"));
}

TEST(Catalogue, ListsEveryRuleAsJson) {
  const auto rules = rules_of_the_pack();
  const auto all = catalogue_json(*rules, rules::no_dialect);
  EXPECT_TRUE(
      all.starts_with(R"({"version":1,"rules":[{"id":"racoon.no-key","dialect":"racoon","match":["no key for {peer:address}"],)"))
      << all;
  EXPECT_TRUE(holds(all, R"("causes":[{"cause":"psk_missing","side":"unknown","confidence":"confirmed","rank":90}])"));
  EXPECT_TRUE(holds(all, R"("when":"notify is NO-PROPOSAL-CHOSEN")"));
  EXPECT_TRUE(holds(all, R"("regex":["o+dd"])"));
  EXPECT_EQ(catalogue_json(*rules, 0), all);
}

}  // namespace
}  // namespace ikewatch::view
