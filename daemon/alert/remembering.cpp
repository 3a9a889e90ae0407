// What survives a restart.
#include "state.hpp"

#include <algorithm>

namespace ikewatch::alert {
namespace {

bool worth_remembering(const Subject& subject) {
  if (!std::holds_alternative<TunnelFact>(subject.fact)) return false;
  const bool bad = subject.settled == tunnel::State::failed || subject.settled == tunnel::State::down;
  return bad || subject.failed_phase != 0;
}

AlertMemory saved(const AlertKey& key, const Alert& alert, Moment now) {
  AlertMemory memory;
  memory.subject = key.first;
  memory.rule = key.second;
  memory.phase = alert.phase;
  memory.since = alert.since;
  memory.ended = alert.ended;
  memory.waited = std::max(Duration{0}, now.steady - alert.began);
  memory.told = alert.told;
  memory.incident = alert.incident;
  memory.notice = alert.notice;
  return memory;
}

}  // namespace

BoardMemory Board::memory(Moment now) const {
  BoardMemory memory;
  memory.saved_at = now.wall;
  for (const auto& [key, alert] : impl_->alerts) memory.alerts.push_back(saved(key, alert, now));
  for (const auto& [id, incident] : impl_->incidents) {
    IncidentMemory& kept = memory.incidents.emplace_back();
    kept.group = incident.group;
    kept.rule = incident.rule;
    kept.notice = incident.notice;
    kept.members.assign(incident.members.begin(), incident.members.end());
    kept.joined = std::max(Duration{0}, now.steady - incident.joined);
  }
  for (const auto& [key, subject] : impl_->subjects) {
    if (worth_remembering(subject)) memory.subjects.push_back({key, subject.settled, subject.failed_phase});
  }
  for (const auto& [key, subject] : impl_->remembered) memory.subjects.push_back(subject);
  memory.silences = impl_->silences;
  return memory;
}

/// The time in which nobody watched counts as waiting: nothing is told before the sources have caught up, and what they tell then
/// decides.
void Board::restore(const BoardMemory& memory, Moment now) {
  Impl& impl = *impl_;
  const Duration away = std::max(Duration{0}, now.wall - memory.saved_at);
  for (const SubjectMemory& subject : memory.subjects) impl.remembered[subject.subject] = subject;
  for (const AlertMemory& saved : memory.alerts) {
    const auto* rule = impl.rule_named(saved.rule);
    if (rule == nullptr && !saved.told) continue;
    if (impl.alerts.size() >= impl.setup.max_alerts) break;
    const AlertKey key{saved.subject, saved.rule};
    Alert& alert = impl.alerts[key];
    alert.phase = saved.phase;
    alert.since = saved.since;
    alert.ended = saved.ended;
    alert.began = now.steady - saved.waited - away;
    alert.told = saved.told;
    alert.incident = saved.incident;
    alert.notice = saved.notice;
    if (rule == nullptr) continue;
    if (alert.phase == Phase::pending) impl.set_deadline(key, alert, alert.began + rule->hold);
    if (alert.phase == Phase::clearing) impl.set_deadline(key, alert, alert.began + rule->clear_after);
    if (alert.phase != Phase::pending) impl.open_questions.insert(key);
  }
  for (const IncidentMemory& saved : memory.incidents) {
    Incident& incident = impl.incidents[saved.notice.id];
    incident.rule = saved.rule;
    incident.group = saved.group;
    incident.notice = saved.notice;
    incident.what.gateway = saved.group.starts_with("gateway:");
    incident.what.name = saved.group.substr(std::min(saved.group.size(), saved.group.find(':') + 1));
    const auto label = saved.notice.labels.find("gateway");
    incident.what.gateway_label = label == saved.notice.labels.end() ? "*" : label->second;
    incident.members.insert(saved.members.begin(), saved.members.end());
    incident.joined = now.steady - saved.joined - away;
    incident.told = true;
    incident.changed = false;
  }
  impl.silences = memory.silences;
  impl.next_quiet_change.reset();
}

}  // namespace ikewatch::alert
