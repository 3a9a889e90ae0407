#include "scenario.hpp"

#include "scenario_alerts.hpp"
#include "scenario_expect.hpp"

#include <ikewatch/syslog/header.hpp>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

namespace ikewatch::test {
namespace {

namespace fs = std::filesystem;

/// 2026-01-01, so that stamps in the lines have a year near to them.
constexpr WallTime beginning{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};
constexpr std::chrono::seconds tick_period{1};
/// Longer spans are not ticked through: the engine's own deadlines lie within minutes.
constexpr std::chrono::hours longest_ticking{3};
/// Alerts wait for days: their time passes in longer steps.
constexpr std::chrono::seconds long_tick_period{60};

std::string text_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class Player {
 public:
  Player(std::string file, const Packs& packs, Clock clock) : file_(std::move(file)), packs_(packs), clock_(clock) {}

  void statement(std::size_t number, std::string_view text);
  void show(const AfterStatement& after);
  Problems finish();

 private:
  struct Verb {
    std::string_view name;
    void (Player::*act)(Words);
    bool before_first_line = false;
  };
  static const std::array<Verb, 21> verbs;

  void packs(Words words);
  void inventory(Words words);
  void own(Words words);
  void vouched(Words words);
  void limit(Words words);
  void at(Words words);
  void pass(Words words);
  void expect(Words words);
  void restart(Words words);
  void correlate(Words words);
  void end(Words words);
  void reconfigure(Words words);
  void alerts(Words words);
  void one_alert(Words words);
  void maintenance(Words words);
  void source(Words words);
  void daemon(Words words);
  void silence(Words words);
  void unsilence(Words words);
  void caught_up(Words words);
  void clock(Words words);

  void feed(std::string_view gateway, std::string_view kind, std::string_view line);
  void advance(WallTime until);
  void tick(WallTime now);
  void look();
  engine::Engine& engine();
  /// The wall clock may have been set; the other one runs evenly.
  [[nodiscard]] alert::Moment moment() const { return {now_ + step_, now_.time_since_epoch()}; }
  void complain(const std::string& what) {
    if (!what.empty()) wrong(what);
  }
  void wrong(std::string what) { problems_.push_back({{file_, line_, 0}, std::move(what)}); }

  std::string file_;
  const Packs& packs_;
  Clock clock_;
  engine::Settings settings_;
  std::optional<engine::Engine> engine_;
  Expectations expectations_;
  AlertBench alerts_;
  Problems problems_;
  std::set<std::string, std::less<>> gateways_;
  std::size_t line_ = 0;
  std::uint64_t lines_fed_ = 0;
  WallTime now_ = beginning;
  std::chrono::microseconds step_{0};  // of the wall clock
};

const std::array<Player::Verb, 21> Player::verbs = {{
    {"PACKS", &Player::packs, true},
    {"INVENTORY", &Player::inventory, true},
    {"OWN", &Player::own, true},
    {"VOUCHED", &Player::vouched, true},
    {"LIMIT", &Player::limit, true},
    {"AT", &Player::at},
    {"PASS", &Player::pass},
    {"EXPECT", &Player::expect},
    {"RESTART", &Player::restart},
    {"CORRELATE", &Player::correlate},
    {"END", &Player::end},
    {"RECONFIGURE", &Player::reconfigure},
    {"ALERTS", &Player::alerts, true},
    {"ALERT", &Player::one_alert, true},
    {"MAINTENANCE", &Player::maintenance, true},
    {"SOURCE", &Player::source},
    {"DAEMON", &Player::daemon},
    {"SILENCE", &Player::silence},
    {"UNSILENCE", &Player::unsilence},
    {"CAUGHT_UP", &Player::caught_up},
    {"CLOCK", &Player::clock},
}};

void Player::statement(std::size_t number, std::string_view text) {
  line_ = number;
  Words words(text);
  if (words.rest().empty() || words.rest().front() == '#') return;
  const auto name = words.next();
  const auto verb = std::find_if(verbs.begin(), verbs.end(), [&](const Verb& v) { return v.name == name; });
  if (verb == verbs.end()) return wrong("no statement begins with \"" + std::string(name) + '"');
  if (verb->before_first_line && engine_)
    return wrong(std::string(name) + " must stand before the first line; or RECONFIGURE before it");
  (this->*verb->act)(words);
}

void Player::packs(Words words) {
  if (words.next() != "default") wrong("PACKS default is all there is");
}

void Player::inventory(Words words) {
  engine::ConfiguredTunnel tunnel;
  tunnel.gateway = words.next();
  tunnel.name = words.next();
  tunnel.peer = words.next();
  if (tunnel.peer.empty()) return wrong("INVENTORY GATEWAY NAME PEER");
  tunnel.on_demand = words.next() == "on_demand";
  settings_.tunnels.push_back(std::move(tunnel));
}

void Player::own(Words words) {
  engine::ConfiguredGateway gateway;
  gateway.name = words.next();
  for (auto address = words.next(); !address.empty(); address = words.next()) gateway.addresses.emplace_back(address);
  if (gateway.addresses.empty()) return wrong("OWN GATEWAY ADDRESS...");
  settings_.gateways.push_back(std::move(gateway));
}

void Player::vouched(Words words) {
  const auto word = words.next();
  if (word != "on" && word != "off") return wrong("VOUCHED on or VOUCHED off");
  settings_.vouched_only = word == "on";
}

void Player::limit(Words words) {
  const auto count = words.next() == "tunnels" ? words.number() : std::nullopt;
  if (!count) return wrong("LIMIT tunnels NUMBER");
  settings_.max_tunnels = *count;
}

void Player::at(Words words) {
  std::string_view when = words.next();
  const bool relative = consume(when, "+");
  const auto span = Words::duration_in(when);
  if (!span) return wrong("AT +3s, or AT 3s since the beginning");
  const WallTime moment = (relative ? now_ : beginning) + *span;
  if (moment < now_) return wrong("time does not run backwards");
  if (words.next() != "GATEWAY") return wrong("AT TIME GATEWAY NAME LINE ...");
  const auto gateway = words.next();
  const auto kind = words.next();
  if (gateway.empty() || words.rest().empty()) return wrong("AT TIME GATEWAY NAME LINE ...");
  advance(moment);
  feed(gateway, kind, words.rest());
}

void Player::feed(std::string_view gateway, std::string_view kind, std::string_view line) {
  const auto record = syslog::read_header(line);
  rules::Event event;
  const auto verdict = packs_.rules->match(record, {}, event);
  const auto wanted = kind == "LINE"      ? rules::Standing::matched
                      : kind == "UNKNOWN" ? rules::Standing::unmatched
                                          : rules::Standing::other;
  if (kind != "LINE" && kind != "UNKNOWN" && kind != "OTHER") return wrong("a line is a LINE, UNKNOWN or OTHER");
  if (verdict.standing != wanted) return wrong("for the rules this line is not a line of the kind " + std::string(kind));
  ++lines_fed_;
  gateways_.emplace(gateway);
  if (verdict.standing != rules::Standing::other) engine().feed({gateway, line, lines_fed_, now_, now_}, verdict, event);
  look();
}

void Player::pass(Words words) {
  const auto span = words.duration();
  if (!span) return wrong("PASS 90s");
  advance(now_ + *span);
  tick(now_);
}

/// The daemon's timer ends every second, at no special place within it.
void Player::advance(WallTime until) {
  if (clock_ == Clock::ticking && until - now_ <= longest_ticking) {
    for (WallTime next = now_ + tick_period; next < until; next += tick_period) engine().tick(next), now_ = next, look();
  } else if (alerts_.in_use()) {
    while (until - now_ > long_tick_period) engine().tick(now_ += long_tick_period), look();
  }
  now_ = until;
}

void Player::look() {
  if (alerts_.in_use()) alerts_.look(engine(), moment());
}

void Player::alerts(Words words) {
  if (words.next() != "default") return wrong("ALERTS default, or ALERT {name: ...}");
  complain(alerts_.configure_default(packs_.shipped_configuration));
}

void Player::one_alert(Words words) { complain(alerts_.configure("alerts", words.rest())); }
void Player::maintenance(Words words) { complain(alerts_.configure("maintenance", words.rest())); }
void Player::source(Words words) { complain(alerts_.source(words, moment())); }
void Player::daemon(Words words) { complain(alerts_.daemon(words, moment())); }
void Player::silence(Words words) { complain(alerts_.silence(words, moment())); }
void Player::unsilence(Words) { complain(alerts_.unsilence(moment())); }
void Player::caught_up(Words) { alerts_.caught_up(moment()); }

/// `CLOCK +1h`, `CLOCK -1h`: somebody set the clock.
void Player::clock(Words words) {
  std::string_view text = words.next();
  const bool back = consume(text, "-");
  if (!back && !consume(text, "+")) return wrong("CLOCK +1h or CLOCK -1h");
  const auto span = Words::duration_in(text);
  if (!span) return wrong("CLOCK +1h or CLOCK -1h");
  step_ += back ? -*span : *span;
  look();
}

void Player::tick(WallTime now) {
  if (clock_ == Clock::ticking) return engine().tick(now), look();
  for (const std::string& gateway : gateways_) engine().tick(gateway, now);
}

void Player::expect(Words words) {
  const auto text = words.rest();
  Words after = words;
  const auto first = after.next();
  if (first == "alert" || first == "no" || first == "notice" || first == "alerts") {
    engine();
    const auto what = first == "alert"    ? alerts_.check(after, beginning)
                      : first == "no"     ? alerts_.check_none()
                      : first == "notice" ? alerts_.check_notice(after, beginning)
                                          : alerts_.check_counts(after);
    if (!what.empty()) wrong("EXPECT " + std::string(text) + ": " + what);
    return;
  }
  auto wrong_here = expectations_.check(engine(), words);
  if (!wrong_here.empty()) wrong("EXPECT " + std::string(text) + ": " + wrong_here);
}

void Player::restart(Words words) {
  if (!words.rest().empty()) return wrong("RESTART stands alone");
  const auto memory = engine().memory();
  engine_.reset();
  if (alerts_.in_use()) alerts_.restart(moment());
  engine().restore(memory);
  if (alerts_.in_use()) alerts_.look_at_all(engine(), moment());
}

void Player::correlate(Words words) {
  if (!words.rest().empty()) return wrong("CORRELATE stands alone");
  engine().correlate();
  look();
}

void Player::end(Words words) {
  if (!words.rest().empty()) return wrong("END stands alone");
  engine().finish();
}

/// `RECONFIGURE INVENTORY gw name peer`: one more setting, into the engine that runs.
void Player::reconfigure(Words words) {
  engine();
  const auto name = words.next();
  const auto verb = std::find_if(verbs.begin(), verbs.end(), [&](const Verb& v) { return v.name == name; });
  if (verb == verbs.end() || !verb->before_first_line) return wrong("RECONFIGURE changes one of the settings");
  (this->*verb->act)(words);
  engine().reconfigure(packs_.rules, packs_.knowledge, settings_);
  if (!alerts_.in_use()) return;
  alerts_.apply(settings_, moment());
  alerts_.look_at_all(engine(), moment());
}

engine::Engine& Player::engine() {
  if (engine_) return *engine_;
  settings_.changes = alerts_.in_use();
  engine_.emplace(packs_.rules, packs_.knowledge, settings_);
  if (alerts_.in_use()) {
    alerts_.apply(settings_, moment());
    alerts_.look_at_all(*engine_, moment());
  }
  return *engine_;
}

void Player::show(const AfterStatement& after) {
  after(line_, engine(), [this] { return engine::Engine(packs_.rules, packs_.knowledge, settings_); });
}

Problems Player::finish() {
  const auto unsaid = alerts_.in_use() ? alerts_.unsaid() : expectations_.unsaid(engine());
  if (!unsaid.empty()) wrong("at the end: " + unsaid);
  return std::move(problems_);
}

}  // namespace

Packs read_packs(const fs::path& config) {
  std::vector<rules::PackText> texts;
  for (const auto& entry : fs::directory_iterator(config / "rules")) {
    if (entry.path().extension() == ".yaml") texts.push_back({entry.path().string(), text_of(entry.path())});
  }
  std::sort(texts.begin(), texts.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  auto compiled = rules::compile_packs(texts);
  const fs::path causes = config / "causes.yaml";
  auto knowledge = diagnosis::read_knowledge(causes.string(), text_of(causes));
  Packs packs{std::move(compiled.rules), std::move(knowledge.knowledge), std::move(compiled.problems), {}};
  packs.shipped_configuration = text_of(config / "ikewatch.yaml");
  packs.problems.insert(packs.problems.end(), knowledge.problems.begin(), knowledge.problems.end());
  return packs;
}

Problems play(const std::string& file, std::string_view text, const Packs& packs, Clock clock, const AfterStatement& after) {
  Player player(file, packs, clock);
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    player.statement(number, line);
    if (after && line.starts_with("AT ")) player.show(after);
  }
  return player.finish();
}

}  // namespace ikewatch::test
