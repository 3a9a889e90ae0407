#include <ikewatch/metrics/catalogue.hpp>
#include <ikewatch/metrics/exposition.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>

namespace ikewatch::metrics {
namespace {

engine::TunnelView a_tunnel() {
  engine::TunnelView tunnel;
  tunnel.gateway = "edge-1";
  tunnel.peer = "198.51.100.7";
  tunnel.name = "branch-lyon";
  tunnel.dialect = "racoon";
  tunnel.state = tunnel::State::failed;
  tunnel.since = WallTime{} + std::chrono::milliseconds(1500);
  tunnel.last_event = WallTime{} + seconds(3);
  tunnel.state_changes = 4;
  tunnel.peer_dead = 1;
  tunnel.negotiations = {0, 7, 2};
  tunnel.negotiation_failures = {{{1, rules::Cause::psk_missing}, 5}, {{2, rules::Cause::none}, 1}};
  return tunnel;
}

std::string text_of(const engine::Snapshot& snapshot, const Facts& facts = {}) { return exposition(snapshot, facts); }

/// The lines that belong to one family, HELP and TYPE included.
std::string family(const std::string& text, const std::string& name) {
  std::string found;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const bool comment = line.starts_with("# HELP " + name + ' ') || line.starts_with("# TYPE " + name + ' ');
    if (comment || line.starts_with(name + '{') || line.starts_with(name + ' ')) found += line + '\n';
  }
  return found;
}

/// Something of everything.
engine::Snapshot a_full_snapshot() {
  engine::Snapshot snapshot;
  snapshot.tunnels = {a_tunnel()};
  snapshot.events[{"racoon", rules::EventKind::phase1_up}] = 3;
  snapshot.unmatched_lines["racoon"] = 1;
  snapshot.unknown_peer_events[{"edge-1", "racoon"}] = 1;
  return snapshot;
}

Facts full_facts() {
  Facts facts;
  SourceFacts source;
  source.name = "routers";
  source.dropped = {{"too_long", 2}};
  facts.sources = {source};
  facts.alerts[{"TunnelDown", "critical"}] = 1;
  facts.receivers["ops"].failures["timeout"] = 1;
  facts.version = "1.2.3";
  return facts;
}

/// `gateway tunnel` of `x{gateway="a",tunnel="b"} 1`.
std::string label_names(std::string_view series) {
  std::string names;
  for (auto equals = series.find("=\""); equals != std::string_view::npos; equals = series.find("=\"", equals + 1)) {
    const auto begin = series.find_last_of("{,", equals) + 1;
    names += (names.empty() ? "" : " ") + std::string(series.substr(begin, equals - begin));
  }
  return names;
}

TEST(Exposition, TellsOfATunnel) {
  engine::Snapshot snapshot;
  snapshot.tunnels = {a_tunnel()};
  const auto text = text_of(snapshot);
  const std::string labels = "{gateway=\"edge-1\",tunnel=\"branch-lyon\"}";
  EXPECT_EQ(family(text, "ikewatch_tunnel_info"),
            "# HELP ikewatch_tunnel_info What is known of a tunnel; always 1.\n# TYPE ikewatch_tunnel_info gauge\n"
            "ikewatch_tunnel_info{gateway=\"edge-1\",tunnel=\"branch-lyon\",peer=\"198.51.100.7\",dialect=\"racoon\"} 1\n");
  for (const char* line : {"ikewatch_tunnel_up%L 0\n", "ikewatch_tunnel_flapping%L 0\n", "ikewatch_tunnel_child_sas%L 0\n",
                           "ikewatch_tunnel_state_changes_total%L 4\n", "ikewatch_tunnel_state_change_timestamp_seconds%L 1.5\n",
                           "ikewatch_tunnel_last_event_timestamp_seconds%L 3\n", "ikewatch_peer_dead_total%L 1\n"}) {
    std::string wanted = line;
    wanted.replace(wanted.find("%L"), 2, labels);
    EXPECT_NE(text.find("\n" + wanted), std::string::npos) << wanted;
  }
}

TEST(Exposition, HasOneSeriesForEachStateAndExactlyOneIsOne) {
  engine::Snapshot snapshot;
  snapshot.tunnels = {a_tunnel()};
  const auto states = family(text_of(snapshot), "ikewatch_tunnel_state");
  for (std::size_t i = 0; i < tunnel::states; ++i) {
    const auto state = static_cast<tunnel::State>(i);
    const std::string wanted =
        ",state=\"" + std::string(tunnel::name_of(state)) + "\"} " + (state == tunnel::State::failed ? "1\n" : "0\n");
    EXPECT_NE(states.find(wanted), std::string::npos) << wanted;
  }
}

TEST(Exposition, CountsNegotiationsByPhaseAndCause) {
  engine::Snapshot snapshot;
  snapshot.tunnels = {a_tunnel()};
  const auto text = text_of(snapshot);
  EXPECT_EQ(family(text, "ikewatch_negotiations_total"),
            "# HELP ikewatch_negotiations_total Negotiations that began, by phase.\n# TYPE ikewatch_negotiations_total counter\n"
            "ikewatch_negotiations_total{gateway=\"edge-1\",tunnel=\"branch-lyon\",phase=\"1\"} 7\n"
            "ikewatch_negotiations_total{gateway=\"edge-1\",tunnel=\"branch-lyon\",phase=\"2\"} 2\n");
  const auto failures = family(text, "ikewatch_negotiation_failures_total");
  EXPECT_NE(failures.find("# TYPE ikewatch_negotiation_failures_total counter\n"), std::string::npos);
  EXPECT_NE(failures.find("phase=\"1\",cause=\"psk_missing\"} 5\n"), std::string::npos);
  EXPECT_NE(failures.find("phase=\"2\",cause=\"unknown\"} 1\n"), std::string::npos);
}

TEST(Exposition, GivesAConfiguredTunnelAllItsSeriesFromTheStart) {
  engine::TunnelView tunnel;
  tunnel.gateway = "edge-1";
  tunnel.name = "quiet";
  tunnel.peer = "203.0.113.9";
  tunnel.configured = true;
  tunnel.state = tunnel::State::idle;
  engine::Snapshot snapshot;
  snapshot.tunnels = {tunnel};
  const auto text = text_of(snapshot);
  for (const char* name : {"ikewatch_tunnel_info", "ikewatch_tunnel_up", "ikewatch_tunnel_state", "ikewatch_tunnel_flapping",
                           "ikewatch_tunnel_child_sas", "ikewatch_tunnel_state_changes_total",
                           "ikewatch_tunnel_state_change_timestamp_seconds", "ikewatch_tunnel_last_event_timestamp_seconds",
                           "ikewatch_negotiations_total", "ikewatch_negotiation_failures_total", "ikewatch_peer_dead_total"}) {
    EXPECT_NE(family(text, name).find("tunnel=\"quiet\""), std::string::npos) << name;
  }
}

TEST(Exposition, CumulatesTheHistogram) {
  engine::Snapshot snapshot;
  auto& durations = snapshot.negotiation_duration[1];
  durations.counts[0] = 2;  // up to 0.1 s
  durations.counts[3] = 1;  // up to 1 s
  durations.counts.back() = 4;
  durations.sum_seconds = 700.25;
  const auto text = text_of(snapshot);
  for (const char* line :
       {"# TYPE ikewatch_negotiation_duration_seconds histogram", "_bucket{phase=\"1\",le=\"0.1\"} 2",
        "_bucket{phase=\"1\",le=\"0.5\"} 2", "_bucket{phase=\"1\",le=\"1\"} 3", "_bucket{phase=\"1\",le=\"120\"} 3",
        "_bucket{phase=\"1\",le=\"+Inf\"} 7", "_count{phase=\"1\"} 7", "_sum{phase=\"1\"} 700.25", "_count{phase=\"2\"} 0"}) {
    EXPECT_NE(text.find(std::string(line) + '\n'), std::string::npos) << line;
  }
}

TEST(Exposition, EscapesLabelValues) {
  auto tunnel = a_tunnel();
  tunnel.name = "quote \" backslash \\ line\nend";
  engine::Snapshot snapshot;
  snapshot.tunnels = {tunnel};
  const auto up = family(text_of(snapshot), "ikewatch_tunnel_up");
  EXPECT_TRUE(up.ends_with("tunnel=\"quote \\\" backslash \\\\ line\\nend\"} 0\n")) << up;
}

TEST(Exposition, CountsEventsAndWhatNoRuleKnew) {
  engine::Snapshot snapshot;
  snapshot.events[{"racoon", rules::EventKind::phase1_up}] = 3;
  snapshot.unmatched_lines["cisco-asa"] = 2;
  snapshot.unknown_peer_events[{"edge-1", "racoon"}] = 9;
  const auto text = text_of(snapshot);
  EXPECT_NE(text.find("\nikewatch_events_total{dialect=\"racoon\",event=\"phase1_up\"} 3\n"), std::string::npos);
  EXPECT_NE(text.find("\nikewatch_unmatched_lines_total{dialect=\"cisco-asa\"} 2\n"), std::string::npos);
  EXPECT_NE(text.find("\nikewatch_unknown_peer_events_total{gateway=\"edge-1\",dialect=\"racoon\"} 9\n"), std::string::npos);
}

TEST(Exposition, TellsOfSources) {
  SourceFacts source;
  source.name = "routers";
  source.lines = 10;
  source.bytes = 1000;
  source.malformed = 1;
  source.dropped = {{"too_long", 2}};
  source.up = true;
  source.last_line = WallTime{} + seconds(5);
  Facts facts;
  facts.sources = {source};
  facts.version = "1.2.3";
  facts.revision = "abc";
  const auto text = text_of({}, facts);
  for (const char* line :
       {"ikewatch_source_lines_total{source=\"routers\"} 10", "ikewatch_source_bytes_total{source=\"routers\"} 1000",
        "ikewatch_source_malformed_total{source=\"routers\"} 1",
        "ikewatch_source_dropped_total{source=\"routers\",reason=\"too_long\"} 2", "ikewatch_source_up{source=\"routers\"} 1",
        "ikewatch_source_last_line_timestamp_seconds{source=\"routers\"} 5",
        "ikewatch_build_info{version=\"1.2.3\",revision=\"abc\"} 1", "ikewatch_config_last_reload_successful 1"}) {
    EXPECT_NE(text.find('\n' + std::string(line) + '\n'), std::string::npos) << line;
  }
}

TEST(Exposition, TypesTotalsAsCountersAndNothingElse) {
  engine::Snapshot snapshot;
  snapshot.tunnels = {a_tunnel()};
  std::istringstream lines(text_of(snapshot));
  std::size_t types = 0;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("# TYPE ")) continue;
    ++types;
    EXPECT_EQ(line.find("_total ") != std::string::npos, line.ends_with(" counter")) << line;
  }
  EXPECT_GT(types, 15U);
}

TEST(Exposition, HasHelpAndTypeForEachFamilyOnceAndNoSeriesTwice) {
  engine::Snapshot snapshot;
  snapshot.tunnels = {a_tunnel(), a_tunnel()};
  snapshot.tunnels[1].name = "other";
  std::istringstream lines(text_of(snapshot));
  std::vector<std::string> keys;
  for (std::string line; std::getline(lines, line);) {
    keys.push_back(line.starts_with('#') ? line.substr(0, line.find(' ', 7)) : line.substr(0, line.rfind(' ')));
  }
  auto sorted = keys;
  std::sort(sorted.begin(), sorted.end());
  EXPECT_EQ(std::adjacent_find(sorted.begin(), sorted.end()), sorted.end());
}

/// The table against what is exposed: every family that it describes, with these labels and no other.
TEST(MetricTable, HasTheLabelsThatAreExposed) {
  const auto text = text_of(a_full_snapshot(), full_facts());
  for (const Metric& metric : metric_table()) {
    const std::string name(metric.name);
    const auto begin = text.find("\n" + name + (metric.kind == MetricKind::histogram ? "_count" : ""));
    ASSERT_NE(begin, std::string::npos) << name;
    const auto series = text.substr(begin + 1, text.find('\n', begin + 1) - begin - 1);
    EXPECT_EQ(label_names(series), metric.labels) << series;
  }
}

TEST(MetricTable, DescribesEveryLabelOnce) {
  std::set<std::string, std::less<>> described, used;
  for (const MetricLabel& label : metric_labels()) EXPECT_TRUE(described.insert(std::string(label.name)).second) << label.name;
  for (const Metric& metric : metric_table()) {
    std::istringstream words{std::string(metric.labels)};
    for (std::string word; words >> word;) used.insert(word);
  }
  EXPECT_EQ(used, described);
}

TEST(MetricTable, NamesEachMetricOnceAndInItsOwnQuery) {
  std::set<std::string_view> names;
  for (const Metric& metric : metric_table()) {
    EXPECT_TRUE(names.insert(metric.name).second) << metric.name;
    EXPECT_TRUE(metric.query.empty() || metric.query.find(metric.name) != std::string_view::npos) << metric.name;
    EXPECT_TRUE(metric.help.ends_with('.')) << metric.name;
  }
}

TEST(ProcessFacts, AreThoseOfThisProcess) {
  const auto facts = process_facts();
  EXPECT_GT(facts.resident_bytes, 100'000U);
  EXPECT_GE(facts.virtual_bytes, facts.resident_bytes);
  EXPECT_GE(facts.open_fds, 3U);
  EXPECT_GE(facts.max_fds, facts.open_fds);
  EXPECT_GT(facts.start_time_seconds, 1'500'000'000);
}

}  // namespace
}  // namespace ikewatch::metrics
