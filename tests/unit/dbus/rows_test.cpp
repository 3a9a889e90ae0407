// What is told of tunnels, and in which order, without a bus.
#include "rows.hpp"

#include <ikewatch/dbus/names.hpp>

#include <gtest/gtest.h>

namespace ikewatch::dbus {
namespace {

using engine::Change;
using engine::ChangeKind;
using tunnel::State;

constexpr WallTime ten{std::chrono::seconds{1'795'341'600}};

engine::TunnelView a_view(const std::string& name, State state = State::up) {
  engine::TunnelView view;
  view.gateway = "edge-1";
  view.name = name;
  view.peer = "198.51.100.7";
  view.dialect = "racoon";
  view.state = state;
  view.since = ten;
  return view;
}

Change a_change(const std::string& name, State from, State to) {
  Change change;
  change.kind = from == to ? ChangeKind::diagnosis : ChangeKind::state;
  change.at = ten + std::chrono::seconds{5};
  change.gateway = "edge-1";
  change.tunnel = name;
  change.from = from;
  change.to = to;
  return change;
}

/// Everything that waits: kind, path behind the gateway, what changed.
std::vector<std::string> told(Rows& rows) {
  constexpr const char* kinds[] = {"added", "removed", "changed", "passage"};
  std::vector<std::string> all;
  PropertySet dirty = 0;
  while (const auto news = rows.take(dirty)) {
    std::string text =
        std::string(kinds[static_cast<std::size_t>(news->kind)]) + ' ' + news->path.substr(news->path.rfind('/') + 1);
    for (std::size_t i = 0; i < properties; ++i) {
      if ((dirty & bit(static_cast<Property>(i))) != 0) text += std::string(" ") + name_of(static_cast<Property>(i));
    }
    all.push_back(text);
  }
  return all;
}

using Told = std::vector<std::string>;

TEST(PathOfATunnel, EscapesWhatAnObjectPathMayNotHold) {
  EXPECT_EQ(path_of("edge-1", "branch"), "/org/ikewatch/IkeWatch1/tunnel/edge_2d1/branch");
  EXPECT_EQ(path_of("a/b", "2001:db8::1"), "/org/ikewatch/IkeWatch1/tunnel/a_2fb/_32001_3adb8_3a_3a1");
  EXPECT_EQ(path_of("", "x\xff"), path_of("", "x\xef\xbf\xbd"));
}

TEST(Rows, SayNothingOfWhatIsThereFromTheBeginning) {
  Rows rows;
  rows.replace({a_view("a"), a_view("b")}, true);
  EXPECT_EQ(rows.all().size(), 2U);
  EXPECT_FALSE(rows.has_news());
}

TEST(Rows, TellWhatIsNewAndWhatIsGoneWithAnotherInventory) {
  Rows rows;
  rows.replace({a_view("a"), a_view("b")}, true);
  auto renamed = a_view("c");
  rows.replace({a_view("b", State::down), renamed}, false);
  EXPECT_EQ(told(rows), (Told{"changed b State Up", "added c", "removed a"}));
}

TEST(Rows, TellARowOnceHoweverOftenItChanged) {
  Rows rows;
  rows.replace({a_view("a")}, true);
  EXPECT_TRUE(rows.apply(a_change("a", State::up, State::down)));
  EXPECT_TRUE(rows.apply(a_change("a", State::down, State::negotiating)));
  auto ails = a_change("a", State::negotiating, State::negotiating);
  ails.cause = rules::Cause::psk_missing;
  EXPECT_TRUE(rows.apply(ails));
  EXPECT_EQ(told(rows), (Told{"changed a State Up Cause Since"}));
  EXPECT_EQ(rows.all().begin()->second.cause, "psk_missing");
  EXPECT_FALSE(rows.has_news());
}

TEST(Rows, TellEachPassage) {
  Rows rows;
  rows.replace({a_view("a")}, true);
  for (const auto& change : {a_change("a", State::up, State::down), a_change("a", State::down, State::up)}) {
    rows.apply(change);
    rows.pass(change);
  }
  rows.pass(a_change("a", State::up, State::up));  // another cause is no passage
  EXPECT_EQ(told(rows), (Told{"changed a State Up Since", "passage a", "passage a"}));
}

TEST(Rows, KeepTheYoungestPassages) {
  Rows rows;
  rows.replace({a_view("a")}, true);
  for (std::size_t i = 0; i < Rows::max_passages + 10; ++i) rows.pass(a_change("a", State::up, State::down));
  EXPECT_EQ(told(rows).size(), Rows::max_passages);
}

TEST(Rows, AskForTheWholeTunnelWhereTheyKnowTooLittle) {
  Rows rows;
  auto unheard_of = a_view("quiet", State::idle);
  unheard_of.dialect.clear();
  rows.replace({unheard_of}, true);
  EXPECT_FALSE(rows.apply(a_change("quiet", State::idle, State::negotiating)));
  EXPECT_FALSE(rows.apply(a_change("stranger", State::unknown, State::negotiating)));
  EXPECT_FALSE(rows.has_news());
  rows.put(a_view("quiet", State::negotiating));
  rows.put(a_view("stranger", State::negotiating));
  EXPECT_EQ(told(rows), (Told{"changed quiet Dialect State", "added stranger"}));
}

TEST(Rows, ForgetWhatNobodyHeardAndTellWhatComesLater) {
  Rows rows;
  rows.replace({a_view("a")}, true);
  rows.apply(a_change("a", State::up, State::down));
  rows.forget_news();
  EXPECT_FALSE(rows.has_news());
  rows.apply(a_change("a", State::down, State::up));
  EXPECT_EQ(told(rows), (Told{"changed a State Up"}));
}

TEST(Rows, TellNothingOfARowThatWasRemovedMeanwhile) {
  Rows rows;
  rows.replace({a_view("a")}, true);
  rows.apply(a_change("a", State::up, State::down));
  rows.replace({}, false);
  EXPECT_EQ(told(rows), (Told{"changed a", "removed a"}));
}

TEST(Rows, AreFoundByPathNameAndPeer) {
  Rows rows;
  auto far = a_view("b");
  far.gateway = "par";
  far.peer = "203.0.113.9";
  rows.replace({a_view("a"), far}, true);
  for (const char* name : {"a", "198.51.100.7", "edge-1/a", "/org/ikewatch/IkeWatch1/tunnel/edge_2d1/a"}) {
    ASSERT_EQ(rows.named(name).size(), 1U) << name;
    EXPECT_EQ(rows.named(name).front()->second.name, "a");
  }
  for (const char* name : {"", "/", "edge-1", "edge-1/", "par/a", "A"}) EXPECT_TRUE(rows.named(name).empty()) << name;
}

TEST(Rows, HoldOnlyTextsThatABusTakes) {
  Rows rows;
  auto hostile = a_view("x\xff\x01");
  hostile.gateway = "g\nw";
  rows.replace({hostile}, true);
  EXPECT_EQ(rows.all().begin()->second.name, "x\xef\xbf\xbd\xef\xbf\xbd");
  auto change = a_change("x\xff\x01", State::up, State::down);
  change.gateway = "g\nw";
  EXPECT_TRUE(rows.apply(change));
}

}  // namespace
}  // namespace ikewatch::dbus
