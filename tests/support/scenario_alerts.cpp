#include "scenario_alerts.hpp"

#include <algorithm>

namespace ikewatch::test {
namespace {

constexpr std::chrono::minutes grace{1};

std::string first_problem(const Problems& problems) { return problems.empty() ? "not readable" : to_string(problems.front()); }

/// The rules of the zones that scenarios use: no file takes part.
std::optional<alert::Zone> zone_of(const std::string& name) {
  if (name == "Europe/Paris") return alert::Zone::parse("CET-1CEST,M3.5.0,M10.5.0/3");
  if (name == "America/New_York") return alert::Zone::parse("EST5EDT,M3.2.0,M11.1.0");
  return alert::Zone{};
}

std::string subject_of(const alert::Notice& notice) {
  for (const auto* name : {"tunnel", "source", "component"}) {
    const auto found = notice.labels.find(name);
    if (found != notice.labels.end()) return found->second;
  }
  return {};
}

std::string shown(const alert::Notice& notice) {
  return std::string(notice.kind == alert::NoticeKind::firing ? "fires" : name_of(notice.kind)) + ' ' +
         notice.labels.at("alertname") + ' ' + subject_of(notice);
}

std::string since_beginning(WallTime time, WallTime beginning) {
  return std::to_string(std::chrono::floor<std::chrono::seconds>(time - beginning).count()) + "s";
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : ",") + word;
  return text.empty() ? "none" : text;
}

}  // namespace

std::string AlertBench::configure(std::string_view section, std::string_view yaml) {
  const auto text = "version: 1\n" + std::string(section) + ":\n  - " + std::string(yaml) + "\n";
  auto read = config::read_settings("statement", text, "here");
  if (!read.settings) return first_problem(read.problems);
  in_use_ = true;
  settings_.gateway = "here";
  for (auto& alert : read.settings->alerts) settings_.alerts.push_back(std::move(alert));
  for (auto& window : read.settings->maintenance) settings_.maintenance.push_back(std::move(window));
  return {};
}

std::string AlertBench::configure_default(std::string_view file) {
  auto read = config::read_settings("ikewatch.yaml", file, "here");
  if (!read.settings) return first_problem(read.problems);
  in_use_ = true;
  settings_.gateway = "here";
  settings_.alerts = std::move(read.settings->alerts);
  return {};
}

alert::Setup AlertBench::setup() const {
  alert::Setup setup;
  setup.rules = config::to_alert_rules(settings_);
  setup.windows = config::to_windows(settings_, zone_of);
  setup.gateway = "here";
  return setup;
}

alert::Board& AlertBench::board(alert::Moment) {
  if (!board_) board_.emplace(setup());
  return *board_;
}

void AlertBench::apply(const engine::Settings& settings, alert::Moment now) {
  facts_.emplace(settings);
  board(now).reconfigure(setup(), now);
}

void AlertBench::look(engine::Engine& engine, alert::Moment now) {
  alert::Board& watched = board(now);
  const auto see = [&](const std::string& gateway, const std::string& tunnel) {
    if (const auto view = engine.find(gateway, tunnel)) watched.observe((*facts_)(*view), now);
  };
  for (const auto& change : engine.take_changes()) see(change.gateway, change.tunnel);
  for (const auto& name : watched.worth_a_look(now)) see(name.gateway, name.tunnel);
  watched.advance(now);
  collect();
}

void AlertBench::look_at_all(engine::Engine& engine, alert::Moment now) {
  std::set<alert::TunnelName> known;
  engine.for_each_tunnel([&](const engine::TunnelView& view) {
    known.insert({view.gateway, view.name});
    board(now).observe((*facts_)(view), now);
  });
  board(now).keep_only(known, now);
  look(engine, now);
}

std::optional<alert::Duration> AlertBench::next_deadline() const { return board_ ? board_->next_deadline() : std::nullopt; }

void AlertBench::collect() {
  for (auto& notice : board_->take_notices()) told_.push_back(std::move(notice));
}

std::string AlertBench::source(Words words, alert::Moment now) {
  const std::string name(words.next());
  auto& fact = sources_[name];
  fact.name = name;
  const auto what = words.next();
  if (what == "up" || what == "down") {
    fact.up = what == "up";
  } else if (what == "line") {
    fact.last_line = now.wall;
  } else if (what == "lost") {
    ++fact.lost;
  } else {
    return "SOURCE NAME up, down, line or lost";
  }
  board(now).observe(fact, now);
  board_->advance(now);
  collect();
  return {};
}

std::string AlertBench::daemon(Words words, alert::Moment now) {
  const auto trouble = alert::trouble_named(words.next());
  const auto state = words.next();
  if (!trouble || (state != "on" && state != "off")) return "DAEMON TROUBLE on or off";
  board(now).observe(alert::DaemonFact{*trouble, std::string(words.rest()), state == "on", "trouble"}, now);
  board_->advance(now);
  collect();
  return {};
}

std::string AlertBench::silence(Words words, alert::Moment now) {
  alert::Silence silence;
  silence.scope.tunnel = {std::string(words.next())};
  const auto span = words.duration();
  if (!span) return "SILENCE PATTERN 2h";
  silence.starts_at = now.wall;
  silence.ends_at = now.wall + *span;
  const auto id = board(now).silence(silence, now);
  return id ? std::string{} : id.error().what;
}

std::string AlertBench::unsilence(alert::Moment now) {
  for (const auto& silence : board(now).silences()) board_->end_silence(silence.id, now);
  board_->advance(now);
  collect();
  return {};
}

void AlertBench::caught_up(alert::Moment now) {
  board(now).caught_up(now);
  board_->advance(now);
  collect();
}

void AlertBench::restart(alert::Moment now) {
  const auto memory = board(now).memory(now);
  board_.emplace(setup());
  board_->restore(memory, now);
  board_->begin_grace(now, grace);
  for (const auto& [name, fact] : sources_) board_->observe(fact, now);
}

std::string AlertBench::check(Words words, WallTime) {
  const auto kind = words.next();
  const auto name = words.next();
  const auto wanted = std::string(kind) + ' ' + std::string(name) + ' ' + std::string(words.rest());
  if (told_.empty()) return "nothing was told";
  const auto found = shown(told_.front());
  last_ = std::move(told_.front());
  told_.pop_front();
  return found == wanted ? std::string{} : "found: " + found;
}

std::string AlertBench::check_none() { return told_.empty() ? std::string{} : "found: " + shown(told_.front()); }

std::string AlertBench::check_notice(Words words, WallTime beginning) {
  if (!last_) return "no alert was expected before";
  const auto what = words.next();
  const std::string wanted(words.rest());
  const auto text = [&](const alert::Texts& texts) {
    const auto entry = texts.find(std::string(what));
    return entry == texts.end() ? std::string("none") : entry->second;
  };
  std::string found;
  if (what == "since") found = since_beginning(last_->starts_at, beginning);
  if (what == "until") found = last_->ends_at ? since_beginning(*last_->ends_at, beginning) : "none";
  if (what == "members") found = std::to_string(last_->member_count);
  if (what == "held_by") found = joined(last_->held_by);
  if (!found.empty()) return found == wanted ? std::string{} : "found: " + found;
  found = last_->labels.contains(std::string(what)) ? text(last_->labels) : text(last_->annotations);
  if (what == "summary" || what == "description" || what == "checks")
    return found.find(wanted) != std::string::npos ? std::string{} : "found: " + found;
  return found == wanted ? std::string{} : "found: " + found;
}

std::string AlertBench::check_counts(Words words) {
  const auto wanted = words.number();
  const auto state = words.next();
  if (!wanted || !board_) return "EXPECT alerts 2 pending";
  std::size_t found = 0;
  for (const auto& alert : board_->alerts()) {
    if (name_of(alert.phase) == state || name_of(alert.held) == state) ++found;
  }
  return found == *wanted ? std::string{} : "found: " + std::to_string(found);
}

std::string AlertBench::unsaid() { return told_.empty() ? std::string{} : "nobody expected: " + shown(told_.front()); }

}  // namespace ikewatch::test
