#include <ikewatch/diagnosis/inference.hpp>
#include <ikewatch/diagnosis/knowledge.hpp>

#include <gtest/gtest.h>

#include <support/event_builder.hpp>

#include <fstream>
#include <sstream>

namespace ikewatch::diagnosis {
namespace {

using rules::Cause;
using rules::EventKind;
using rules::Signal;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr WallTime start = WallTime{} + minutes(100000);

TEST(History, CountsASignalSinceAMoment) {
  History history;
  history.note(Signal::unknown_spi, start);
  history.note(Signal::unknown_spi, start + seconds(10));
  EXPECT_EQ(history.count_since(Signal::unknown_spi, start), 2U);
  EXPECT_EQ(history.count_since(Signal::unknown_spi, start + seconds(1)), 1U);
  EXPECT_EQ(history.count_since(Signal::unknown_ike_sa, start), 0U);
}

TEST(History, RemembersTheLastOfManySignals) {
  History history;
  for (int i = 0; i < 100; ++i) history.note(Signal::undecryptable, start + seconds(i));
  EXPECT_EQ(history.count_since(Signal::undecryptable, start), History::remembered);
  EXPECT_EQ(history.count_since(Signal::undecryptable, start + seconds(98)), 2U);
}

/// The shipped knowledge with `list` in the place of its inferences.
ReadKnowledge read_with(const std::string& list) {
  std::ifstream file(IKEWATCH_SOURCE_DIR "/config/causes.yaml");
  std::ostringstream text;
  text << file.rdbuf();
  const std::string causes = text.str().substr(0, text.str().find("\ninferences:"));
  return read_knowledge("causes.yaml", causes + "\ninferences:\n" + list);
}

std::string first_problem(const std::string& list) {
  const auto read = read_with(list);
  return read.problems.empty() ? std::string{} : read.problems.front().what;
}

constexpr const char* whole =
    "  - id: a\n    on: undecryptable\n    when: {up: true}\n    gives: {cause: stale_sa, confidence: likely, rank: 40}\n"
    "    note: why\n";

TEST(ReadingInferences, TakesWhatIsWhole) {
  const auto read = read_with(whole);
  ASSERT_TRUE(read.knowledge) << first_problem(whole);
  ASSERT_EQ(read.knowledge->inferences.all().size(), 1U);
  EXPECT_EQ(read.knowledge->inferences.all()[0].cause, Cause::stale_sa);
}

struct Mistake {
  std::string list;
  std::string told;
};

class AMistakenInference : public testing::TestWithParam<Mistake> {};

TEST_P(AMistakenInference, IsToldWithItsRemedy) {
  EXPECT_NE(first_problem(GetParam().list).find(GetParam().told), std::string::npos) << first_problem(GetParam().list);
}

INSTANTIATE_TEST_SUITE_P(
    Each, AMistakenInference,
    testing::Values(
        Mistake{"  - id: a\n    on: undecryptible\n    when: {up: true}\n    gives: none\n    note: why\n",
                "did you mean \"undecryptable\""},
        Mistake{"  - id: a\n    on: undecryptable\n    when: {upp: true}\n    gives: none\n    note: why\n", "upp"},
        Mistake{"  - id: a\n    on: undecryptable\n    when: {times: 3}\n    gives: none\n    note: why\n", "needs `within`"},
        Mistake{"  - id: a\n    on: peer_silent\n    when: {times: 3, within: 2m}\n    gives: none\n    note: why\n",
                "counts a signal"},
        Mistake{"  - id: a\n    on: undecryptable\n    when: {times: 9, within: 2m}\n    gives: none\n    note: why\n", "times"},
        Mistake{"  - id: a\n    on: undecryptable\n    when: {up_within: soon}\n    gives: none\n    note: why\n", "soon"},
        Mistake{"  - id: a\n    on: undecryptable\n    when: {found: [cert_old]}\n    gives: none\n    note: why\n", "cert_old"},
        Mistake{"  - id: a\n    on: undecryptable\n    when: {}\n    gives: {cause: stale_sa, rank: 40}\n    note: why\n",
                "say how sure this is"},
        Mistake{"  - on: undecryptable\n    when: {}\n    gives: none\n    note: why\n", "id"}));

/// A tunnel, and what is asked about it.
struct Scene {
  tunnel::Tunnel tunnel;
  CaseFile findings;
  History history;
  bool initiator = false;

  bool holds(const Conditions& when, const rules::Event& event, WallTime now) const {
    return when.hold({event, tunnel, findings, history, now, initiator});
  }
};

TEST(Conditions, WithoutAnyAlwaysHold) { EXPECT_TRUE(Scene{}.holds({}, test::an_event(EventKind::info), start)); }

TEST(Conditions, UpAsksForAChildSa) {
  Scene scene;
  Conditions when;
  when.up = true;
  EXPECT_FALSE(scene.holds(when, test::an_event(EventKind::info), start));
  scene.tunnel.apply(test::an_event(EventKind::phase2_up), start);
  EXPECT_TRUE(scene.holds(when, test::an_event(EventKind::info), start));
}

TEST(Conditions, UpWithinEndsWithItsTime) {
  Scene scene;
  scene.history.was_up(start);
  Conditions when;
  when.up_within = minutes(15);
  EXPECT_TRUE(scene.holds(when, test::an_event(EventKind::info), start + minutes(15)));
  EXPECT_FALSE(scene.holds(when, test::an_event(EventKind::info), start + minutes(16)));
}

TEST(Conditions, FoundAsksForAnUnresolvedFinding) {
  Scene scene;
  Conditions when;
  when.found.set(static_cast<std::size_t>(Cause::cert_expired));
  EXPECT_FALSE(scene.holds(when, test::an_event(EventKind::info), start));
  scene.findings.add({Cause::cert_expired, rules::Side::remote, rules::Confidence::confirmed, 75, 1, "line", "note", {}});
  EXPECT_TRUE(scene.holds(when, test::an_event(EventKind::info), start));
  scene.findings.resolve();
  EXPECT_FALSE(scene.holds(when, test::an_event(EventKind::info), start));
}

TEST(Conditions, SeenCountsFromTheBeginningOfTheNegotiation) {
  Scene scene;
  Conditions when;
  when.seen.set(static_cast<std::size_t>(Signal::nat_found));
  scene.history.note(Signal::nat_found, start - seconds(5));
  scene.tunnel.apply(test::an_event(EventKind::phase1_started), start);
  EXPECT_FALSE(scene.holds(when, test::an_event(EventKind::info), start + seconds(1)));
  scene.history.note(Signal::nat_found, start + seconds(1));
  EXPECT_TRUE(scene.holds(when, test::an_event(EventKind::info), start + seconds(2)));
}

TEST(Difference, NamesBothValues) {
  test::EventBuilder event(EventKind::phase2_failed);
  event.with(rules::FieldId::mine, "3DES").with(rules::FieldId::theirs, "AES");
  EXPECT_EQ(difference(event), "Here it is 3DES, at the peer AES.");
}

TEST(Difference, NamesTheSubjectWhereTheLineDoes) {
  test::EventBuilder event(EventKind::phase2_failed);
  event.with(rules::FieldId::attribute, "Group Description")
      .with(rules::FieldId::mine, "Group 5")
      .with(rules::FieldId::theirs, "Group 2");
  EXPECT_EQ(difference(event), "Group Description: here it is Group 5, at the peer Group 2.");
}

TEST(Difference, NamesTheNetworksThatWereAskedFor) {
  test::EventBuilder event(EventKind::policy_missing);
  event.with(rules::FieldId::local_ts, "10.1.0.0/24").with(rules::FieldId::remote_ts, "10.2.0.0/24");
  EXPECT_EQ(difference(event), "Asked for: 10.1.0.0/24 here, 10.2.0.0/24 behind the peer.");
}

TEST(Difference, IsEmptyWhereTheLineNamesNothing) { EXPECT_EQ(difference(test::an_event(EventKind::phase2_failed)), ""); }

}  // namespace
}  // namespace ikewatch::diagnosis
