#include <ikewatch/config/settings.hpp>

#include <gtest/gtest.h>

#include <fstream>
#include <random>
#include <sstream>

namespace ikewatch::config {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using Texts = std::vector<std::string>;

std::string full_text() {
  std::ifstream stream(IKEWATCH_SOURCE_DIR "/tests/config/good/full.yaml");
  std::ostringstream content;
  content << stream.rdbuf();
  return content.str();
}

Settings full() { return read_settings("full.yaml", full_text()).settings.value(); }

std::string first_problem(std::string_view text, std::string_view hostname = {}) {
  const auto read = read_settings("x", text, hostname);
  return read.problems.empty() ? "" : to_string(read.problems[0]);
}

Address address(std::string_view text) { return Address::parse(text).value(); }

TEST(Settings, AreTheDefaultsForTheSmallestFile) {
  const auto read = read_settings("x", "version: 1\n");
  ASSERT_TRUE(read.settings);
  EXPECT_EQ(*read.settings, Settings{});
  EXPECT_EQ(read.settings->sources.at(0).units, Texts{"racoon.service"});
  EXPECT_EQ(read.settings->http.listen, (SocketAddress{address("127.0.0.1"), 10097}));
  EXPECT_EQ(read.settings->limits.line, 8192U);
}

TEST(Settings, HoldTheSourcesOfTheFile) {
  const auto settings = full();
  ASSERT_EQ(settings.sources.size(), 4U);
  EXPECT_EQ(settings.sources[0], default_sources()[0]);
  EXPECT_EQ(settings.sources[1].type, SourceType::syslog);
  EXPECT_EQ(settings.sources[1].listen.scheme, Scheme::udp);
  EXPECT_EQ(settings.sources[1].listen.port, 5514);
  EXPECT_EQ(settings.sources[1].receive_buffer, std::size_t{16} << 20);
  EXPECT_EQ(settings.sources[2].tls,
            (Tls{"/etc/ikewatch/tls/server.pem", "/etc/ikewatch/tls/server.key", "/etc/ikewatch/tls/clients.pem"}));
  EXPECT_EQ(settings.sources[3].type, SourceType::file);
  EXPECT_EQ(settings.sources[3].path, "/var/log/racoon.log");
}

TEST(Settings, HoldTheInventoryOfTheFile) {
  const auto settings = full();
  EXPECT_EQ(settings.gateway, "edge-1");
  EXPECT_EQ(settings.gateways, (std::vector<Gateway>{{"par-rtr1", {address("192.0.2.1")}, "cisco-ios", "Europe/Paris"}}));
  EXPECT_EQ(settings.tunnels, (std::vector<Tunnel>{{"branch-lyon", "edge-1", address("198.51.100.7"), Mode::always_on},
                                                   {"branch-metz", "par-rtr1", address("2001:db8::7"), Mode::on_demand}}));
  EXPECT_EQ(settings.rules.packs, Texts{"/etc/ikewatch/rules.d"});
}

TEST(Settings, HoldTheAlertsOfTheFile) {
  const auto settings = full();
  ASSERT_EQ(settings.alerts.size(), 3U);
  EXPECT_EQ(settings.alerts[0].when.state, (std::vector{tunnel::State::failed, tunnel::State::down}));
  EXPECT_EQ(settings.alerts[0].hold, minutes(2));
  EXPECT_EQ(settings.alerts[0].clear_after, minutes(1));
  EXPECT_EQ(settings.alerts[0].severity, Severity::critical);
  EXPECT_EQ(settings.alerts[1].when.flapping, true);
  EXPECT_EQ(settings.alerts[1].severity, Severity::warning);
  const auto& when = settings.alerts[2].when;
  EXPECT_EQ(when.cause, (std::vector{rules::Cause::psk_missing, rules::Cause::psk_mismatch}));
  EXPECT_EQ(when.tunnel, Texts{"branch-lyon"});
  EXPECT_EQ(when.gateway, (Texts{"edge-1", "par-rtr1"}));
  EXPECT_EQ(when.phase, 1);
  EXPECT_EQ(when.silent, hours(2));
  EXPECT_EQ(settings.alerts[2].labels.at("team"), "network");
  EXPECT_EQ(settings.alerts[2].annotations.at("runbook_url"), "https://wiki.example/vpn/keys");
}

TEST(Settings, HoldTheRestOfTheFile) {
  const auto settings = full();
  ASSERT_EQ(settings.receivers.size(), 2U);
  EXPECT_EQ(settings.receivers[0].type, ReceiverType::alertmanager);
  EXPECT_EQ(settings.receivers[0].urls, Texts{"http://127.0.0.1:9093"});
  EXPECT_EQ(settings.receivers[1].urls, Texts{"https://hooks.example/ikewatch"});
  EXPECT_EQ(settings.receivers[1].secret_file, "/run/credentials/ikewatch.service/ops");
  EXPECT_EQ(settings.receivers[1].alerts, Texts{"TunnelDown"});
  EXPECT_EQ(settings.http.listen, (SocketAddress{address("::1"), 10098}));
  EXPECT_EQ(settings.http.token_file, "/run/credentials/ikewatch.service/http-token");
  EXPECT_FALSE(settings.dbus.enabled);
  EXPECT_EQ(settings.dbus.group, "netadmin");
  EXPECT_EQ(settings.state.directory, "/srv/ikewatch");
  EXPECT_EQ(settings.limits, (Limits{500, 16384, 64, 100, 2}));
}

TEST(Settings, TakeTheHostnameWhereTheFileNamesNoGateway) {
  EXPECT_EQ(read_settings("x", "version: 1\n", "edge-7").settings->gateway, "edge-7");
  EXPECT_EQ(read_settings("x", "version: 1\ngateway: edge-1\n", "edge-7").settings->gateway, "edge-1");
}

TEST(Settings, KnowThisHostAsAGateway) {
  constexpr auto text = "version: 1\ngateways: [{name: par-rtr1}]\ntunnels: [{name: a, gateway: edge-7, peer: 198.51.100.7}]\n";
  EXPECT_EQ(first_problem(text, "edge-7"), "");
  EXPECT_EQ(first_problem(text, "edge-8").substr(0, 7), "x:3:30:");
}

TEST(Settings, ReportEverythingThatIsWrongInTheOrderOfTheFile) {
  const auto read = read_settings(
      "x", "version: 2\nhttp: {listen: here}\nlimits: {line: 1}\ntunnels: [{name: a b, peer: 198.51.100.7}]\ncolour: red\n");
  ASSERT_EQ(read.problems.size(), 5U);
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(read.problems[i].place.line, i + 1);
}

TEST(Settings, AreReadWithTenThousandTunnels) {
  std::string text = "version: 1\ntunnels:\n";
  for (int i = 0; i < 10'000; ++i) {
    text += "  - {name: t" + std::to_string(i) + ", peer: 198.18." + std::to_string(i / 200) + "." + std::to_string(i % 200 + 1) +
            "}\n";
  }
  const auto read = read_settings("x", text);
  ASSERT_TRUE(read.settings) << to_string(read.problems[0]);
  EXPECT_EQ(read.settings->tunnels.size(), 10'000U);
}

TEST(Settings, OrProblemsComeOutOfEveryMutation) {
  const std::string seed = full_text();
  const std::string bytes = " \n:-?,[]{}#&*!|>'\"%@/~019a\x80\xC3";
  std::mt19937 random(20261122);
  std::size_t good = 0;
  for (int round = 0; round < 2000; ++round) {
    std::string text = seed;
    for (unsigned i = 0; i < 1 + random() % 3; ++i) {
      const auto at = random() % text.size();
      if (random() % 2 == 0)
        text[at] = bytes[random() % bytes.size()];
      else
        text.erase(at, random() % 20);
    }
    const auto read = read_settings("x", text);
    ASSERT_NE(read.settings.has_value(), !read.problems.empty()) << text;
    good += read.settings ? 1 : 0;
  }
  EXPECT_GT(good, 50U);
  EXPECT_LT(good, 1950U);
}

TEST(Settings, AreRefusedOverAMebibyte) {
  const std::string text = "version: 1\n#" + std::string(max_file_bytes, 'x');
  EXPECT_EQ(first_problem(text), "x: the file has 1048588 bytes, at most 1048576 are read; is it the right file?");
}

TEST(ClosedLists, HaveTheWordsOfTheFile) {
  EXPECT_EQ(name_of(SourceType::file), "file");
  EXPECT_EQ(name_of(Mode::on_demand), "on_demand");
  EXPECT_EQ(name_of(Severity::info), "info");
  EXPECT_EQ(name_of(ReceiverType::webhook_template), "template");
  EXPECT_EQ(name_of(Scheme::unix_socket), "unix");
  EXPECT_EQ(name_of(Scheme::fd), "fd");
}

TEST(EngineSettings, GiveTunnelsOfThisHostItsName) {
  Settings settings;
  settings.gateway = "edge-1";
  settings.tunnels = {{"a", "", address("198.51.100.7"), Mode::on_demand},
                      {"b", "par-rtr1", address("2001:db8:0::7"), Mode::always_on}};
  const auto engine = to_engine_settings(settings);
  ASSERT_EQ(engine.tunnels.size(), 2U);
  EXPECT_EQ(engine.tunnels[0].gateway, "edge-1");
  EXPECT_EQ(engine.tunnels[0].peer, "198.51.100.7");
  EXPECT_TRUE(engine.tunnels[0].on_demand);
  EXPECT_EQ(engine.tunnels[1].gateway, "par-rtr1");
  EXPECT_EQ(engine.tunnels[1].peer, "2001:db8::7");
  EXPECT_FALSE(engine.tunnels[1].on_demand);
}

TEST(EngineSettings, TakeGatewaysAndLimits) {
  const auto engine = to_engine_settings(full());
  ASSERT_EQ(engine.gateways.size(), 1U);
  EXPECT_EQ(engine.gateways[0].name, "par-rtr1");
  EXPECT_EQ(engine.gateways[0].addresses, Texts{"192.0.2.1"});
  EXPECT_EQ(engine.gateways[0].dialect, "cisco-ios");
  EXPECT_EQ(engine.max_tunnels, 500U);
  EXPECT_EQ(engine.timeline, 100U);
}

}  // namespace
}  // namespace ikewatch::config
