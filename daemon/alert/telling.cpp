// Who is told of a firing alert: nobody while it is held back, everybody once, and those who were told that it is over.
#include "state.hpp"

#include <algorithm>
#include <tuple>

namespace ikewatch::alert {
namespace {

/// Both ends see a recovery within a minute of each other.
constexpr Duration twin_patience = std::chrono::minutes(1);

}  // namespace

void Board::Impl::emit(Notice& told, NoticeKind kind, const std::optional<WallTime>& ends_at) {
  Notice notice = told;
  notice.kind = kind;
  if (ends_at) notice.ends_at = std::max(*ends_at, notice.starts_at);
  out.push_back(std::move(notice));
}

/// Firing alerts that say more of the same tunnel: those that name its cause before all others, then graver ones. And a source
/// that says nothing, before tunnels that seem silent.
std::vector<std::string> Board::Impl::holders(const AlertKey& key, const Rule& rule) const {
  std::vector<std::string> names;
  if (tunnel_of(key.first) == nullptr || rule.names_cause()) return names;
  for (auto at = alerts.lower_bound({key.first, {}}); at != alerts.end() && at->first.first == key.first; ++at) {
    const auto* other = rule_named(at->first.second);
    if (other == nullptr || other == &rule || at->second.phase == Phase::pending) continue;
    if (other->names_cause() || other->severity < rule.severity) names.push_back(other->name);
  }
  if (!rule.when.silent) return names;
  for (auto at = alerts.lower_bound({"s", {}}); at != alerts.end() && at->first.first.starts_with('s'); ++at) {
    const bool known = std::ranges::find(names, at->first.second) != names.end();
    if (at->second.phase == Phase::firing && !known) names.push_back(at->first.second);
  }
  return names;
}

bool Board::Impl::twin_is_told(const AlertKey& key, const Alert&) const {
  const auto* fact = tunnel_of(key.first);
  if (fact == nullptr || !fact->twin) return false;
  const auto twin = alerts.find({key_of(*fact->twin), key.second});
  return twin != alerts.end() && twin->second.phase != Phase::pending && (twin->second.told || !twin->second.incident.empty());
}

/// The alert of this end is over. That of the other end is told only if its trouble lasts for as long again.
void Board::Impl::release_twin(const AlertKey& key, const Rule& rule, Moment now) {
  const auto* fact = tunnel_of(key.first);
  if (fact == nullptr || !fact->twin) return;
  const auto twin = alerts.find({key_of(*fact->twin), key.second});
  if (twin != alerts.end() && twin->second.held == Held::twin)
    twin->second.not_before = now.steady + std::max(rule.hold, twin_patience);
}

void Board::Impl::tell(Moment now) {
  dirty = false;
  std::vector<AlertKey> order(open_questions.begin(), open_questions.end());
  std::ranges::stable_sort(order, {}, [&](const AlertKey& key) {
    const auto* rule = rule_named(key.second);
    return std::tuple(!rule->names_cause(), rule->severity, alerts.at(key).began);
  });
  std::optional<Census> census;
  for (const AlertKey& key : order) {
    Alert& alert = alerts.at(key);
    if (alert.phase != Phase::firing || !alert.incident.empty()) continue;
    const auto quiet = quiet_by(key, now);
    alert.held = quiet ? quiet->first : twin_is_told(key, alert) || now.steady < alert.not_before ? Held::twin : Held::no;
    alert.by = quiet ? quiet->second : std::string{};
    if (alert.held == Held::twin) alert.by = tunnel_of(key.first)->twin->gateway;
    if (now.steady < alert.not_before) dirty = true;
    if (alert.held != Held::no || take_into_incident(key, alert, now, census)) continue;
    tell_one(key, alert, now);
  }
  std::erase_if(open_questions, [&](const AlertKey& key) {
    const Alert& alert = alerts.at(key);
    return !alert.incident.empty() || (alert.told && alert.notice.held_by.empty());
  });
  tell_incidents();
}

void Board::Impl::tell_one(const AlertKey& key, Alert& alert, Moment) {
  const Rule& rule = *rule_named(key.second);
  auto held_by = holders(key, rule);
  alert.held = held_by.empty() ? Held::no : Held::root_cause;
  alert.by = held_by.empty() ? std::string{} : held_by.front();
  if (alert.told && held_by == alert.notice.held_by) return;
  alert.notice = make_notice(rule, subjects.find(key.first)->second, setup.gateway, alert.since);
  alert.notice.held_by = std::move(held_by);
  alert.told = true;
  emit(alert.notice, NoticeKind::firing);
}

}  // namespace ikewatch::alert
