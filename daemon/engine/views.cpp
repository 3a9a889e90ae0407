// Views: what the outside sees, copied out of the engine.
#include "core.hpp"

namespace ikewatch::engine {
namespace {

using tunnel::State;

std::string filled(std::string text, std::string_view placeholder, std::string_view value) {
  for (auto at = text.find(placeholder); at != std::string::npos; at = text.find(placeholder, at + value.size())) {
    text.replace(at, placeholder.size(), value);
  }
  return text;
}

ChildView child_view(const tunnel::ChildSa& child) {
  ChildView view;
  view.state = child.ends ? State::down : State::up;
  view.spi_in = child.spi_in;
  view.spi_out = child.spi_out;
  return view;
}

TimelineView timeline_view(const TimelineEntry& entry) {
  return {entry.line, entry.time, entry.event, entry.state, to_printable(entry.text)};
}

/// Sentences, one behind the other.
std::string joined(std::initializer_list<std::string_view> sentences) {
  std::string text;
  for (const std::string_view sentence : sentences) {
    if (!text.empty() && !sentence.empty()) text += ' ';
    text += sentence;
  }
  return text;
}

/// Which lines speak for a finding; live there are no numbers.
std::string told_by_lines(const diagnosis::Finding& finding) {
  std::string lines;
  std::size_t named = 0;
  for (std::size_t i = 0; i < finding.evidence.size(); ++i) {
    if (finding.evidence[i].line == 0) return {};
    if (i != 0) lines += i + 1 == finding.evidence.size() ? " and " : ", ";
    lines += std::to_string(finding.evidence[i].line);
    ++named;
  }
  if (named == 0) return {};
  const std::string all = finding.count > named ? " (" + std::to_string(finding.count) + " in all)" : std::string{};
  return (named == 1 ? "Told by line " : "Told by lines ") + lines + all + ".";
}

/// Stands for the peer where no line named it.
constexpr std::string_view nameless_peer = "the peer";

}  // namespace

TunnelView Core::view(const TunnelEntry& entry, Detail detail) const {
  const Gateway& gateway = table.gateways()[entry.gateway];
  TunnelView view;
  view.gateway = gateway.name;
  view.peer = entry.peer;
  view.name = entry.name;
  if (entry.dialect != rules::no_dialect) view.dialect = rules_->dialect_name(entry.dialect);
  view.state = entry.tunnel.state();
  view.flapping = entry.tunnel.flapping(gateway.now);
  view.configured = entry.configured;
  view.phase1 = entry.tunnel.phase1();
  // A log without stamps has no time at all.
  if (gateway.now != WallTime{}) view.since = entry.tunnel.since();
  view.last_event = entry.last_event;
  for (const auto& child : entry.tunnel.children()) view.children.push_back(child_view(child));
  view.diagnoses = diagnoses(entry.findings, entry.name, gateway.name, view.dialect);
  view.state_changes = entry.tunnel.state_changes();
  view.peer_dead = entry.peer_dead;
  view.negotiations = entry.negotiations;
  view.negotiation_failures = entry.failures;
  if (detail == Detail::brief) return view;
  view.timeline.reserve(entry.timeline.size());
  for (const TimelineEntry& told : entry.timeline.entries()) view.timeline.push_back(timeline_view(told));
  return view;
}

std::vector<DiagnosisView> Core::diagnoses(const diagnosis::CaseFile& findings, std::string_view peer, std::string_view gateway,
                                           std::string_view dialect) const {
  std::vector<DiagnosisView> views;
  for (const diagnosis::Finding* finding : findings.told()) {
    const diagnosis::CauseEntry& known = (*knowledge_)[finding->cause];
    DiagnosisView& view = views.emplace_back();
    view.cause = finding->cause;
    view.side = finding->side == rules::Side::unknown ? known.side : finding->side;
    view.confidence = finding->confidence;
    view.resolved = finding->resolved;
    view.count = finding->count;
    view.first_line = finding->first_line;
    view.last_line = finding->last_line;
    for (const auto& evidence : finding->evidence) view.evidence.push_back({evidence.line, to_printable(evidence.text)});
    view.summary = filled(filled(known.summary, "{peer}", peer), "{gateway}", gateway);
    view.explanation = joined({finding->note, finding->detail, told_by_lines(*finding),
                               filled(filled(known.explanation, "{peer}", peer), "{gateway}", gateway)});
    view.checks = knowledge_->checks(view.cause, view.side, dialect);
  }
  return views;
}

std::vector<DiagnosisView> Core::diagnoses_of_no_tunnel(const Gateway& gateway) const {
  auto views = diagnoses(gateway.findings, nameless_peer, gateway.name, {});
  for (DiagnosisView& view : views) {
    if (view.summary.starts_with(nameless_peer)) view.summary.front() = 'T';
  }
  return views;
}

Snapshot Core::snapshot() const {
  Snapshot snapshot;
  for (TunnelIndex i = 0; i < table.size(); ++i) {
    if (!table[i].stranger) snapshot.tunnels.push_back(view(table[i], Detail::brief));
  }
  for (const Gateway& gateway : table.gateways()) {
    for (auto& diagnosis : diagnoses_of_no_tunnel(gateway)) snapshot.unattributed.push_back(std::move(diagnosis));
    for (const auto& [dialect, count] : gateway.refused) {
      snapshot.unknown_peer_events[{gateway.name, std::string(rules_->dialect_name(dialect))}] = count;
    }
  }
  count_events(snapshot);
  snapshot.negotiation_duration = durations_;
  return snapshot;
}

void Core::count_events(Snapshot& snapshot) const {
  for (std::size_t dialect = 0; dialect < events_.size(); ++dialect) {
    const auto name = rules_->dialect_name(static_cast<rules::DialectId>(dialect));
    if (unmatched_[dialect] != 0) snapshot.unmatched_lines[std::string(name)] = unmatched_[dialect];
    for (std::size_t kind = 0; kind < rules::event_kinds; ++kind) {
      if (events_[dialect][kind] == 0) continue;
      snapshot.events[{std::string(name), static_cast<rules::EventKind>(kind)}] = events_[dialect][kind];
    }
  }
}

}  // namespace ikewatch::engine
