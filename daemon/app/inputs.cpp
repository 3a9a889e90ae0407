#include "inputs.hpp"

#include "log.hpp"
#include "open_source.hpp"

#include <algorithm>
#include <iterator>

namespace ikewatch::app {
namespace {

std::string stored(const Inputs::Positions& positions, const std::string& name) {
  const auto found = positions.find(name);
  return found == positions.end() ? std::string{} : found->second;
}

}  // namespace

Problems Inputs::start(const config::Source& wanted, const config::Settings& settings, const Positions& positions,
                       std::vector<Running>& running) {
  const source::Sink sink = [take = take_](const source::Source&, const source::Delivery& delivery) { take(delivery); };
  auto made = open_source(wanted, settings, stored(positions, wanted.name), sink);
  const auto started = made->start(loop_);
  // A journal or file that is not there yet is no reason to be blind on all other sources.
  if (!started && wanted.type == config::SourceType::journald) {
    log(Level::warning, "source " + wanted.name + ": " + to_string(started.error()) + "; going on without it");
  } else if (!started) {
    return {started.error()};
  } else if (made->problem()) {
    log(Level::warning, to_string(*made->problem()) + "; it is tried again and again");
  }
  running.push_back({wanted, settings.limits.line, std::move(made)});
  return {};
}

Problems Inputs::exchange(const config::Settings& settings, const Positions& positions) {
  std::vector<Running> kept, retired, fresh;
  for (Running& running : running_) {
    const bool same = running.max_line == settings.limits.line &&
                      std::find(settings.sources.begin(), settings.sources.end(), running.wanted) != settings.sources.end();
    (same ? kept : retired).push_back(std::move(running));
  }
  running_.clear();
  for (Running& running : kept) {
    const auto refreshed = running.source->refresh();
    if (refreshed.has_value()) continue;
    std::move(kept.begin(), kept.end(), std::back_inserter(running_));
    std::move(retired.begin(), retired.end(), std::back_inserter(running_));
    return {refreshed.error()};
  }
  for (Running& running : retired) running.source->stop();  // an endpoint may pass to its successor
  const Positions now_known = [&] {
    Positions all = positions;
    for (const Running& running : retired) all[running.wanted.name] = running.source->position();
    return all;
  }();
  Problems problems;
  for (const config::Source& wanted : settings.sources) {
    const auto runs = [&](const Running& running) { return running.wanted == wanted; };
    if (std::any_of(kept.begin(), kept.end(), runs)) continue;
    const auto failed = start(wanted, settings, now_known, fresh);
    problems.insert(problems.end(), failed.begin(), failed.end());
  }
  if (!problems.empty()) {
    for (Running& running : fresh) running.source->stop();
    fresh.clear();
    for (Running& running : retired) (void)start(running.wanted, settings, now_known, fresh);
  }
  for (Running& running : kept) running_.push_back(std::move(running));
  for (Running& running : fresh) running_.push_back(std::move(running));
  return problems;
}

void Inputs::stop() {
  for (Running& running : running_) running.source->stop();
}

std::vector<metrics::SourceFacts> Inputs::facts() const {
  std::vector<metrics::SourceFacts> all;
  for (const Running& running : running_) {
    const source::Counters& counters = running.source->counters();
    metrics::SourceFacts facts{running.wanted.name, counters.lines,    counters.bytes, counters.malformed, {},
                               counters.up,         counters.last_line};
    for (const auto& [reason, count] : counters.dropped) facts.dropped[std::string(source::to_text(reason))] = count;
    all.push_back(std::move(facts));
  }
  return all;
}

Inputs::Positions Inputs::positions() const {
  Positions all;
  for (const Running& running : running_) all[running.wanted.name] = running.source->position();
  return all;
}

}  // namespace ikewatch::app
