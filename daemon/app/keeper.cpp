#include "keeper.hpp"

#include "log.hpp"
#include "messages.hpp"

#include <boost/asio/post.hpp>

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

/// An exception, which can only be a lack of memory, is a save that failed.
Result<void> result_of(std::future<Result<void>>& done) {
  try {
    return done.get();
  } catch (const std::exception& error) {
    return Problem{{}, std::string("the state cannot be saved: ") + error.what()};
  }
}

}  // namespace

Keeper::Keeper(std::filesystem::path directory, store::Options options) : directory_(std::move(directory)), options_(options) {}

Keeper::~Keeper() { writer_.join(); }

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
  if (!save_is_over()) return;
  reopen_if_lost();
  if (!store_ || Clock::now() < save_again_) return;
  engine::Memory memory = engine.memory(generation_);
  if (is_due(memory, reading, now)) begin_save(std::move(memory), reading, now);
}

void Keeper::save(engine::Engine& engine, const Reading& reading, WallTime now) {
  settle();
  reopen_if_lost();
  if (!store_) return;
  begin_save(engine.memory(generation_), reading, now);
  settle();
}

/// What is saved belongs together: all of it was true at this moment.
void Keeper::begin_save(engine::Memory memory, const Reading& reading, WallTime now) {
  auto save = std::make_unique<Save>();
  save->saved.memory = std::move(memory);
  save->saved.parts = parts_;
  for (const auto& facts : totals(reading.facts)) {
    const auto position = reading.positions.find(facts.name);
    save->saved.sources[facts.name] = state_of(facts, position == reading.positions.end() ? std::string{} : position->second);
  }
  save->changes = std::exchange(unsaved_, {});
  save->positions = reading.positions;
  save->now = now;
  save->began = Clock::now();
  new_parts_ = false;
  std::packaged_task<Result<void>()> task([&save = *save, &store = *store_] {
    auto done = store.save(save.saved, save.changes, save.now);
    save.ended = Clock::now();
    return done;
  });
  save->done = task.get_future();
  under_way_ = std::move(save);
  boost::asio::post(writer_, std::move(task));
}

/// True when the store is ours. A disk that does not answer stops nothing but the saving, and is told.
bool Keeper::save_is_over() {
  if (!under_way_) return true;
  if (under_way_->done.wait_for(std::chrono::seconds(0)) == std::future_status::ready) return settle(), true;
  if (facts_.up && Clock::now() - under_way_->began > longest_pause) failed({{}, "saving takes longer than a minute"});
  return false;
}

void Keeper::settle() {
  if (!under_way_) return;
  const auto done = result_of(under_way_->done);
  const auto save = std::move(under_way_);
  save_again_ = save->ended + std::min<Clock::duration>((save->ended - save->began) * save_share, longest_pause);
  if (done) return succeeded(*save);
  new_parts_ = true;
  save->changes.insert(save->changes.end(), unsaved_.begin(), unsaved_.end());
  unsaved_.clear();
  note(save->changes);
  failed(done.error());
}

void Keeper::succeeded(Save& save) {
  generation_ = save.saved.memory.generation;
  saved_positions_ = std::move(save.positions);
  facts_.up = true;
  facts_.last_save = save.now;
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
  settle();
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

metrics::StoreFacts Keeper::facts() {
  static_cast<void>(save_is_over());
  return facts_;
}

void Keeper::set_options(store::Options options) {
  settle();
  options_ = options;
  if (store_) store_->set_options(options);
}

}  // namespace ikewatch::app
