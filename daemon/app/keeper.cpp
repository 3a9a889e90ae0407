#include "keeper.hpp"

#include "log.hpp"
#include "messages.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace ikewatch::app {
namespace {

/// Where nothing changes, the time of which the engine knows is still saved this often.
constexpr std::chrono::seconds longest_silence{60};
constexpr std::chrono::seconds open_pause{30};
/// Of the time between two saves a save takes at most this part.
constexpr int save_share = 10;
constexpr std::chrono::seconds longest_pause{60};
constexpr std::size_t most_unsaved = 65536;

void add(metrics::SourceFacts& sum, const metrics::SourceFacts& more) {
  sum.lines += more.lines;
  sum.bytes += more.bytes;
  sum.malformed += more.malformed;
  for (const auto& [reason, count] : more.dropped) sum.dropped[reason] += count;
  if (more.last_line) sum.last_line = more.last_line;
}

/// Numbers of a source only grow: where they are less, a new one took its place.
bool began_anew(const metrics::SourceFacts& last, const metrics::SourceFacts& now) {
  return now.lines < last.lines || now.bytes < last.bytes || now.malformed < last.malformed;
}

store::SourceState state_of(const metrics::SourceFacts& facts, const std::string& position) {
  return {position, facts.lines, facts.bytes, facts.malformed, facts.dropped, facts.last_line};
}

metrics::SourceFacts facts_of(const std::string& name, const store::SourceState& state) {
  metrics::SourceFacts facts;
  facts.name = name;
  facts.lines = state.lines;
  facts.bytes = state.bytes;
  facts.malformed = state.malformed;
  facts.dropped = state.dropped;
  facts.last_line = state.last_line;
  return facts;
}

}  // namespace

Keeper::Keeper(std::filesystem::path directory, store::Options options) : directory_(std::move(directory)), options_(options) {}

std::map<std::string, std::string> Keeper::begin(engine::Engine& engine) {
  std::map<std::string, std::string> positions;
  auto saved = open() ? store_->load() : store::Store::read_saved(directory_);
  if (!saved) {
    if (store_) failed(saved.error());
    return positions;
  }
  if (saved->memory.clock != WallTime{}) stopped_at_ = saved->memory.clock;
  engine.restore(saved->memory);
  parts_ = std::move(saved->parts);
  for (const auto& [name, state] : saved->sources) {
    positions[name] = state.position;
    carried_[name] = facts_of(name, state);
  }
  saved_positions_ = positions;
  return positions;
}

bool Keeper::open() {
  std::vector<std::string> notices;
  auto opened = store::Store::open(directory_, options_, notices);
  for (const std::string& notice : notices) log(Level::warning, notice);
  facts_.damaged += notices.size();
  facts_.up = static_cast<bool>(opened);
  if (!opened) {
    open_again_ = Clock::now() + open_pause;
    if (!std::exchange(failing_, true))
      log(messages::state_not_saved, to_string(opened.error()) + "; a restart would forget what is known now; trying again");
    return false;
  }
  store_ = std::move(*opened);
  generation_ = 0;
  return true;
}

/// A file that was damaged or moved away makes room for a fresh one.
void Keeper::reopen_if_lost() {
  if (store_ && !store_->usable()) store_.reset();
  if (!store_ && Clock::now() >= open_again_) open();
}

void Keeper::note(const std::vector<engine::Change>& changes) {
  unsaved_.insert(unsaved_.end(), changes.begin(), changes.end());
  if (unsaved_.size() <= most_unsaved) return;
  unsaved_.erase(unsaved_.begin(), unsaved_.end() - most_unsaved / 2);
}

std::string Keeper::part(const std::string& name) const {
  const auto found = parts_.find(name);
  return found == parts_.end() ? std::string{} : found->second;
}

void Keeper::set_part(const std::string& name, std::string text) {
  parts_[name] = std::move(text);
  new_parts_ = true;
}

bool Keeper::is_due(const engine::Memory& memory, const Reading& reading, WallTime now) const {
  if (Clock::now() < save_again_) return false;
  return memory.generation != generation_ || !unsaved_.empty() || new_parts_ || reading.positions != saved_positions_ ||
         !facts_.last_save || now - *facts_.last_save >= longest_silence;
}

void Keeper::tick(engine::Engine& engine, const Reading& reading, WallTime now) {
  reopen_if_lost();
  if (!store_ || Clock::now() < save_again_) return;
  engine::Memory memory = engine.memory(generation_);
  if (is_due(memory, reading, now)) write(std::move(memory), reading, now);
}

void Keeper::save(engine::Engine& engine, const Reading& reading, WallTime now) {
  reopen_if_lost();
  if (store_) write(engine.memory(generation_), reading, now);
}

void Keeper::write(engine::Memory memory, const Reading& reading, WallTime now) {
  const auto began = Clock::now();
  const std::uint64_t generation = memory.generation;
  store::Saved saved;
  saved.memory = std::move(memory);
  saved.parts = parts_;
  for (const auto& facts : totals(reading.facts)) {
    const auto position = reading.positions.find(facts.name);
    saved.sources[facts.name] = state_of(facts, position == reading.positions.end() ? std::string{} : position->second);
  }
  const auto done = store_->save(saved, unsaved_, now);
  if (done) {
    succeeded(generation, reading, now);
  } else {
    failed(done.error());
  }
  save_again_ = Clock::now() + std::min<Clock::duration>((Clock::now() - began) * save_share, longest_pause);
}

void Keeper::succeeded(std::uint64_t generation, const Reading& reading, WallTime now) {
  generation_ = generation;
  saved_positions_ = reading.positions;
  unsaved_.clear();
  new_parts_ = false;
  facts_.up = true;
  facts_.last_save = now;
  if (std::exchange(failing_, false)) log(Level::info, "the state is saved again");
}

void Keeper::failed(const Problem& problem) {
  ++facts_.save_failures;
  facts_.up = false;
  if (!std::exchange(failing_, true))
    log(messages::state_not_saved, to_string(problem) + "; nothing is lost as long as this process runs; trying again");
}

std::vector<metrics::SourceFacts> Keeper::totals(std::vector<metrics::SourceFacts> facts) {
  for (metrics::SourceFacts& now : facts) {
    metrics::SourceFacts& last = last_[now.name];
    metrics::SourceFacts& carried = carried_[now.name];
    if (began_anew(last, now)) add(carried, last);
    last = now;
    metrics::SourceFacts sum = carried;
    add(sum, now);
    sum.name = now.name;
    sum.up = now.up;
    now = std::move(sum);
  }
  return facts;
}

std::vector<engine::Change> Keeper::history(const store::HistoryQuery& query) {
  std::vector<engine::Change> changes;
  if (store_) {
    if (auto saved = store_->history(query)) changes = std::move(*saved);
  }
  const auto fits = [&](const engine::Change& change) {
    return (query.gateway.empty() || change.gateway == query.gateway) &&
           (change.tunnel == query.tunnel || change.peer == query.tunnel) && (!query.since || change.at >= *query.since);
  };
  std::copy_if(unsaved_.begin(), unsaved_.end(), std::back_inserter(changes), fits);
  if (changes.size() > query.limit) changes.erase(changes.begin(), changes.end() - static_cast<std::ptrdiff_t>(query.limit));
  return changes;
}

metrics::StoreFacts Keeper::facts() const { return facts_; }

void Keeper::set_options(store::Options options) {
  options_ = options;
  if (store_) store_->set_options(options);
}

}  // namespace ikewatch::app
