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
constexpr std::size_t removed_at_once = most_unsaved / 8;

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

template <class Value>
bool is_there(const std::future<Value>& future) {
  return future.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}

}  // namespace

Keeper::Keeper(const std::filesystem::path& directory, store::Options options)
    : Keeper(directory, options, [directory](store::Options wanted, std::vector<std::string>& notices) {
        return store::Store::open(directory, wanted, notices);
      }) {}

Keeper::Keeper(std::filesystem::path directory, store::Options options, Writer::Open open)
    : directory_(std::move(directory)), options_(options), writer_(std::move(open)) {}

std::map<std::string, std::string> Keeper::begin(engine::Engine& engine) {
  std::map<std::string, std::string> positions;
  const bool is_open = facts_.up = opened(writer_.open_now(options_));
  auto saved = is_open ? writer_.load() : store::Store::read_saved(directory_);
  if (!saved) {
    if (is_open) failed(saved.error());
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

bool Keeper::opened(const Writer::Opened& opened) {
  for (const std::string& notice : opened.notices) log(Level::warning, notice);
  facts_.damaged += opened.notices.size();
  generation_ = 0;
  if (opened.done) return true;
  open_again_ = Clock::now() + open_pause;
  if (!std::exchange(failing_, true))
    log(messages::state_not_saved, to_string(opened.done.error()) + "; a restart would forget what is known now; trying again");
  return false;
}

/// A file that was damaged or moved away makes room for a fresh one, which holds nothing before the next save.
void Keeper::begin_to_open() {
  facts_.up = false;
  if (Clock::now() < open_again_) return;
  began_ = Clock::now();
  opening_ = writer_.open(options_);
}

void Keeper::note(const std::vector<engine::Change>& changes) {
  unsaved_.insert(unsaved_.end(), changes.begin(), changes.end());
  if (unsaved_.size() <= most_unsaved) return;
  const std::size_t dropped = unsaved_.size() - (most_unsaved - removed_at_once);
  unsaved_.erase(unsaved_.begin(), unsaved_.begin() + static_cast<std::ptrdiff_t>(dropped));
  lose(dropped);
}

void Keeper::lose(std::uint64_t changes) {
  facts_.history_dropped += changes;
  if (std::exchange(lacking_, lacking_ + changes) == 0)
    log(Level::warning, "more than " + std::to_string(most_unsaved) +
                            " changes of tunnels came at once or wait to be saved; the history will lack the oldest");
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
  return !facts_.up || memory.generation != generation_ || !unsaved_.empty() || new_parts_ ||
         reading.positions != saved_positions_ || !facts_.last_save || now - *facts_.last_save >= longest_silence;
}

void Keeper::tick(engine::Engine& engine, const Reading& reading, WallTime now) {
  if (!is_idle()) return;
  if (!writer_.usable()) return begin_to_open();
  if (Clock::now() < save_again_) return;
  engine::Memory memory = engine.memory(generation_);
  if (is_due(memory, reading, now)) begin_save(std::move(memory), reading, now);
}

void Keeper::save(engine::Engine& engine, const Reading& reading, WallTime now) {
  settle();
  if (!writer_.usable()) {
    begin_to_open();
    settle();
  }
  if (!writer_.usable()) return;
  begin_save(engine.memory(generation_), reading, now);
  settle();
}

/// What is saved belongs together: all of it was true at this moment.
void Keeper::begin_save(engine::Memory memory, const Reading& reading, WallTime now) {
  auto save = std::make_unique<Save>();
  save->options = options_;
  save->saved.memory = std::move(memory);
  save->saved.parts = parts_;
  for (const auto& facts : totals(reading.facts)) {
    const auto position = reading.positions.find(facts.name);
    save->saved.sources[facts.name] = state_of(facts, position == reading.positions.end() ? std::string{} : position->second);
  }
  save->changes = std::exchange(unsaved_, {});
  save->positions = reading.positions;
  save->now = now;
  new_parts_ = false;
  began_ = Clock::now();
  save_ = std::move(save);
  save_->saving = writer_.save(*save_);
}

/// True when nothing is under way. A disk that does not answer stops nothing but the saving, and is told.
bool Keeper::is_idle() {
  if (!save_ && !opening_.valid()) return true;
  if (save_ ? is_there(save_->saving) : is_there(opening_)) return settle(), true;
  if (facts_.up && Clock::now() - began_ > longest_pause) failed({{}, "saving takes longer than a minute"});
  return false;
}

/// Waits for what is under way.
void Keeper::settle() {
  if (opening_.valid()) opened(opening_.get());
  if (!save_) return;
  save_->saving.wait();
  finish(std::move(*std::exchange(save_, nullptr)));
}

void Keeper::finish(Save save) {
  const auto saving = save.saving.get();
  save_again_ = saving.ended + std::min<Clock::duration>((saving.ended - saving.began) * save_share, longest_pause);
  if (saving.done) return succeeded(save);
  new_parts_ = true;
  save.changes.insert(save.changes.end(), unsaved_.begin(), unsaved_.end());
  unsaved_.clear();
  note(save.changes);
  failed(saving.done.error());
}

void Keeper::succeeded(Save& save) {
  generation_ = save.saved.memory.generation;
  saved_positions_ = std::move(save.positions);
  facts_.up = true;
  facts_.last_save = save.now;
  if (const auto lacking = std::exchange(lacking_, 0); lacking != 0) {
    failing_ = false;
    log(Level::warning, "the state is saved again; the history lacks " + std::to_string(lacking) + " changes of tunnels");
  }
  if (std::exchange(failing_, false)) log(Level::info, "the state is saved again");
}

void Keeper::failed(const Problem& problem) {
  ++facts_.save_failures;
  facts_.up = false;
  if (!std::exchange(failing_, true))
    log(messages::state_not_saved, to_string(problem) + "; a restart would forget what came since the last save; trying again");
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

/// From the store. Whoever asks while an earlier question is still open does not wait: many who ask stop nothing either.
Result<Writer::Changes> Keeper::ask(const store::HistoryQuery& query) {
  const bool waits = question_.valid() && !is_there(question_);
  if (!waits) question_ = writer_.history(query);
  if (!waits && question_.wait_for(patience) == std::future_status::ready) return question_.get();
  if (is_idle()) return Problem{{}, "the disk takes long to read the history; ask again in a moment"};
  return Problem{{}, "the state is being saved, and the disk takes long; ask for the history again in a moment"};
}

Result<std::vector<engine::Change>> Keeper::history(const store::HistoryQuery& query) {
  auto changes = ask(query);
  if (!changes) return changes;
  static_cast<void>(is_idle());  // a save before it that failed gives its changes back
  const auto fits = [&](const engine::Change& change) {
    return (query.gateway.empty() || change.gateway == query.gateway) &&
           (change.tunnel == query.tunnel || change.peer == query.tunnel) && (!query.since || change.at >= *query.since);
  };
  std::copy_if(unsaved_.begin(), unsaved_.end(), std::back_inserter(*changes), fits);
  if (changes->size() > query.limit) changes->erase(changes->begin(), changes->end() - static_cast<std::ptrdiff_t>(query.limit));
  return changes;
}

metrics::StoreFacts Keeper::facts() {
  static_cast<void>(is_idle());
  return facts_;
}

}  // namespace ikewatch::app
