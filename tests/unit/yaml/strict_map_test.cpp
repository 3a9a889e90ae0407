#include <ikewatch/yaml/strict_map.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace ikewatch::yaml {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::array<std::string_view, 2> colours{"green", "yellow"};
std::optional<int> colour_named(std::string_view name) {
  const auto found = std::ranges::find(colours, name);
  return found == colours.end() ? std::nullopt : std::optional<int>(static_cast<int>(found - colours.begin()));
}

struct Lamp {
  Written name;
  std::vector<Written> rooms;
  std::optional<unsigned> watts;
  std::optional<bool> on;
  std::optional<int> colour;
};

constexpr MapKey<Lamp> lamp_keys[]{
    {"name", [](const Node& node, Report& report, Lamp& lamp) { lamp.name = read_text(node, "name", report); }, "give it one"},
    {"rooms", [](const Node& node, Report& report, Lamp& lamp) { lamp.rooms = read_texts(node, "rooms", report); }},
    {"watts", [](const Node& node, Report& report, Lamp& lamp) { lamp.watts = read_number(node, "watts", 100, report); }},
    {"on", [](const Node& node, Report& report, Lamp& lamp) { lamp.on = read_bool(node, "on", report); }},
    {"colour", [](const Node& node, Report& report,
                  Lamp& lamp) { lamp.colour = read_word<int>(node, "colour", colour_named, colours, report); }},
};

struct Answer {
  Lamp lamp;
  std::vector<std::string> problems;
};

Answer read_lamp(std::string_view text, char quotes = '`') {
  Answer answer;
  Report report("x", quotes);
  const auto tree = read(text, {}, report);
  if (tree) read_map<Lamp>(tree->root(), "a lamp", lamp_keys, report, answer.lamp);
  for (const auto& problem : report.take()) answer.problems.push_back(to_string(problem));
  return answer;
}

TEST(StrictMap, ReadsEachKeyIntoItsPlace) {
  const auto [lamp, problems] = read_lamp("name: desk\nrooms: [study, hall]\nwatts: 60\non: true\ncolour: yellow\n");
  EXPECT_THAT(problems, IsEmpty());
  EXPECT_EQ(lamp.name.text, "desk");
  EXPECT_EQ(lamp.name.place, (Place{"x", 1, 7}));
  ASSERT_EQ(lamp.rooms.size(), 2U);
  EXPECT_EQ(lamp.rooms[1].text, "hall");
  EXPECT_EQ(lamp.watts, 60U);
  EXPECT_EQ(lamp.on, true);
  EXPECT_EQ(lamp.colour, 1);
}

TEST(StrictMap, TakesOneTextForAListOfOne) {
  const auto [lamp, problems] = read_lamp("{name: desk, rooms: study}");
  EXPECT_THAT(problems, IsEmpty());
  ASSERT_EQ(lamp.rooms.size(), 1U);
  EXPECT_EQ(lamp.rooms[0].text, "study");
}

TEST(StrictMap, NamesAnUnknownKeyAndTheOneThatIsNear) {
  EXPECT_THAT(read_lamp("name: a\nwats: 5\n").problems,
              ElementsAre("x:2:1: unknown key `wats` in a lamp; did you mean `watts`?"));
  EXPECT_THAT(read_lamp("name: a\nweight_in_grams: 5\n").problems,
              ElementsAre("x:2:1: unknown key `weight_in_grams` in a lamp; known are: name, rooms, watts, on, colour"));
}

TEST(StrictMap, NamesAMissingKeyWithItsRemedy) {
  EXPECT_THAT(read_lamp("on: true\n").problems, ElementsAre("x:1:1: a lamp has no `name`; give it one"));
}

TEST(StrictMap, DoesNotMissAKeyWhoseValueIsWrong) {
  EXPECT_THAT(read_lamp("name: [a]\n").problems, ElementsAre("x:1:7: name must be a text, and here is a list"));
  EXPECT_THAT(read_lamp("name:\n").problems, ElementsAre("x:1:1: name must be a text, and here is nothing"));
}

TEST(StrictMap, SaysNothingMoreOfWhatTheTreeRefused) {
  EXPECT_THAT(read_lamp("name: a\nwatts: *x\n").problems.size(), 1U);
  EXPECT_THAT(read_lamp("name: a\nname: b\n").problems,
              ElementsAre("x:2:1: `name` stands already on line 1 in the same section; keep one of the two"));
}

TEST(StrictMap, RefusesWhatIsNoMap) {
  EXPECT_THAT(read_lamp("- a\n").problems, ElementsAre("x:1:1: a lamp must be a map, and here is a list"));
}

TEST(StrictMap, SaysWhatAValueMayBe) {
  EXPECT_THAT(read_lamp("name: a\nwatts: 101\n").problems, ElementsAre("x:2:8: watts is `101`; write a number from 0 to 100"));
  EXPECT_THAT(read_lamp("name: a\nwatts: -1\n").problems, ElementsAre("x:2:8: watts is `-1`; write a number from 0 to 100"));
  EXPECT_THAT(read_lamp("name: a\non: yes\n").problems, ElementsAre("x:2:5: on is `yes`; write true or false"));
  EXPECT_THAT(read_lamp("name: a\ncolour: yelow\n").problems,
              ElementsAre("x:2:9: colour cannot be `yelow`; did you mean `yellow`?"));
  EXPECT_THAT(read_lamp("name: a\nrooms: [b, [c]]\n").problems, ElementsAre("x:2:12: rooms must be a text, and here is a list"));
}

TEST(StrictMap, UsesTheQuotesOfItsReport) {
  EXPECT_THAT(read_lamp("name: a\nwats: 5\n", '\'').problems,
              ElementsAre("x:2:1: unknown key 'wats' in a lamp; did you mean 'watts'?"));
}

TEST(Report, ListsInTheOrderOfTheFile) {
  Report report("x");
  report.add(Mark{2, 1}, "second");
  report.add(Mark{1, 9}, "first");
  EXPECT_EQ(report.count(), 2U);
  const auto problems = report.take();
  ASSERT_EQ(problems.size(), 2U);
  EXPECT_EQ(to_string(problems[0]), "x:1:9: first");
  EXPECT_EQ(report.count(), 0U);
}

TEST(Quote, CutsALongTextBetweenCharacters) {
  EXPECT_EQ(quote("a\x1b["), "`a\xEF\xBF\xBD[`");
  EXPECT_EQ(quote(std::string(60, 'x')), "`" + std::string(60, 'x') + "`");
  EXPECT_EQ(quote(std::string(59, 'x') + "\xC3\xA9" + "z", '"'), '"' + std::string(59, 'x') + "...\"");
}

}  // namespace
}  // namespace ikewatch::yaml
