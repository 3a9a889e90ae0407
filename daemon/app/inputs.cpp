#include "inputs.hpp"

#include "log.hpp"
#include "open_source.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace ikewatch::app {
namespace {

constexpr std::size_t most_batches = 64;  // about 14 MB when they are all full of lines that mean something

std::string stored(const Inputs::Positions& positions, const std::string& name) {
  const auto found = positions.find(name);
  return found == positions.end() ? std::string{} : found->second;
}

/// Whether what was read can be read again, from a position.
bool reads_again(const config::Source& wanted) { return wanted.type != config::SourceType::syslog; }

/// `former`: of the source of this name that ran before, or null.
std::shared_ptr<Intake> intake_for(const config::Source& wanted, std::string position, const Intake* former) {
  auto intake = std::make_shared<Intake>();
  intake->name = wanted.name;
  intake->position = std::move(position);
  intake->gaps_blind = reads_again(wanted);
  intake->of_this_host = intake->gaps_blind && wanted.directory.empty();
  intake->behind = !intake->position.empty();
  if (former == nullptr) return intake;
  intake->former = former->counters(former->counted);
  intake->gap = former->gap;
  return intake;
}

/// Every reason is shown from the start, but nothing is counted before the engine knows of it.
source::Counters zeros_of(const source::Counters& counters) {
  source::Counters zeros;
  for (const auto& [reason, count] : counters.dropped) zeros.dropped[reason] = 0;
  return zeros;
}

}  // namespace

Inputs::Inputs(Pipeline& pipeline, unsigned threads, Heartbeats& watch)
    : pipeline_(pipeline), disk_(watch.add("reading journals and files")) {
  for (unsigned i = 0; i < threads; ++i)
    network_.push_back(std::make_unique<ReadingLoop>(watch.add("reading sockets " + std::to_string(i + 1))));
}

Inputs::~Inputs() { end(running_); }

ReadingLoop& Inputs::loop_for(const config::Source& wanted) {
  if (reads_again(wanted)) return disk_;
  return *network_[next_loop_++ % network_.size()];
}

Problems Inputs::start(const config::Source& wanted, const config::Settings& settings, std::shared_ptr<Intake> intake,
                       std::vector<Running>& all) {
  Running running{wanted, settings.limits.line, std::move(intake), {}};
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
  part.feed = std::make_shared<Feed>(part.loop->context(), pipeline_, running.intake,
                                     most_batches / std::max<std::size_t>(feeds, 1), share.index);
  part.source = open_source(running.wanted, settings, running.intake->position, part.feed->sink(), share);
  running.intake->counted.push_back(zeros_of(part.source->counters()));
  std::optional<Problem> trouble;
  auto started = part.loop->call([&] {
    part.source->pause();
    auto result = part.source->start(part.loop->context());
    if (result) trouble = part.source->problem();
    part.feed->begin(*part.source);
    running.intake->position = part.source->position();  // where it begins, if nothing was known
    return result;
  });
  if (trouble) log(Level::warning, to_string(*trouble) + "; it is tried again and again");
  running.parts.push_back(std::move(part));
  return started;
}

Problems Inputs::start_missing(const config::Settings& settings, const std::vector<Running>& kept,
                               const std::vector<Running>& retired, const Positions& positions, std::vector<Running>& fresh) {
  Problems problems;
  for (const config::Source& wanted : settings.sources) {
    const auto runs = [&](const Running& running) { return running.wanted == wanted; };
    if (std::any_of(kept.begin(), kept.end(), runs)) continue;
    const auto former =
        std::find_if(retired.begin(), retired.end(), [&](const auto& one) { return one.wanted.name == wanted.name; });
    const bool known = former != retired.end();
    auto position = known ? former->intake->position : stored(positions, wanted.name);
    auto intake = intake_for(wanted, std::move(position), known ? former->intake.get() : nullptr);
    if (auto saved = saved_gaps_.extract(wanted.name)) intake->gap = std::move(saved.mapped());
    const auto failed = start(wanted, settings, std::move(intake), fresh);
    problems.insert(problems.end(), failed.begin(), failed.end());
  }
  return problems;
}

Result<void> Inputs::refresh(std::vector<Running>& all) {
  for (Running& running : all) {
    for (Part& part : running.parts) {
      auto refreshed = part.loop->call([&] { return part.source->refresh(); });
      if (!refreshed) return refreshed;
    }
  }
  return {};
}

void Inputs::limit_connections(std::vector<Running>& all, std::size_t most) {
  for (Running& running : all) {
    for (Part& part : running.parts) part.loop->call([&] { part.source->limit_connections(most); });
  }
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
  exchanged_ = true;
  if (const auto refreshed = refresh(kept); !refreshed) {
    std::move(kept.begin(), kept.end(), std::back_inserter(running_));
    std::move(retired.begin(), retired.end(), std::back_inserter(running_));
    return {refreshed.error()};
  }
  end(retired);
  Problems problems = start_missing(settings, kept, retired, positions, fresh);
  if (!problems.empty()) {
    end(fresh);
    fresh.clear();
    config::Settings former = settings_;
    former.sources.clear();
    for (const Running& running : retired) former.sources.push_back(running.wanted);
    for (const Problem& problem : start_missing(former, {}, retired, positions, fresh)) log(Level::error, to_string(problem));
  } else {
    settings_ = settings;
    limit_connections(kept, settings.limits.connections);
  }
  std::move(kept.begin(), kept.end(), std::back_inserter(running_));
  std::move(fresh.begin(), fresh.end(), std::back_inserter(running_));
  return problems;
}

void Inputs::release() {
  for (Running& running : running_) {
    for (Part& part : running.parts) boost::asio::post(part.loop->context(), [feed = part.feed] { feed->release(); });
  }
}

void Inputs::stop() { end(running_); }

void Inputs::report() {
  disk_.feel_pulse();
  for (const auto& loop : network_) loop->feel_pulse();
  for (Running& running : running_) {
    for (Part& part : running.parts) boost::asio::post(part.loop->context(), [feed = part.feed] { feed->report(); });
  }
}

bool Inputs::behind() const {
  return std::any_of(running_.begin(), running_.end(), [](const Running& running) { return running.intake->behind; });
}

bool Inputs::take_gap_news() {
  bool news = std::exchange(exchanged_, false);
  for (Running& running : running_) news = std::exchange(running.intake->gap_news, false) || news;
  return news;
}

GapNotes Inputs::gaps() const {
  GapNotes notes;
  for (const Running& running : running_) {
    if (running.intake->gap.missing > 0) notes[running.wanted.name] = running.intake->gap;
  }
  return notes;
}

/// What a socket counts will not come again, so it is told at once.
source::Counters Inputs::counted(const Running& running) {
  auto parts = running.intake->counted;
  for (std::size_t i = 0; i < running.parts.size(); ++i) {
    const auto& source = running.parts[i].source;
    if (source && !reads_again(running.wanted)) parts[i] = source->counters();
  }
  return running.intake->counters(parts);
}

std::vector<metrics::SourceFacts> Inputs::facts() const {
  std::vector<metrics::SourceFacts> all;
  for (const Running& running : running_) {
    const source::Counters counters = counted(running);
    metrics::SourceFacts facts;
    facts.name = running.wanted.name;
    facts.lines = counters.lines;
    facts.bytes = counters.bytes;
    facts.malformed = counters.malformed;
    facts.last_line = counters.last_line;
    for (const auto& [reason, count] : counters.dropped) facts.dropped[std::string(source::to_text(reason))] = count;
    facts.up = std::all_of(running.parts.begin(), running.parts.end(),
                           [](const Part& part) { return part.source && part.source->counters().up; });
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
