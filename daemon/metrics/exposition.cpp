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
  Family family = gauge("ikewatch_tunnel_info", "What is known of a tunnel; always 1.");
  for (const TunnelView& t : snapshot.tunnels) {
    family.add({{"gateway", t.gateway}, {"tunnel", t.name}, {"peer", t.peer}, {"dialect", t.dialect}}, 1);
  }
  out.push_back(family.take());
}

void tunnel_state(Families& out, const Snapshot& snapshot) {
  Family family = gauge("ikewatch_tunnel_state", "1 for the state that the tunnel is in, 0 for the others.");
  for (const TunnelView& t : snapshot.tunnels) {
    for (std::size_t i = 0; i < tunnel::states; ++i) {
      const auto state = static_cast<tunnel::State>(i);
      family.add({{"gateway", t.gateway}, {"tunnel", t.name}, {"state", tunnel::name_of(state)}}, t.state == state ? 1 : 0);
    }
  }
  out.push_back(family.take());
}

void tunnel_gauges(Families& out, const Snapshot& snapshot) {
  per_tunnel(out, gauge("ikewatch_tunnel_up", "1 while at least one child SA stands."), snapshot,
             [](const TunnelView& t) { return t.state == tunnel::State::up ? 1 : 0; });
  per_tunnel(out, gauge("ikewatch_tunnel_flapping", "1 while the tunnel goes up and down too often."), snapshot,
             [](const TunnelView& t) { return t.flapping ? 1 : 0; });
  per_tunnel(out, gauge("ikewatch_tunnel_child_sas", "Child SAs (IPsec SA pairs) that stand."), snapshot,
             [](const TunnelView& t) { return static_cast<double>(t.children.size()); });
  per_tunnel(out, counter("ikewatch_tunnel_state_changes_total", "How often the state changed."), snapshot,
             [](const TunnelView& t) { return number(t.state_changes); });
  per_tunnel(out, gauge("ikewatch_tunnel_state_change_timestamp_seconds", "When the present state began; 0: never changed."),
             snapshot, [](const TunnelView& t) { return t.since ? epoch_seconds(*t.since) : 0; });
  per_tunnel(out, gauge("ikewatch_tunnel_last_event_timestamp_seconds", "When the log last spoke of the tunnel; 0: never."),
             snapshot, [](const TunnelView& t) { return t.last_event ? epoch_seconds(*t.last_event) : 0; });
  per_tunnel(out, counter("ikewatch_peer_dead_total", "How often the peer was declared dead."), snapshot,
             [](const TunnelView& t) { return number(t.peer_dead); });
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
  Family started = counter("ikewatch_negotiations_total", "Negotiations that began, by phase.");
  Family failed = counter("ikewatch_negotiation_failures_total", "Negotiations that failed, once each, by phase and cause.");
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
  Family family{"ikewatch_negotiation_duration_seconds", "How long successful negotiations took, by phase.",
                prometheus::MetricType::Histogram};
  family.add_histogram({{"phase", "1"}}, histogram_of(snapshot.negotiation_duration[1]));
  family.add_histogram({{"phase", "2"}}, histogram_of(snapshot.negotiation_duration[2]));
  out.push_back(family.take());
}

void events(Families& out, const Snapshot& snapshot) {
  Family seen = counter("ikewatch_events_total", "Lines that a rule knew, by what they mean.");
  for (const auto& [key, count] : snapshot.events)
    seen.add({{"dialect", key.first}, {"event", rules::name_of(key.second)}}, number(count));
  out.push_back(seen.take());
  Family unmatched = counter("ikewatch_unmatched_lines_total", "Lines of a known dialect that no rule knew.");
  for (const auto& [dialect, count] : snapshot.unmatched_lines) unmatched.add({{"dialect", dialect}}, number(count));
  out.push_back(unmatched.take());
  Family unknown =
      counter("ikewatch_unknown_peer_events_total", "Events of peers that no configuration or negotiation vouches for.");
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
  per_source(out, counter("ikewatch_source_lines_total", "Lines read."), facts,
             [](const SourceFacts& s) { return number(s.lines); });
  per_source(out, counter("ikewatch_source_bytes_total", "Bytes read."), facts,
             [](const SourceFacts& s) { return number(s.bytes); });
  per_source(out, counter("ikewatch_source_malformed_total", "Frames that could not be read whole."), facts,
             [](const SourceFacts& s) { return number(s.malformed); });
  per_source(out, gauge("ikewatch_source_up", "1 while the source can be read."), facts,
             [](const SourceFacts& s) { return s.up ? 1 : 0; });
  per_source(out, gauge("ikewatch_source_last_line_timestamp_seconds", "When the last line came; 0: none yet."), facts,
             [](const SourceFacts& s) { return s.last_line ? epoch_seconds(*s.last_line) : 0; });
  Family dropped = counter("ikewatch_source_dropped_total", "What was lost before it could be read, by reason.");
  for (const SourceFacts& source : facts.sources) {
    for (const auto& [reason, count] : source.dropped) dropped.add({{"source", source.name}, {"reason", reason}}, number(count));
  }
  out.push_back(dropped.take());
}

void alerts(Families& out, const Facts& facts) {
  Family firing = gauge("ikewatch_alerts", "Alerts that fire now, by name and severity.");
  for (const auto& [key, count] : facts.alerts) firing.add({{"alert", key.first}, {"severity", key.second}}, number(count));
  out.push_back(firing.take());
  Family sent = counter("ikewatch_notifications_total", "Requests to the receiver, failed ones included.");
  Family failed =
      counter("ikewatch_notification_failures_total", "Requests that failed and notifications that were given up, by reason.");
  Family waiting = gauge("ikewatch_notifications_pending", "Notifications that the receiver has not taken yet.");
  Family oldest =
      gauge("ikewatch_notifications_oldest_pending_timestamp_seconds", "Since when the oldest of them waits; 0: none does.");
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
  single(out, gauge("ikewatch_store_up", "1 while the state is saved; 0: a restart would forget it."), store.up ? 1 : 0);
  single(out, counter("ikewatch_store_damaged_total", "Files of the state that could not be used and were set aside."),
         number(store.damaged));
  single(out, counter("ikewatch_store_save_failures_total", "How often saving the state failed; it is tried again."),
         number(store.save_failures));
  single(out, gauge("ikewatch_store_last_save_timestamp_seconds", "When the state was last saved; 0: not yet."),
         store.last_save ? epoch_seconds(*store.last_save) : 0);
}

void self(Families& out, const Facts& facts) {
  single(out, gauge("ikewatch_config_last_reload_successful", "1 when the last reload of the configuration worked."),
         facts.reload.successful ? 1 : 0);
  single(
      out,
      gauge("ikewatch_config_last_reload_success_timestamp_seconds", "When the configuration was last read without a problem."),
      epoch_seconds(facts.reload.last_success));
  Family build = gauge("ikewatch_build_info", "Version and revision; always 1.");
  build.add({{"version", facts.version}, {"revision", facts.revision}}, 1);
  out.push_back(build.take());
  const ProcessFacts& process = facts.process;
  single(out, counter("process_cpu_seconds_total", "User and system CPU time."), process.cpu_seconds);
  single(out, gauge("process_start_time_seconds", "When the process started."), process.start_time_seconds);
  single(out, gauge("process_resident_memory_bytes", "Resident memory."), number(process.resident_bytes));
  single(out, gauge("process_virtual_memory_bytes", "Virtual memory."), number(process.virtual_bytes));
  single(out, gauge("process_open_fds", "Open file descriptors."), number(process.open_fds));
  single(out, gauge("process_max_fds", "Limit of open file descriptors."), number(process.max_fds));
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
