#include "daemon.hpp"

#include "exit.hpp"
#include "log.hpp"
#include "messages.hpp"
#include "open_source.hpp"

#include <ikewatch/view/json.hpp>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <thread>

namespace ikewatch::app {
namespace {

constexpr auto tick_period = std::chrono::seconds(1);
constexpr unsigned ticks_between_correlations = 5;
constexpr unsigned ticks_between_signs_of_life = 15;  // proxies close what is silent for a minute
constexpr unsigned most_reading_loops = 4;
/// While more lines wait than are read, a tunnel that changes again and again is told of once for so many batches, some 4,000
/// lines.
constexpr unsigned most_untold_batches = 16;
constexpr std::size_t most_changes_of_an_event = 256;
const std::string alerts_part = "alerts";
const std::string gaps_part = "gaps";

store::Options store_options(const config::Settings& settings) {
  return {std::chrono::ceil<std::chrono::seconds>(settings.state.history)};
}

WallTime clock_now() { return std::chrono::time_point_cast<WallTime::duration>(std::chrono::system_clock::now()); }

}  // namespace

Daemon::Daemon(boost::asio::io_context& loop, std::string config_path)
    : loop_(loop), config_path_(std::move(config_path)), signals_(loop, SIGTERM, SIGINT, SIGHUP), timer_(loop) {}

Daemon::~Daemon() = default;

std::optional<Daemon::Loaded> Daemon::load(Problems& problems) const {
  const auto text = read_file(config_path_, config::max_file_bytes);
  if (!text) return problems.push_back(text.error()), std::nullopt;
  auto read = config::read_settings(config_path_, *text, host_name());
  problems = read.problems;
  if (!read.settings) return std::nullopt;
  const Findings certificates = examine_certificates(*read.settings, config_path_);
  problems = certificates.problems;
  for (const Problem& warning : certificates.warnings) log(Level::warning, to_string(warning));
  Meaning meaning = read_meaning(read.settings->rules.packs);
  problems.insert(problems.end(), meaning.problems.begin(), meaning.problems.end());
  if (!problems.empty()) return std::nullopt;
  return Loaded{std::move(*read.settings), std::move(meaning)};
}

Problems Daemon::start() {
  Problems problems;
  auto loaded = load(problems);
  if (!loaded) return problems;
  settings_ = std::move(loaded->settings);
  meaning_ = std::move(loaded->meaning);
  Service::configure(settings_);
  engine_ = std::make_unique<engine::Engine>(meaning_.rules, meaning_.knowledge, engine_settings(settings_));
  service_ = std::make_unique<Service>(*engine_);
  alarm_ = std::make_unique<Alarm>(loop_, *engine_);
  if (problems = alarm_->configure(settings_, engine_settings(settings_)); !problems.empty()) return problems;
  make_pipeline();
  const Inputs::Positions positions = restore();
  problems = open_http(settings_);
  if (problems.empty()) problems = inputs_->exchange(settings_, positions);
  if (!problems.empty()) return problems;
  open_bus();
  load_token();
  inputs_->release();
  reload_.last_success = clock_now();
  wait_for_signal();
  schedule_tick();
  ready_ = true;
  service_->started(settings_, http_->endpoint());
  return {};
}

void Daemon::make_pipeline() {
  const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
  const auto threads = static_cast<unsigned>(settings_.limits.threads == 0 ? cores : settings_.limits.threads);
  feeder_ = std::make_unique<Feeder>(*engine_, settings_.gateway);
  const auto take = [this](const Batch& batch) {
    feeder_->take(batch);
    if (++untold_batches_ >= most_untold_batches || !pipeline_->has_more()) tell_changes();
  };
  pipeline_ = std::make_unique<Pipeline>(loop_, threads, make_matcher(), take, Pipeline::few_lines, &service_->workers());
  inputs_ = std::make_unique<Inputs>(*pipeline_, std::min(threads, most_reading_loops), service_->workers());
}

std::shared_ptr<const Matcher> Daemon::make_matcher() const {
  return std::make_shared<LineMatcher>(meaning_.rules, settings_, host_name());
}

engine::Settings Daemon::engine_settings(const config::Settings& settings) const {
  auto wanted = config::to_engine_settings(settings);
  wanted.vouched_only = true;
  wanted.changes = true;
  return wanted;
}

/// History and alerts see the same changes, once each.
void Daemon::tell_changes() {
  untold_batches_ = 0;
  const auto changes = engine_->take_changes();
  if (changes.empty()) return;
  service_->take(changes);
  keeper_->note(changes);
  alarm_->take(changes);
  if (bus_) bus_->publish(changes);
  if (http_ && http_->has_streams()) publish(changes);
  if (const auto dropped = engine_->changes_dropped(); dropped != known_dropped_) look_at_everything(dropped);
}

/// More tunnels changed at once than the engine keeps changes: whoever follows them looks at every tunnel instead.
void Daemon::look_at_everything(std::uint64_t dropped) {
  keeper_->lose(dropped - std::exchange(known_dropped_, dropped));
  alarm_->look_again();
  if (bus_) bus_->look_again();
}

/// In pieces: a reader that keeps up has no more than one of them to take at a time.
void Daemon::publish(std::span<const engine::Change> changes) {
  while (!changes.empty()) {
    const auto piece = changes.first(std::min(changes.size(), most_changes_of_an_event));
    http_->publish("event: changes\ndata: " + view::to_json(piece) + "\n\n");
    changes = changes.subspan(piece.size());
  }
}

void Daemon::open_bus() {
  Bus::Parts parts{*engine_,
                   *keeper_,
                   *alarm_,
                   [this] { return reload(); },
                   [this] { tell_changes(); },
                   [this](const dbus::UnitChange& change) {
                     feeder_->take(change, *meaning_.rules, clock_now());
                     tell_changes();
                   }};
  bus_ = std::make_unique<Bus>(loop_, std::move(parts), config_path_);
  bus_->configure(settings_);
}

Inputs::Positions Daemon::restore() {
  // systemd names the directory that it made for the service (StateDirectory=, systemd.exec(5)).
  const char* given = std::getenv("STATE_DIRECTORY");
  keeper_ = std::make_unique<Keeper>(given != nullptr ? given : settings_.state.directory, store_options(settings_));
  auto positions = keeper_->begin(*engine_);
  feeder_->catch_up = CatchUp(keeper_->stopped_at(), clock_now());
  alarm_->restore(keeper_->part(alerts_part));
  inputs_->restore(gap_notes_from(keeper_->part(gaps_part)));
  return positions;
}

Problems Daemon::open_http(const config::Settings& settings) {
  auto server =
      http::Server::start(loop_, {.address = settings.http.listen.address.to_string(), .port = settings.http.listen.port},
                          [this](const http::Request& request) { return answer(request); });
  if (!server) return {server.error()};
  http_ = std::move(*server);
  return {};
}

void Daemon::wait_for_signal() {
  signals_.async_wait([this](const boost::system::error_code& error, int signal) {
    if (!error) on_signal(signal);
  });
}

void Daemon::on_signal(int signal) {
  if (signal != SIGHUP) return stop();
  reload();
  wait_for_signal();
}

/// All or nothing: a configuration with any problem changes nothing.
bool Daemon::reload() {
  const Service::Reloading reloading;
  Problems problems;
  auto loaded = load(problems);
  if (loaded) problems = apply(std::move(*loaded));
  reload_.successful = problems.empty();
  for (const Problem& problem : problems) log(Level::error, to_string(problem));
  alarm_->trouble(alert::Trouble::reload, {}, !problems.empty(), "the changed configuration was refused; the former one stays");
  if (!problems.empty()) return log(messages::reload_refused, "reload refused; the former configuration stays"), false;
  reload_.last_success = clock_now();
  log(messages::reloaded, "configuration reloaded");
  return true;
}

Problems Daemon::apply(Loaded loaded) {
  const bool new_endpoint = loaded.settings.http.listen != settings_.http.listen;
  auto former = new_endpoint ? std::move(http_) : nullptr;
  if (new_endpoint) {
    if (auto problems = open_http(loaded.settings); !problems.empty()) return http_ = std::move(former), problems;
  }
  keeper_->totals(inputs_->facts());
  auto problems = alarm_->configure(loaded.settings, engine_settings(loaded.settings));
  if (problems.empty()) problems = inputs_->exchange(loaded.settings, inputs_->positions());
  keeper_->totals(inputs_->facts());  // those that were made anew begin at 0 here, not in what is told
  if (!problems.empty()) {
    if (former) http_ = std::move(former);
    inputs_->release();
    static_cast<void>(alarm_->configure(settings_, engine_settings(settings_)));
    return problems;
  }
  if (loaded.settings.limits.threads != settings_.limits.threads)
    log(Level::notice, "limits.threads takes effect with a restart");
  settings_ = std::move(loaded.settings);
  meaning_ = std::move(loaded.meaning);
  Service::configure(settings_);
  keeper_->set_options(store_options(settings_));
  // What was matched by the former rules goes to the engine that knows them.
  pipeline_->exchange(make_matcher());
  tell_changes();  // by the names that they had
  engine_->reconfigure(meaning_.rules, meaning_.knowledge, engine_settings(settings_));
  feeder_->reconfigure(settings_.gateway);
  alarm_->look_again();
  tell_changes();
  bus_->configure(settings_);
  load_token();
  inputs_->release();
  return {};
}

void Daemon::stop() {
  ready_ = false;
  Service::stopping();
  timer_.cancel();
  signals_.cancel();
  inputs_->stop();
  http_->stop();
  tell_changes();
  bus_->stop();
  alarm_->stop();
  keeper_->set_part(alerts_part, alarm_->saved());
  if (inputs_->take_gap_news()) keeper_->set_part(gaps_part, to_saved(inputs_->gaps()));
  keeper_->save(*engine_, reading(), clock_now());
  Service::stopped();
  loop_.stop();
}

void Daemon::schedule_tick() {
  timer_.expires_after(tick_period);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    tick();
    schedule_tick();
  });
}

/// Lines that were received and wait for their turn come before the time that has passed since.
void Daemon::tick() {
  const WallTime now = clock_now();
  const WallTime oldest = std::min(now, pipeline_->oldest().value_or(now));
  if (!feeder_->catch_up.behind(now, inputs_->behind())) engine_->tick(oldest);
  if (++ticks_ % ticks_between_correlations == 0) engine_->correlate();
  tell_changes();
  alarm_->tick(inputs_->facts(), {now - oldest, inputs_->behind()});
  service_->tick(inputs_->facts());
  if (alarm_->take_unsaved()) keeper_->set_part(alerts_part, alarm_->saved());
  if (inputs_->take_gap_news()) keeper_->set_part(gaps_part, to_saved(inputs_->gaps()));
  keeper_->tick(*engine_, reading(), now);
  alarm_->trouble(alert::Trouble::store, {}, !keeper_->facts().up, "what is known cannot be saved; a restart would forget it");
  inputs_->report();  // for the next time
  if (ticks_ % ticks_between_signs_of_life == 0) http_->publish(":\n\n");
}

}  // namespace ikewatch::app
