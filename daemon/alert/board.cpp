// The life of an alert: pending, firing, clearing.
#include "state.hpp"

#include <algorithm>
#include <array>

namespace ikewatch::alert {
namespace {

constexpr std::array<std::string_view, 7> held_words = {"no", "grace", "silenced", "window", "twin", "incident", "root_cause"};
constexpr std::array<std::string_view, 3> phases = {"pending", "firing", "clearing"};

}  // namespace

std::string_view name_of(Held held) { return held_words.at(static_cast<std::size_t>(held)); }
std::string_view name_of(Phase phase) { return phases.at(static_cast<std::size_t>(phase)); }

Board::Impl::Impl(Setup given) : setup(std::move(given)) {}

const Rule* Board::Impl::rule_named(std::string_view name) const {
  const auto found = std::ranges::find(setup.rules, name, &Rule::name);
  return found == setup.rules.end() ? nullptr : &*found;
}

const TunnelFact* Board::Impl::tunnel_of(const std::string& subject) const {
  const auto found = subjects.find(subject);
  return found == subjects.end() ? nullptr : std::get_if<TunnelFact>(&found->second.fact);
}

template <class Fact>
void Board::Impl::observe(Fact fact, std::string key, Moment now) {
  const auto [found, first] = subjects.try_emplace(std::move(key));
  Subject& subject = found->second;
  if (const auto memory = first ? remembered.extract(found->first) : decltype(remembered)::node_type{}) {
    subject.settled = memory.mapped().settled;
    subject.failed_phase = memory.mapped().failed_phase;
  }
  take(subject, std::move(fact), now, first);
  judge(found->first, subject, now);
}

/// Asks every rule about the subject.
void Board::Impl::judge(const std::string& key, Subject& subject, Moment now) {
  std::optional<Duration> recheck;
  for (const Rule& rule : setup.rules) {
    const auto answer = evaluate(rule.when, subject, now.steady);
    if (answer.recheck) recheck = recheck ? std::min(*recheck, *answer.recheck) : *answer.recheck;
    apply({key, rule.name}, rule, subject, answer.holds, now);
  }
  set_recheck(key, subject, recheck);
}

void Board::Impl::apply(const AlertKey& key, const Rule& rule, const Subject& subject, bool holds, Moment now) {
  const auto found = alerts.find(key);
  if (found == alerts.end()) {
    if (holds) begin(key, rule, now);
    return;
  }
  Alert& alert = found->second;
  if (holds && alert.phase == Phase::clearing) {
    alert.phase = Phase::firing;
    set_deadline(key, alert, std::nullopt);
    dirty = true;
  }
  if (holds) return refresh(key, alert, rule, subject);
  if (alert.phase == Phase::pending) return end(found, now);
  if (alert.phase == Phase::clearing) return;
  alert.phase = Phase::clearing;
  alert.ended = now.wall;
  alert.began = now.steady;
  set_deadline(key, alert, now.steady + rule.clear_after);
}

void Board::Impl::begin(const AlertKey& key, const Rule& rule, Moment now) {
  if (alerts.size() >= setup.max_alerts) return void(++overflowed);
  Alert& alert = alerts[key];
  alert.since = now.wall;
  alert.began = now.steady;
  set_deadline(key, alert, now.steady + rule.hold);
}

void Board::Impl::set_deadline(const AlertKey& key, Alert& alert, std::optional<Duration> deadline) {
  if (alert.deadline) deadlines.erase({*alert.deadline, key});
  alert.deadline = deadline;
  if (deadline) deadlines.emplace(*deadline, key);
}

void Board::Impl::set_recheck(const std::string& key, Subject& subject, std::optional<Duration> recheck) {
  if (subject.recheck == recheck) return;
  if (subject.recheck) rechecks.erase({*subject.recheck, key});
  subject.recheck = recheck;
  if (recheck) rechecks.emplace(*recheck, key);
}

/// Another cause leads: said once, and never replaced by "nothing is known".
void Board::Impl::refresh(const AlertKey& key, Alert& alert, const Rule& rule, const Subject& subject) {
  const auto* fact = std::get_if<TunnelFact>(&subject.fact);
  if (fact == nullptr || fact->cause == rules::Cause::none || alert.phase == Phase::pending) return;
  if (!alert.incident.empty() && !alert.told) {
    const auto incident = incidents.find(alert.incident);
    if (incident != incidents.end()) incident->second.changed = dirty = true;
    return;
  }
  if (!alert.told) return;
  const auto known = alert.notice.annotations.find("cause");
  const bool same_side = alert.notice.annotations["side"] == rules::name_of(fact->side);
  if (known != alert.notice.annotations.end() && known->second == rules::name_of(fact->cause) && same_side) return;
  auto held_by = std::move(alert.notice.held_by);
  alert.notice = make_notice(rule, subject, setup.gateway, alert.since);
  alert.notice.held_by = std::move(held_by);
  if (!quiet_by(key, latest)) emit(alert.notice, NoticeKind::updated);
}

void Board::Impl::run_deadlines(Moment now) {
  while (!rechecks.empty() && rechecks.begin()->first <= now.steady) {
    const std::string key = rechecks.begin()->second;
    const auto subject = subjects.find(key);
    set_recheck(key, subject->second, std::nullopt);
    judge(key, subject->second, now);
  }
  while (!deadlines.empty() && deadlines.begin()->first <= now.steady) {
    const auto found = alerts.find(deadlines.begin()->second);
    if (found->second.phase == Phase::clearing) {
      end(found, now);
      continue;
    }
    found->second.phase = Phase::firing;
    set_deadline(found->first, found->second, std::nullopt);
    open_questions.insert(found->first);
    dirty = true;
  }
}

void Board::Impl::end(std::map<AlertKey, Alert>::iterator found, Moment now) {
  const AlertKey key = found->first;
  set_deadline(key, found->second, std::nullopt);
  open_questions.erase(key);
  auto node = alerts.extract(found);
  Alert& alert = node.mapped();
  if (alert.phase != Phase::pending) dirty = true;  // what it held back may be told now
  if (!alert.incident.empty()) leave(key, alert, now);
  if (alert.told) emit(alert.notice, NoticeKind::resolved, alert.phase == Phase::clearing ? alert.ended : now.wall);
  if (const auto* rule = rule_named(key.second); rule != nullptr && (alert.told || !alert.incident.empty()))
    release_twin(key, *rule, now);
}

void Board::Impl::gone(const std::string& subject, Moment now) {
  for (auto at = alerts.lower_bound({subject, {}}); at != alerts.end() && at->first.first == subject;) end(at++, now);
  const auto found = subjects.find(subject);
  if (found == subjects.end()) return;
  set_recheck(subject, found->second, std::nullopt);
  subjects.erase(found);
}

/// What was restored and has not been seen since is no more.
void Board::Impl::leave_grace(Moment now) {
  quiet_until.reset();
  dirty = true;
  std::set<std::string> unseen;
  for (const auto& [key, alert] : alerts) {
    if (!subjects.contains(key.first)) unseen.insert(key.first);
  }
  for (const auto& subject : unseen) gone(subject, now);
  for (auto at = alerts.begin(); at != alerts.end();) {
    const auto found = at++;
    if (rule_named(found->first.second) == nullptr) end(found, now);
  }
  remembered.clear();
}

Board::Board(Setup setup) : impl_(std::make_unique<Impl>(std::move(setup))) {}
Board::~Board() = default;
Board::Board(Board&&) noexcept = default;
Board& Board::operator=(Board&&) noexcept = default;

void Board::observe(TunnelFact fact, Moment now) {
  auto key = key_of(fact.name);
  impl_->observe(std::move(fact), std::move(key), now);
}
void Board::observe(SourceFact fact, Moment now) {
  auto key = source_key(fact.name);
  impl_->observe(std::move(fact), std::move(key), now);
}
void Board::observe(DaemonFact fact, Moment now) {
  auto key = daemon_key(fact.trouble, fact.part);
  impl_->observe(std::move(fact), std::move(key), now);
}

void Board::forget(const TunnelName& name, Moment now) { impl_->gone(key_of(name), now); }
void Board::forget_source(std::string_view name, Moment now) { impl_->gone(source_key(name), now); }

void Board::keep_only(const std::set<TunnelName>& known, Moment now) {
  std::vector<std::string> others;
  for (const auto& [key, subject] : impl_->subjects) {
    const auto* fact = std::get_if<TunnelFact>(&subject.fact);
    if (fact != nullptr && !known.contains(fact->name)) others.push_back(key);
  }
  for (const auto& key : others) impl_->gone(key, now);
}

void Board::advance(Moment now) {
  impl_->latest = now;
  if (impl_->in_grace(now)) return;
  if (impl_->quiet_until) impl_->leave_grace(now);
  impl_->run_quiet(now);
  impl_->run_deadlines(now);
  if (impl_->dirty) impl_->tell(now);
}

std::optional<Duration> Board::next_deadline() const {
  const Impl& impl = *impl_;
  if (impl.quiet_until) return impl.quiet_until;
  std::optional<Duration> next;
  const auto take_earlier = [&](Duration at) { next = next ? std::min(*next, at) : at; };
  if (!impl.deadlines.empty()) take_earlier(impl.deadlines.begin()->first);
  if (!impl.rechecks.empty()) take_earlier(impl.rechecks.begin()->first);
  if (impl.next_quiet_change)
    take_earlier(impl.latest.steady + std::max(Duration{0}, *impl.next_quiet_change - impl.latest.wall));
  for (const auto& key : impl.open_questions) {
    const auto& alert = impl.alerts.at(key);
    if (alert.not_before > impl.latest.steady) take_earlier(alert.not_before);
  }
  return next;
}

std::vector<TunnelName> Board::worth_a_look(Moment now) const {
  std::vector<TunnelName> names;
  for (auto at = impl_->rechecks.begin(); at != impl_->rechecks.end() && at->first <= now.steady; ++at) {
    if (const auto* fact = impl_->tunnel_of(at->second)) names.push_back(fact->name);
  }
  return names;
}

std::vector<Notice> Board::take_notices() { return std::exchange(impl_->out, {}); }
std::uint64_t Board::overflowed() const { return impl_->overflowed; }

std::vector<AlertView> Board::alerts() const {
  std::vector<AlertView> views;
  for (const auto& [key, alert] : impl_->alerts) {
    const auto* rule = impl_->rule_named(key.second);
    const auto subject = impl_->subjects.find(key.first);
    AlertView view{alert.notice, alert.phase, alert.held, alert.by};
    if (!alert.told && rule != nullptr && subject != impl_->subjects.end())
      view.notice = make_notice(*rule, subject->second, impl_->setup.gateway, alert.since);
    if (alert.phase == Phase::firing && impl_->quiet_until) view.held = Held::grace;
    views.push_back(std::move(view));
  }
  for (const auto& [id, incident] : impl_->incidents) views.push_back({incident.notice, Phase::firing, Held::no, {}});
  return views;
}

void Board::begin_grace(Moment now, Duration grace) { impl_->quiet_until = now.steady + grace; }

void Board::caught_up(Moment now) {
  if (impl_->quiet_until) impl_->leave_grace(now);
}

void Board::reconfigure(Setup setup, Moment now) {
  Impl& impl = *impl_;
  impl.setup = std::move(setup);
  for (auto at = impl.alerts.begin(); at != impl.alerts.end();) {
    const auto found = at++;
    if (impl.rule_named(found->first.second) == nullptr) impl.end(found, now);
  }
  for (auto& [key, subject] : impl.subjects) impl.judge(key, subject, now);
  for (const auto& [key, alert] : impl.alerts) {
    if (alert.phase == Phase::firing && !alert.told && alert.incident.empty()) impl.open_questions.insert(key);
  }
  impl.next_quiet_change = now.wall;
  impl.dirty = true;
}

}  // namespace ikewatch::alert
