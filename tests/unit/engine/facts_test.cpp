#include <ikewatch/engine/facts.hpp>

#include <gtest/gtest.h>

namespace ikewatch::engine {
namespace {

Settings two_gateways() {
  Settings settings;
  settings.gateways = {{"east", {"192.0.2.1"}, ""}, {"west", {"198.51.100.7", "2001:db8::7"}, ""}};
  settings.tunnels = {{"to-west", "east", "198.51.100.7", false}, {"to-east", "west", "192.0.2.1", true}};
  return settings;
}

TunnelView a_view(std::string gateway, std::string peer, std::string name) {
  TunnelView view;
  view.gateway = std::move(gateway);
  view.peer = std::move(peer);
  view.name = std::move(name);
  return view;
}

TEST(Facts, KnowTheModeOfTheInventory) {
  const FactMaker facts(two_gateways());
  EXPECT_EQ(facts(a_view("east", "198.51.100.7", "to-west")).mode, alert::Mode::always_on);
  EXPECT_EQ(facts(a_view("west", "192.0.2.1", "to-east")).mode, alert::Mode::on_demand);
  EXPECT_EQ(facts(a_view("west", "203.0.113.1", "203.0.113.1")).mode, std::nullopt);
}

TEST(Facts, NameTheOtherEnd) {
  const FactMaker facts(two_gateways());
  EXPECT_EQ(facts(a_view("east", "198.51.100.7", "to-west")).twin, (alert::TunnelName{"west", "to-east"}));
  EXPECT_EQ(facts(a_view("east", "2001:db8::7", "2001:db8::7")).twin, (alert::TunnelName{"west", "to-east"}));
  EXPECT_EQ(facts(a_view("east", "203.0.113.1", "x")).twin, std::nullopt);
  EXPECT_EQ(facts(a_view("north", "192.0.2.1", "x")).twin, std::nullopt) << "nobody knows where north is";
}

TEST(Facts, TellTheCauseWhileItLasts) {
  const FactMaker facts(two_gateways());
  auto view = a_view("east", "198.51.100.7", "to-west");
  DiagnosisView diagnosis;
  diagnosis.cause = rules::Cause::psk_missing;
  diagnosis.checks = {"psk.txt"};
  view.diagnoses = {diagnosis};
  view.negotiation_failures = {{{1, rules::Cause::none}, 2}, {{1, rules::Cause::psk_missing}, 3}, {{2, rules::Cause::none}, 7}};
  EXPECT_EQ(facts(view).cause, rules::Cause::psk_missing);
  EXPECT_EQ(facts(view).checks, std::vector<std::string>{"psk.txt"});
  EXPECT_EQ(facts(view).failures, (std::array<std::uint64_t, 3>{0, 5, 7}));
  view.diagnoses[0].resolved = true;
  EXPECT_EQ(facts(view).cause, rules::Cause::none);
}

}  // namespace
}  // namespace ikewatch::engine
