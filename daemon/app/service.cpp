#include "service.hpp"

#include "messages.hpp"
#include "systemd.hpp"

#include <ikewatch/source/make.hpp>
#include <ikewatch/tunnel/state.hpp>

#include <algorithm>
#include <numeric>
#include <utility>

namespace ikewatch::app {
namespace {

using Clock = std::chrono::steady_clock;
constexpr unsigned ticks_between_counts = 5;

std::string number_of(std::size_t count, const std::string& thing) {
  return std::to_string(count).append(" ").append(thing).append(count == 1 ? "" : "s");
}

/// A socket that systemd opened and nobody reads would fill up in silence.
void complain_of_unused(const config::Settings& settings) {
  for (const std::string& name : source::inherited_names()) {
    const bool used = std::ranges::any_of(settings.sources, [&](const config::Source& one) {
      return one.type == config::SourceType::syslog && one.listen.scheme == config::Scheme::fd && one.listen.name == name;
    });
    if (used) continue;
    log(messages::socket_unused,
        std::string("systemd passed the socket ")
            .append(name)
            .append(", and no source reads it: add one with `listen: \"fd:")
            .append(name)
            .append("\"`, or disable the socket unit"),
        {{"SOCKET", name}});
  }
}

}  // namespace

std::string count_tunnels(const StateCounts& counts) {
  std::string text = number_of(std::accumulate(counts.begin(), counts.end(), std::size_t{0}), "tunnel");
  const char* separator = ": ";
  for (std::size_t state = 0; state < counts.size(); ++state) {
    if (counts[state] == 0) continue;
    text += separator + std::to_string(counts[state]) + ' ' + std::string(name_of(static_cast<tunnel::State>(state)));
    separator = ", ";
  }
  return text;
}

std::string count_sources(const std::vector<metrics::SourceFacts>& sources) {
  const auto up = std::ranges::count_if(sources, [](const metrics::SourceFacts& source) { return source.up; });
  return std::to_string(up) + " of " + number_of(sources.size(), "source") + " can be read";
}

Service::Service(const engine::Engine& engine)
    : engine_(engine),
      chronicle_([&engine](const std::string& gateway, const std::string& tunnel) {
        const auto view = engine.find(gateway, tunnel, engine::Detail::brief);
        return view && !view->diagnoses.empty() ? view->diagnoses.front().summary : std::string();
      }),
      loop_(workers_.add("event loop")),
      watchdog_(systemd::watchdog()),
      last_well_(Clock::now()) {}

Service::Reloading::Reloading() { systemd::notify("RELOADING=1\nMONOTONIC_USEC=" + systemd::monotonic_now()); }

Service::Reloading::~Reloading() { systemd::notify("READY=1"); }

void Service::configure(const config::Settings& settings) {
  if (const auto level = level_named(config::name_of(settings.log.level))) set_log_level(*level);
}

void Service::started(const config::Settings& settings, const std::string& endpoint) {
  complain_of_unused(settings);
  log(messages::started, "watching " + std::to_string(settings.sources.size()) + " sources, " +
                             std::to_string(settings.tunnels.size()) + " configured tunnels; http://" + endpoint + "/");
  told_status_ = count_tunnels(engine_.count_states());
  systemd::notify("READY=1\nSTATUS=" + told_status_);
}

void Service::take(const std::vector<engine::Change>& changes) {
  chronicle_.take(changes);
  changed_ = changed_ || !changes.empty();
}

void Service::tick(const std::vector<metrics::SourceFacts>& sources) {
  loop_.beat();
  feed_watchdog();
  tell_status(sources);
  tell_suppressed();
}

void Service::feed_watchdog() {
  const auto now = Clock::now();
  if (!workers_.all_well()) return complain_of_stuck(now);
  last_well_ = now;
  complained_ = false;
  if (watchdog_) systemd::notify("WATCHDOG=1");
}

/// Told before the service manager puts an end to it, so that the log says which part it was.
void Service::complain_of_stuck(Clock::time_point now) {
  if (!watchdog_ || complained_ || now - last_well_ < *watchdog_ / 2) return;
  complained_ = true;
  std::string names;
  for (const std::string& name : workers_.silent()) names += (names.empty() ? "" : ", ") + name;
  log(messages::worker_stuck, "no progress: " + names + "; the service manager will restart this service", {{"WORKER", names}});
}

void Service::tell_status(const std::vector<metrics::SourceFacts>& sources) {
  if (++ticks_ % ticks_between_counts == 1 && std::exchange(changed_, false)) tunnels_ = count_tunnels(engine_.count_states());
  const std::string status = tunnels_ + "; " + count_sources(sources);
  if (status == told_status_) return;
  told_status_ = status;
  systemd::notify("STATUS=" + status);
}

void Service::stopping() { systemd::notify("STOPPING=1\nSTATUS=saving what is known"); }

void Service::stopped() {
  tell_suppressed(true);
  log(messages::stopped, "stopped");
}

}  // namespace ikewatch::app
