#include <ikewatch/metrics/exposition.hpp>

#include "families.hpp"

#include <prometheus/text_serializer.h>

#include <limits>
#include <sstream>

namespace ikewatch::metrics {
namespace {

using engine::Snapshot;
using engine::TunnelView;
using Families = std::vector<prometheus::MetricFamily>;

double number(std::uint64_t value) { return static_cast<double>(value); }
double epoch_seconds(WallTime time) { return std::chrono::duration<double>(time.time_since_epoch()).count(); }

/// One value for each tunnel.
template <class Value>
void per_tunnel(Families& out, Family family, const Snapshot& snapshot, const Value& value) {
  for (const TunnelView& tunnel : snapshot.tunnels)
    family.add({{"gateway", tunnel.gateway}, {"tunnel", tunnel.name}}, value(tunnel));
  out.push_back(family.take());
}

void tunnel_info(Families& out, const Snapshot& snapshot) {
  Family family = family_of("ikewatch_tunnel_info");
  for (const TunnelView& t : snapshot.tunnels) {
    family.add({{"gateway", t.gateway}, {"tunnel", t.name}, {"peer", t.peer}, {"dialect", t.dialect}}, 1);
  }
  out.push_back(family.take());
}

void tunnel_state(Families& out, const Snapshot& snapshot) {
  Family family = family_of("ikewatch_tunnel_state");
  for (const TunnelView& t : snapshot.tunnels) {
    for (std::size_t i = 0; i < tunnel::states; ++i) {
      const auto state = static_cast<tunnel::State>(i);
      family.add({{"gateway", t.gateway}, {"tunnel", t.name}, {"state", tunnel::name_of(state)}}, t.state == state ? 1 : 0);
    }
  }
  out.push_back(family.take());
}

void tunnel_gauges(Families& out, const Snapshot& snapshot) {
  per_tunnel(out, family_of("ikewatch_tunnel_up"), snapshot,
             [](const TunnelView& t) { return t.state == tunnel::State::up ? 1 : 0; });
  per_tunnel(out, family_of("ikewatch_tunnel_flapping"), snapshot, [](const TunnelView& t) { return t.flapping ? 1 : 0; });
  per_tunnel(out, family_of("ikewatch_tunnel_child_sas"), snapshot,
             [](const TunnelView& t) { return static_cast<double>(t.children.size()); });
  per_tunnel(out, family_of("ikewatch_tunnel_state_changes_total"), snapshot,
             [](const TunnelView& t) { return number(t.state_changes); });
  per_tunnel(out, family_of("ikewatch_tunnel_state_change_timestamp_seconds"), snapshot,
             [](const TunnelView& t) { return t.since ? epoch_seconds(*t.since) : 0; });
  per_tunnel(out, family_of("ikewatch_tunnel_last_event_timestamp_seconds"), snapshot,
             [](const TunnelView& t) { return t.last_event ? epoch_seconds(*t.last_event) : 0; });
  per_tunnel(out, family_of("ikewatch_peer_dead_total"), snapshot, [](const TunnelView& t) { return number(t.peer_dead); });
}

/// A counter that appears with its first failure hides that failure from rate(): the inventory begins at 0. One series for each
/// phase, since nobody wants one for each cause.
std::map<std::pair<int, rules::Cause>, std::uint64_t> failures_of(const TunnelView& tunnel) {
  auto failures = tunnel.negotiation_failures;
  if (tunnel.configured) {
    failures.try_emplace({1, rules::Cause::none}, 0);
    failures.try_emplace({2, rules::Cause::none}, 0);
  }
  return failures;
}

void negotiations(Families& out, const Snapshot& snapshot) {
  Family started = family_of("ikewatch_negotiations_total");
  Family failed = family_of("ikewatch_negotiation_failures_total");
  for (const TunnelView& t : snapshot.tunnels) {
    started.add({{"gateway", t.gateway}, {"tunnel", t.name}, {"phase", "1"}}, number(t.negotiations[1]));
    started.add({{"gateway", t.gateway}, {"tunnel", t.name}, {"phase", "2"}}, number(t.negotiations[2]));
    for (const auto& [key, count] : failures_of(t)) {
      const auto cause = key.second == rules::Cause::none ? std::string_view("unknown") : rules::name_of(key.second);
      failed.add({{"gateway", t.gateway}, {"tunnel", t.name}, {"phase", key.first == 2 ? "2" : "1"}, {"cause", cause}},
                 number(count));
    }
  }
  out.push_back(started.take());
  out.push_back(failed.take());
}

prometheus::ClientMetric::Histogram histogram_of(const engine::DurationHistogram& durations) {
  prometheus::ClientMetric::Histogram histogram;
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < durations.counts.size(); ++i) {
    total += durations.counts[i];
    const bool last = i == engine::duration_buckets.size();
    histogram.bucket.push_back({total, last ? std::numeric_limits<double>::infinity() : engine::duration_buckets[i]});
  }
  histogram.sample_count = total;
  histogram.sample_sum = durations.sum_seconds;
  return histogram;
}

void durations(Families& out, const Snapshot& snapshot) {
  Family family = family_of("ikewatch_negotiation_duration_seconds");
  family.add_histogram({{"phase", "1"}}, histogram_of(snapshot.negotiation_duration[1]));
  family.add_histogram({{"phase", "2"}}, histogram_of(snapshot.negotiation_duration[2]));
  out.push_back(family.take());
}

void events(Families& out, const Snapshot& snapshot) {
  Family seen = family_of("ikewatch_events_total");
  for (const auto& [key, count] : snapshot.events)
    seen.add({{"dialect", key.first}, {"event", rules::name_of(key.second)}}, number(count));
  out.push_back(seen.take());
  Family unmatched = family_of("ikewatch_unmatched_lines_total");
  for (const auto& [dialect, count] : snapshot.unmatched_lines) unmatched.add({{"dialect", dialect}}, number(count));
  out.push_back(unmatched.take());
  Family unknown = family_of("ikewatch_unknown_peer_events_total");
  for (const auto& [key, count] : snapshot.unknown_peer_events)
    unknown.add({{"gateway", key.first}, {"dialect", key.second}}, number(count));
  out.push_back(unknown.take());
}

template <class Value>
void per_source(Families& out, Family family, const Facts& facts, const Value& value) {
  for (const SourceFacts& source : facts.sources) family.add({{"source", source.name}}, value(source));
  out.push_back(family.take());
}

void sources(Families& out, const Facts& facts) {
  per_source(out, family_of("ikewatch_source_lines_total"), facts, [](const SourceFacts& s) { return number(s.lines); });
  per_source(out, family_of("ikewatch_source_bytes_total"), facts, [](const SourceFacts& s) { return number(s.bytes); });
  per_source(out, family_of("ikewatch_source_malformed_total"), facts, [](const SourceFacts& s) { return number(s.malformed); });
  per_source(out, family_of("ikewatch_source_up"), facts, [](const SourceFacts& s) { return s.up ? 1 : 0; });
  per_source(out, family_of("ikewatch_source_last_line_timestamp_seconds"), facts,
             [](const SourceFacts& s) { return s.last_line ? epoch_seconds(*s.last_line) : 0; });
  Family dropped = family_of("ikewatch_source_dropped_total");
  for (const SourceFacts& source : facts.sources) {
    for (const auto& [reason, count] : source.dropped) dropped.add({{"source", source.name}, {"reason", reason}}, number(count));
  }
  out.push_back(dropped.take());
}

void alerts(Families& out, const Facts& facts) {
  Family firing = family_of("ikewatch_alerts");
  for (const auto& [key, count] : facts.alerts) firing.add({{"alert", key.first}, {"severity", key.second}}, number(count));
  out.push_back(firing.take());
  Family sent = family_of("ikewatch_notifications_total");
  Family failed = family_of("ikewatch_notification_failures_total");
  Family waiting = family_of("ikewatch_notifications_pending");
  Family oldest = family_of("ikewatch_notifications_oldest_pending_timestamp_seconds");
  for (const auto& [name, receiver] : facts.receivers) {
    sent.add({{"receiver", name}}, number(receiver.attempts));
    for (const auto& [reason, count] : receiver.failures) failed.add({{"receiver", name}, {"reason", reason}}, number(count));
    waiting.add({{"receiver", name}}, number(receiver.waiting));
    oldest.add({{"receiver", name}}, receiver.oldest ? epoch_seconds(*receiver.oldest) : 0);
  }
  out.push_back(sent.take());
  out.push_back(failed.take());
  out.push_back(waiting.take());
  out.push_back(oldest.take());
}

void single(Families& out, Family family, double value) {
  family.add({}, value);
  out.push_back(family.take());
}

void store(Families& out, const StoreFacts& store) {
  single(out, family_of("ikewatch_store_up"), store.up ? 1 : 0);
  single(out, family_of("ikewatch_store_damaged_total"), number(store.damaged));
  single(out, family_of("ikewatch_store_save_failures_total"), number(store.save_failures));
  single(out, family_of("ikewatch_store_history_dropped_total"), number(store.history_dropped));
  single(out, family_of("ikewatch_store_last_save_timestamp_seconds"), store.last_save ? epoch_seconds(*store.last_save) : 0);
}

void self(Families& out, const Facts& facts) {
  single(out, family_of("ikewatch_config_last_reload_successful"), facts.reload.successful ? 1 : 0);
  single(out, family_of("ikewatch_config_last_reload_success_timestamp_seconds"), epoch_seconds(facts.reload.last_success));
  Family build = family_of("ikewatch_build_info");
  build.add({{"version", facts.version}, {"revision", facts.revision}}, 1);
  out.push_back(build.take());
  const ProcessFacts& process = facts.process;
  single(out, family_of("process_cpu_seconds_total"), process.cpu_seconds);
  single(out, family_of("process_start_time_seconds"), process.start_time_seconds);
  single(out, family_of("process_resident_memory_bytes"), number(process.resident_bytes));
  single(out, family_of("process_virtual_memory_bytes"), number(process.virtual_bytes));
  single(out, family_of("process_open_fds"), number(process.open_fds));
  single(out, family_of("process_max_fds"), number(process.max_fds));
}

}  // namespace

std::string exposition(const Snapshot& snapshot, const Facts& facts) {
  Families families;
  tunnel_info(families, snapshot);
  tunnel_state(families, snapshot);
  tunnel_gauges(families, snapshot);
  negotiations(families, snapshot);
  durations(families, snapshot);
  events(families, snapshot);
  sources(families, facts);
  alerts(families, facts);
  store(families, facts.store);
  self(families, facts);
  // A family without any series would only be noise: its HELP says nothing yet.
  std::erase_if(families, [](const prometheus::MetricFamily& family) { return family.metric.empty(); });
  std::ostringstream text;
  prometheus::TextSerializer{}.Serialize(text, families);
  return text.str();
}

}  // namespace ikewatch::metrics
