// What saving costs: everything, and one tunnel that changed among many. On the disk of IKEWATCH_BENCH_STATE, else in /var/tmp.
#include <benchmark/benchmark.h>
#include <stdlib.h>
#include <ikewatch/engine/engine.hpp>
#include <ikewatch/store/store.hpp>
#include <ikewatch/syslog/header.hpp>

#include <cstdlib>

namespace {

using namespace ikewatch;

constexpr const char* pack =
    "version: 1\ndialect: racoon\nprefix: racoon\nclaims: {programs: [racoon]}\nrules:\n"
    "  - id: racoon.up\n    match: \"up {peer:address} {spi_in:spi}\"\n    event: phase2_up\n    note: \"It stands.\"\n"
    "    examples:\n      - {line: \"racoon: INFO: up 198.51.100.7 0x1\", fields: {peer: 198.51.100.7}}\n"
    "  - id: racoon.down\n    match: \"down {peer:address}\"\n    event: phase2_deleted\n    note: \"It is gone.\"\n"
    "    examples:\n      - {line: \"racoon: INFO: down 198.51.100.7\", fields: {peer: 198.51.100.7}}\n";

/// An engine of so many tunnels, each with a timeline as long as it may be, beside a store.
class World {
 public:
  explicit World(std::size_t tunnels) : rules_(rules::compile_packs({{"bench.yaml", pack}}).rules) {
    engine::Settings settings;
    settings.max_tunnels = tunnels;
    settings.changes = true;
    engine_ = std::make_unique<engine::Engine>(rules_, std::make_shared<diagnosis::Knowledge>(), settings);
    for (int round = 0; round < 10; ++round) {
      for (std::size_t i = 0; i < tunnels; ++i) change(i);
    }
    const char* base = std::getenv("IKEWATCH_BENCH_STATE");
    directory_ = std::string(base != nullptr ? base : "/var/tmp") + "/ikewatch-bench-XXXXXX";
    if (::mkdtemp(directory_.data()) == nullptr) std::abort();
    std::vector<std::string> notices;
    store_ = std::move(*store::Store::open(directory_, {}, notices));
  }
  ~World() {
    store_.reset();
    std::filesystem::remove_all(directory_);
  }
  void change(std::size_t tunnel) {
    now_ += std::chrono::milliseconds(1);
    const std::string peer =
        "10." + std::to_string(tunnel / 65536) + '.' + std::to_string(tunnel / 256 % 256) + '.' + std::to_string(tunnel % 256);
    feed("Nov 22 10:00:00 gw-1 racoon: INFO: up " + peer + " 0x" + std::to_string(++spi_ % 100'000'000), tunnel);
    feed("Nov 22 10:00:00 gw-1 racoon: INFO: down " + peer, tunnel);
  }
  bool save(std::uint64_t after) {
    store::Saved saved;
    saved.memory = engine_->memory(after);
    generation_ = saved.memory.generation;
    return store_->save(saved, engine_->take_changes(), now_).has_value();
  }
  [[nodiscard]] std::uint64_t generation() const { return generation_; }
  store::Store& store() { return *store_; }
  engine::Engine& engine() { return *engine_; }

 private:
  void feed(const std::string& line, std::size_t tunnel) {
    rules::Event event;
    const auto record = syslog::read_header(line);
    const auto verdict = rules_->match(record, {}, event);
    engine_->feed({"gw-" + std::to_string(tunnel % 40), line, 0, now_, now_}, verdict, event);
  }

  std::shared_ptr<const rules::RuleSet> rules_;
  std::unique_ptr<engine::Engine> engine_;
  std::string directory_;
  std::unique_ptr<store::Store> store_;
  WallTime now_{std::chrono::sys_days{std::chrono::year{2026} / 11 / 22}};
  std::uint64_t spi_ = 0;
  std::uint64_t generation_ = 0;
};

void one_of_many(benchmark::State& state) {
  World world(static_cast<std::size_t>(state.range(0)));
  if (!world.save(0)) return state.SkipWithError("not saved");
  std::size_t next = 0;
  for (auto _ : state) {
    world.change(next++ % static_cast<std::size_t>(state.range(0)));
    if (!world.save(world.generation())) return state.SkipWithError("not saved");
  }
}
BENCHMARK(one_of_many)->Arg(100)->Arg(10'000)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(100);

void everything(benchmark::State& state) {
  World world(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    state.PauseTiming();
    for (std::size_t i = 0; i < static_cast<std::size_t>(state.range(0)); ++i) world.change(i);
    state.ResumeTiming();
    if (!world.save(0)) return state.SkipWithError("not saved");
  }
}
BENCHMARK(everything)->Arg(10'000)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(5);

void what_changed(benchmark::State& state) {
  World world(static_cast<std::size_t>(state.range(0)));
  const auto generation = world.engine().memory().generation;
  for (auto _ : state) benchmark::DoNotOptimize(world.engine().memory(generation));
}
BENCHMARK(what_changed)->Arg(10'000)->Unit(benchmark::kMillisecond);

void load(benchmark::State& state) {
  World world(static_cast<std::size_t>(state.range(0)));
  if (!world.save(0)) return state.SkipWithError("not saved");
  for (auto _ : state) benchmark::DoNotOptimize(world.store().load());
}
BENCHMARK(load)->Arg(10'000)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(5);

}  // namespace

BENCHMARK_MAIN();
