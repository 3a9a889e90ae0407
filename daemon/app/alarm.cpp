#include "alarm.hpp"

#include "log.hpp"
#include "messages.hpp"
#include "receivers.hpp"

#include <ikewatch/view/alerts.hpp>

#include <boost/unordered/unordered_flat_set.hpp>

#include <algorithm>
#include <limits>
#include <set>

namespace ikewatch::app {
namespace {

using std::chrono::minutes;

constexpr seconds longest_grace{60};
/// Less than this in a second is no backlog any more.
constexpr std::uint64_t backlog_lines = 1000;
/// A backlog is read faster than this; so many seconds below it are what is live.
constexpr std::uint64_t live_lines = 20000;
constexpr unsigned calm_enough = 5;
constexpr seconds late_tick{3};
constexpr minutes long_wait{10};

alert::Moment moment_now() {
  const auto wall = std::chrono::time_point_cast<WallTime::duration>(std::chrono::system_clock::now());
  const auto steady = std::chrono::steady_clock::now().time_since_epoch();
  return {wall, std::chrono::duration_cast<alert::Duration>(steady)};
}

alert::Setup setup_of(const config::Settings& settings) {
  alert::Setup setup;
  setup.rules = config::to_alert_rules(settings);
  setup.windows = config::to_windows(settings, zone_of);
  setup.gateway = settings.gateway;
  return setup;
}

std::string in_trouble(const alert::LaneStatus& lane) {
  if (lane.disabled) return "receiver " + lane.receiver + " answered that it is gone; nothing is sent before the next reload";
  return "receiver " + lane.receiver + " does not take its notifications: " + std::string(lane.last_reason);
}

LogFields log_fields(const alert::Notice& notice) {
  LogFields fields = {{"PEER", notice.peer}, {"STATE", notice.state}};
  const auto add = [&fields](std::string_view name, const alert::Texts& texts, const char* key) {
    const auto found = texts.find(key);
    if (found != texts.end()) fields.emplace_back(name, found->second);
  };
  add("ALERT", notice.labels, "alertname");
  add("SEVERITY", notice.labels, "severity");
  add("GATEWAY", notice.labels, "gateway");
  add("TUNNEL", notice.labels, "tunnel");
  add("CAUSE", notice.annotations, "cause");
  return fields;
}

}  // namespace

Alarm::Alarm(boost::asio::io_context& loop, engine::Engine& engine)
    : loop_(loop), engine_(engine), board_(alert::Setup{}), timer_(loop) {
  sender_ = notify::Sender::make(loop, [this](std::uint64_t ticket, const alert::Outcome& outcome, std::string_view detail) {
    delivered(ticket, outcome, detail);
  });
}

Alarm::~Alarm() = default;

Problems Alarm::configure(const config::Settings& settings, const engine::Settings& engine_settings) {
  auto read = read_receivers(settings);
  if (auto problems = sender_->configure(std::move(read.receivers), std::move(read.secrets)); !problems.empty()) return problems;
  for (const Problem& problem : read.unread)
    log(Level::error, to_string(problem) + "; the receiver gets nothing before the next reload");
  for (const auto& window : settings.maintenance) {
    if (!zone_of(window.timezone))
      log(Level::warning, "maintenance window " + window.name + ": this host does not know the time zone; UTC is meant");
  }
  const auto now = moment_now();
  auto setup = setup_of(settings);
  rules_ = setup.rules;
  board_.reconfigure(std::move(setup), now);
  outbox_.configure(read.policies, now);
  facts_.emplace(engine_settings);
  complained_of_.clear();
  return {};
}

void Alarm::look_again() {
  const auto now = moment_now();
  look_at_all(now);
  // A receiver that is new is told of what fires; the others know.
  for (const auto& alert : board_.alerts()) {
    if (alert.phase == alert::Phase::firing && alert.held == alert::Held::no) outbox_.enqueue(alert.notice, now);
  }
  move_on();
}

void Alarm::restore(std::string_view saved) {
  const auto now = moment_now();
  if (const auto memories = view::from_saved(saved)) {
    board_.restore(memories->board, now);
    outbox_.restore(memories->outbox, now);
  } else if (!saved.empty()) {
    log(Level::warning, "what was known of alerts is damaged; those that fire are told again");
  }
  board_.begin_grace(now, longest_grace);
  catching_up_ = true;
  look_at_all(now);
  move_on();
}

std::string Alarm::saved() const { return view::to_saved({board_.memory(moment_now()), outbox_.memory()}); }

void Alarm::take(const std::vector<engine::Change>& changes) {
  if (changes.empty()) return;
  const auto now = moment_now();
  // One that changed twice is looked at once: what counts is how it stands now.
  boost::unordered_flat_set<std::pair<std::string_view, std::string_view>> changed;
  for (const auto& change : changes) {
    if (changed.emplace(change.gateway, change.peer).second) look_at(change.gateway, change.peer, now);
  }
  move_on();
}

/// `tunnel`: its peer, which is found at once, or its name.
void Alarm::look_at(std::string_view gateway, std::string_view tunnel, alert::Moment now) {
  if (const auto view = engine_.find(gateway, tunnel, engine::Detail::brief)) board_.observe((*facts_)(*view), now);
}

void Alarm::look_at_all(alert::Moment now) {
  std::set<alert::TunnelName> known;
  engine_.for_each_tunnel([&](const engine::TunnelView& view) {
    known.insert({view.gateway, view.name});
    board_.observe((*facts_)(view), now);
  });
  board_.keep_only(known, now);
}

void Alarm::tick(const std::vector<metrics::SourceFacts>& sources, Pace pace) {
  const auto now = moment_now();
  ++ticks_;
  watch_catching_up(sources, pace.behind, now);
  for (const auto& source : sources) {
    alert::SourceFact fact{source.name, source.up, source.last_line, 0};
    for (const auto& [reason, count] : source.dropped) fact.lost += count;
    board_.observe(std::move(fact), now);
  }
  note_lag(now, pace.waiting);
  note_receivers(now);
  move_on();
}

/// The sources read what was written while nobody watched, as fast as they can; then comes what is new, at its own pace.
void Alarm::watch_catching_up(const std::vector<metrics::SourceFacts>& sources, bool behind, alert::Moment now) {
  if (!catching_up_) return;
  std::uint64_t lines = 0;
  for (const auto& source : sources) lines += source.lines;
  const auto fresh = lines_seen_ ? lines - std::min(*lines_seen_, lines) : std::numeric_limits<std::uint64_t>::max();
  lines_seen_ = lines;
  const bool first = fresh == std::numeric_limits<std::uint64_t>::max();
  if (!first) busiest_second_ = std::max(busiest_second_, fresh);
  calm_seconds_ = fresh < live_lines ? calm_seconds_ + 1 : 0;
  const bool caught_up =
      !first && !behind && (fresh < backlog_lines || fresh < busiest_second_ / 2 || calm_seconds_ >= calm_enough);
  if (!caught_up && ticks_ < static_cast<unsigned>(longest_grace.count())) return;
  catching_up_ = false;
  board_.caught_up(now);
}

void Alarm::note_lag(alert::Moment now, std::chrono::microseconds waiting) {
  const bool late = waiting > late_tick || (last_tick_ && now.steady - *last_tick_ > late_tick);
  last_tick_ = now.steady;
  board_.observe(alert::DaemonFact{alert::Trouble::lag, {}, late, "lines wait longer than they should"}, now);
}

void Alarm::note_receivers(alert::Moment now) {
  std::map<std::string, std::pair<std::string, std::string>> troubles;  // by receiver: delivery, queue
  for (const auto& lane : outbox_.status()) {
    auto& [delivery, queue] = troubles[lane.receiver];
    if (lane.failing_since || lane.disabled) delivery = in_trouble(lane);
    if (lane.oldest && now.wall - *lane.oldest > long_wait)
      queue = "notifications for receiver " + lane.receiver + " wait too long";
  }
  for (const auto& [receiver, texts] : troubles) {
    board_.observe(alert::DaemonFact{alert::Trouble::delivery, receiver, !texts.first.empty(), texts.first}, now);
    board_.observe(alert::DaemonFact{alert::Trouble::queue, receiver, !texts.second.empty(), texts.second}, now);
  }
  if (!outbox_.missed_some()) return;
  for (const auto& alert : board_.alerts()) {
    if (alert.phase == alert::Phase::firing && alert.held == alert::Held::no) outbox_.enqueue(alert.notice, now);
  }
}

void Alarm::trouble(alert::Trouble what, const std::string& part, bool present, const std::string& detail) {
  board_.observe(alert::DaemonFact{what, part, present, detail}, moment_now());
}

/// Lets time pass, sends what is due, and waits for the next moment that matters.
void Alarm::move_on() {
  const auto now = moment_now();
  for (const auto& name : board_.worth_a_look(now)) look_at(name.gateway, name.tunnel, now);
  board_.advance(now);
  for (const auto& notice : board_.take_notices()) {
    const auto summary = notice.annotations.find("summary");
    if (notice.kind != alert::NoticeKind::updated)
      log(notice.kind == alert::NoticeKind::firing ? messages::alert_fires : messages::alert_over,
          std::string(name_of(notice.kind)) + ' ' + notice.labels.at("alertname") + ": " +
              (summary == notice.annotations.end() ? "" : summary->second),
          log_fields(notice));
    outbox_.enqueue(notice, now);
    unsaved_ = true;
  }
  deliver(now);
  wait();
}

void Alarm::deliver(alert::Moment now) {
  for (const auto& delivery : outbox_.due(now)) {
    under_way_[delivery.ticket] = delivery.receiver;
    sender_->send(delivery, now.wall);
  }
}

void Alarm::delivered(std::uint64_t ticket, const alert::Outcome& outcome, std::string_view detail) {
  const auto receiver = under_way_.extract(ticket);
  const auto now = moment_now();
  outbox_.settle(ticket, outcome, now);
  const bool worked = outcome.failure == alert::Failure::none && outcome.status / 100 == 2;
  unsaved_ = unsaved_ || worked;
  if (receiver) {
    auto& former = complained_of_[receiver.mapped()];
    const std::string text = worked ? "" : std::string(detail);
    if (text != former && worked) {
      log(Level::info, "receiver " + receiver.mapped() + " takes notifications again");
    } else if (text != former) {
      log(messages::receiver_fails, "receiver " + receiver.mapped() + ": " + text, {{"RECEIVER", receiver.mapped()}});
    }
    former = text;
  }
  deliver(now);
  wait();
}

void Alarm::wait() {
  auto next = outbox_.next_deadline();
  if (const auto board = board_.next_deadline()) next = next ? std::min(*next, *board) : *board;
  if (!next) return void(timer_.cancel());
  const auto now = moment_now();
  // A deadline that has passed waits for the next tick at most: nothing here may turn round and round.
  const auto soonest = now.steady + std::chrono::milliseconds(1);
  timer_.expires_at(std::chrono::steady_clock::time_point(std::max(*next, soonest)));
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) move_on();
  });
}

Result<std::string> Alarm::silence(alert::Silence silence) {
  const auto now = moment_now();
  if (silence.starts_at == WallTime{}) silence.starts_at = now.wall;
  auto id = board_.silence(std::move(silence), now);
  unsaved_ = unsaved_ || id.has_value();
  move_on();
  return id;
}

bool Alarm::end_silence(std::string_view id) {
  const bool ended = board_.end_silence(id, moment_now());
  unsaved_ = unsaved_ || ended;
  move_on();
  return ended;
}

std::string Alarm::alerts_json() const { return view::to_json(board_.alerts()); }
std::string Alarm::silences_json() const { return view::to_json(board_.silences()); }

void Alarm::tell(metrics::Facts& facts) const {
  for (const auto& rule : rules_) facts.alerts[{rule.name, std::string(name_of(rule.severity))}] = 0;
  for (const auto& alert : board_.alerts()) {
    if (alert.phase == alert::Phase::pending) continue;
    if (const auto name = alert.notice.labels.find("alertname");
        name != alert.notice.labels.end() && !alert.notice.labels.contains("incident"))
      ++facts.alerts[{name->second, std::string(name_of(alert.notice.severity))}];
  }
  for (const auto& lane : outbox_.status()) {
    auto& receiver = facts.receivers[lane.receiver];
    receiver.attempts += lane.attempts;
    receiver.waiting += lane.waiting;
    if (lane.oldest) receiver.oldest = receiver.oldest ? std::min(*receiver.oldest, *lane.oldest) : *lane.oldest;
    for (const auto& [reason, count] : lane.failures) receiver.failures[reason] += count;
  }
}

void Alarm::stop() {
  timer_.cancel();
  sender_->stop();
}

}  // namespace ikewatch::app
