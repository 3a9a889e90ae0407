#include "inputs.hpp"

#include "log.hpp"
#include "open_source.hpp"

#include <algorithm>
#include <utility>

namespace ikewatch::app {
namespace {

constexpr std::size_t most_batches = 64;  // about 14 MB when they are all full of lines that mean something

std::string stored(const Inputs::Positions& positions, const std::string& name) {
  const auto found = positions.find(name);
  return found == positions.end() ? std::string{} : found->second;
}

std::shared_ptr<Intake> intake_for(const config::Source& wanted, std::string position) {
  auto intake = std::make_shared<Intake>();
  intake->name = wanted.name;
  intake->position = std::move(position);
  intake->gaps_blind = wanted.type != config::SourceType::syslog;
  intake->of_this_host = intake->gaps_blind && wanted.directory.empty();
  return intake;
}

void add(metrics::SourceFacts& facts, const source::Counters& counters) {
  facts.bytes += counters.bytes;
  facts.malformed += counters.malformed;
  facts.up = facts.up && counters.up;
  for (const auto& [reason, count] : counters.dropped) facts.dropped[std::string(source::to_text(reason))] += count;
}

}  // namespace

Inputs::Inputs(Pipeline& pipeline, unsigned threads) : pipeline_(pipeline) {
  for (unsigned i = 0; i < threads; ++i) network_.push_back(std::make_unique<ReadingLoop>());
}

Inputs::~Inputs() { end(running_); }

ReadingLoop& Inputs::loop_for(const config::Source& wanted) {
  if (wanted.type != config::SourceType::syslog) return disk_;
  return *network_[next_loop_++ % network_.size()];
}

Problems Inputs::start(const config::Source& wanted, const config::Settings& settings, const Positions& positions,
                       std::vector<Running>& all) {
  Running running{wanted, settings.limits.line, intake_for(wanted, stored(positions, wanted.name)), {}};
  const bool udp = wanted.type == config::SourceType::syslog && wanted.listen.scheme == config::Scheme::udp;
  const auto count = udp ? static_cast<unsigned>(network_.size()) : 1U;
  Result<void> started;
  for (unsigned i = 0; i < count && started; ++i) started = start_part(running, settings, {i, count});
  all.push_back(std::move(running));
  if (started) return {};
  if (wanted.type != config::SourceType::journald) return {started.error()};
  // A journal that is not there yet is no reason to be blind on all other sources.
  log(Level::warning, to_string(started.error()) + "; going on without it, and trying again");
  for (Part& part : all.back().parts) part.loop->call([&] { part.source->keep_trying(part.loop->context()); });
  return {};
}

Result<void> Inputs::start_part(Running& running, const config::Settings& settings, source::UdpShare share) {
  Part part;
  part.loop = &loop_for(running.wanted);
  const std::size_t feeds = settings.sources.size() + network_.size() - 1;
  part.feed =
      std::make_shared<Feed>(part.loop->context(), pipeline_, running.intake, most_batches / std::max<std::size_t>(feeds, 1));
  part.source = open_source(running.wanted, settings, running.intake->position, part.feed->sink(), share);
  if (!part.source) {
    config::Settings only;
    only.sources = {running.wanted};
    return not_offered(only).front();
  }
  const auto started = part.loop->call([&] {
    part.source->pause();
    auto result = part.source->start(part.loop->context());
    part.feed->begin(*part.source);
    return result;
  });
  running.parts.push_back(std::move(part));
  return started;
}

Problems Inputs::start_missing(const config::Settings& settings, const std::vector<Running>& kept, const Positions& positions,
                               std::vector<Running>& fresh) {
  Problems problems;
  for (const config::Source& wanted : settings.sources) {
    const auto runs = [&](const Running& running) { return running.wanted == wanted; };
    if (std::any_of(kept.begin(), kept.end(), runs)) continue;
    const auto failed = start(wanted, settings, positions, fresh);
    problems.insert(problems.end(), failed.begin(), failed.end());
  }
  return problems;
}

/// Endpoints may pass to successors, and these go on where the engine has come to.
void Inputs::end(std::vector<Running>& all) {
  for (Running& running : all) {
    for (Part& part : running.parts) {
      if (!part.source) continue;
      part.loop->call([&] {
        part.source->stop();
        part.feed->finish();
        part.source.reset();
      });
    }
  }
  pipeline_.drain();
}

Problems Inputs::exchange(const config::Settings& settings, const Positions& positions) {
  std::vector<Running> kept, retired, fresh;
  for (Running& running : running_) {
    const bool same = running.max_line == settings.limits.line &&
                      std::find(settings.sources.begin(), settings.sources.end(), running.wanted) != settings.sources.end();
    (same ? kept : retired).push_back(std::move(running));
  }
  running_.clear();
  end(retired);
  Positions known = positions;
  for (const Running& running : retired) known[running.wanted.name] = running.intake->position;
  const Problems problems = start_missing(settings, kept, known, fresh);
  if (!problems.empty()) {
    end(fresh);
    fresh.clear();
    config::Settings former = settings;
    former.sources.clear();
    for (const Running& running : retired) former.sources.push_back(running.wanted);
    for (const Problem& problem : start_missing(former, {}, known, fresh)) log(Level::error, to_string(problem));
  }
  for (Running& running : kept) running_.push_back(std::move(running));
  for (Running& running : fresh) running_.push_back(std::move(running));
  return problems;
}

void Inputs::release() {
  for (Running& running : running_) {
    for (Part& part : running.parts) boost::asio::post(part.loop->context(), [feed = part.feed] { feed->release(); });
  }
}

void Inputs::stop() { end(running_); }

void Inputs::report() {
  for (Running& running : running_) {
    for (Part& part : running.parts) boost::asio::post(part.loop->context(), [feed = part.feed] { feed->report(); });
  }
}

std::vector<metrics::SourceFacts> Inputs::facts() const {
  std::vector<metrics::SourceFacts> all;
  for (const Running& running : running_) {
    metrics::SourceFacts facts;
    facts.name = running.wanted.name;
    facts.lines = running.intake->lines;
    facts.last_line = running.intake->last_line;
    facts.up = true;
    for (const Part& part : running.parts) {
      if (part.source) add(facts, part.source->counters());
    }
    all.push_back(std::move(facts));
  }
  return all;
}

Inputs::Positions Inputs::positions() const {
  Positions all;
  for (const Running& running : running_) all[running.wanted.name] = running.intake->position;
  return all;
}

}  // namespace ikewatch::app
