// What falls together is one incident: alerts of one rule on tunnels of one gateway that has nothing up any more, or to one
// network of peers.
#include "state.hpp"

#include <algorithm>

namespace ikewatch::alert {
namespace {

std::string gateway_key(const TunnelFact& fact) { return "gateway:" + fact.name.gateway; }
std::string network_key(const std::string& network) { return "network:" + network; }

}  // namespace

bool Board::Impl::may_group(const AlertKey& key, const Alert& alert, Moment now) const {
  return alert.phase != Phase::clearing && alert.incident.empty() && tunnel_of(key.first) != nullptr &&
         !twin_is_told(key, alert) && !quiet_by(key, now);
}

bool Board::Impl::nothing_up(const std::string& gateway) const {
  const auto prefix = key_of(TunnelName{gateway, {}});
  for (auto at = subjects.lower_bound(prefix); at != subjects.end() && at->first.starts_with(prefix); ++at) {
    if (std::get<TunnelFact>(at->second.fact).state == tunnel::State::up) return false;
  }
  return true;
}

/// The gateway's group, then that of the peer's network, empty where the peer is no address.
std::array<std::string, 2> Board::Impl::groups_of(const TunnelFact& fact) const {
  const auto network = network_of(fact.peer, setup.grouping.v4_bits, setup.grouping.v6_bits);
  return {gateway_key(fact), network.empty() ? "" : network_key(network)};
}

Census Board::Impl::take_census(Moment now) const {
  Census census;
  for (const auto& [key, alert] : alerts) {
    if (!may_group(key, alert, now)) continue;
    for (const auto& group : groups_of(*tunnel_of(key.first))) {
      if (!group.empty()) census.by_group[{key.second, group}].push_back(key);
    }
  }
  return census;
}

bool Board::Impl::join_one_that_is_open(const AlertKey& key, Alert& alert, const std::array<std::string, 2>& groups, Moment now) {
  for (auto& [id, incident] : incidents) {
    const auto& label = incident.what.gateway_label;
    const bool fits_group = std::ranges::find(groups, incident.group) != groups.end();
    if (incident.rule != key.second || !fits_group || (label != "*" && label != tunnel_of(key.first)->name.gateway)) continue;
    if (alert.began - incident.joined > setup.grouping.joining) continue;
    return join(id, incident, key, alert, now), true;
  }
  return false;
}

std::vector<AlertKey> Board::Impl::together_with(const Alert& alert, const std::vector<AlertKey>& candidates) const {
  std::vector<AlertKey> together;
  for (const AlertKey& key : candidates) {
    const Alert& other = alerts.at(key);
    const bool near = std::chrono::abs(other.began - alert.began) <= setup.grouping.together;
    if (near && other.incident.empty() && !twin_is_told(key, other)) together.push_back(key);
  }
  return together;
}

bool Board::Impl::take_into_incident(const AlertKey& key, Alert& alert, Moment now, std::optional<Census>& census) {
  const auto* fact = tunnel_of(key.first);
  if (fact == nullptr || setup.grouping.members == 0 || alert.told) return false;
  const auto groups = groups_of(*fact);
  if (join_one_that_is_open(key, alert, groups, now)) return true;
  if (!census) census = take_census(now);
  const auto& gateway = fact->name.gateway;
  for (const auto& group : groups) {
    const auto& candidates = census->by_group[{key.second, group}];
    if (candidates.size() < setup.grouping.members) continue;
    const bool whole_gateway = &group == groups.data();
    if (whole_gateway) {
      const auto [known, first] = census->nothing_up.try_emplace(gateway, false);
      if (first) known->second = nothing_up(gateway);
      if (!known->second) continue;
    }
    const auto together = together_with(alert, candidates);
    if (together.size() < setup.grouping.members) continue;
    const bool one =
        std::ranges::all_of(together, [&](const AlertKey& k) { return tunnel_of(k.first)->name.gateway == gateway; });
    const Group what{whole_gateway, group.substr(group.find(':') + 1), one ? gateway : "*"};
    return open(what, group, *rule_named(key.second), together, now), true;
  }
  return false;
}

void Board::Impl::open(const Group& group, const std::string& group_key, const Rule& rule, const std::vector<AlertKey>& keys,
                       Moment now) {
  WallTime since = WallTime::max();
  for (const auto& key : keys) since = std::min(since, alerts.at(key).since);
  Incident incident;
  incident.rule = rule.name;
  incident.group = group_key;
  incident.what = group;
  incident.notice = make_incident(rule, group, since);
  const std::string id = incident.notice.id;
  Incident& kept = incidents.emplace(id, std::move(incident)).first->second;
  for (const auto& key : keys) {
    if (!twin_is_told(key, alerts.at(key))) join(id, kept, key, alerts.at(key), now);  // its other end may have joined just now
  }
}

void Board::Impl::join(const std::string& id, Incident& incident, const AlertKey& key, Alert& alert, Moment) {
  const auto* fact = tunnel_of(key.first);
  incident.members[key.first] = {fact->name.gateway, fact->name.tunnel, alert.since, false};
  incident.joined = std::max(incident.joined, alert.began);
  incident.changed = dirty = true;
  alert.incident = id;
  alert.held = Held::incident;
  alert.by = id;
}

void Board::Impl::leave(const AlertKey& key, const Alert& alert, Moment now) {
  const auto found = incidents.find(alert.incident);
  if (found == incidents.end()) return;
  Incident& incident = found->second;
  incident.changed = dirty = true;
  if (const auto member = incident.members.find(key.first); member != incident.members.end()) member->second.over = true;
  const bool over = std::ranges::all_of(incident.members, [](const auto& member) { return member.second.over; });
  if (!over) return;
  if (incident.told) emit(incident.notice, NoticeKind::resolved, alert.phase == Phase::clearing ? alert.ended : now.wall);
  incidents.erase(found);
}

/// What holds back every member holds back the incident.
std::vector<std::string> Board::Impl::incident_holders(const Incident& incident, const Rule& rule) const {
  std::optional<std::vector<std::string>> common;
  for (const auto& [subject, member] : incident.members) {
    if (member.over) continue;
    auto names = holders({subject, rule.name}, rule);
    if (common) std::erase_if(*common, [&](const std::string& name) { return std::ranges::find(names, name) == names.end(); });
    if (!common) common = std::move(names);
  }
  return common.value_or(std::vector<std::string>{});
}

void Board::Impl::tell_incidents() {
  for (auto& [id, incident] : incidents) {
    const auto* rule = rule_named(incident.rule);
    if (rule == nullptr) continue;
    const bool waits = incident.told && !incident.notice.held_by.empty();
    if (!incident.changed && !waits) continue;
    auto held_by = incident_holders(incident, *rule);
    const bool sooner = incident.told && held_by != incident.notice.held_by;
    const Notice former = incident.notice;
    std::vector<Member> members;
    std::vector<const TunnelFact*> facts;
    for (const auto& [subject, member] : incident.members) {
      members.push_back(member);
      if (!member.over && tunnel_of(subject) != nullptr) facts.push_back(tunnel_of(subject));
    }
    describe(incident.notice, *rule, incident.what, members, facts);
    incident.notice.held_by = std::move(held_by);
    incident.changed = false;
    if (incident.told && incident.notice == former) continue;
    emit(incident.notice, !incident.told || sooner ? NoticeKind::firing : NoticeKind::updated);
    incident.told = true;
  }
  dirty = std::ranges::any_of(open_questions, [&](const AlertKey& key) { return alerts.at(key).not_before > latest.steady; });
}

}  // namespace ikewatch::alert
