// What one event costs the engine, and that it costs as much with 100,000 tunnels as with 10; what a tunnel takes of memory.
#include <benchmark/benchmark.h>
#include <malloc.h>
#include <ikewatch/engine/engine.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <string>
#include <unordered_map>
#include <vector>

namespace {

using namespace ikewatch;
using rules::EventKind;
using rules::FieldId;

constexpr std::size_t tunnels_of_a_gateway = 100;
constexpr std::string_view raw_line =
    "Nov 22 10:00:00 gw-001 racoon: INFO: IPsec-SA established: ESP/Tunnel 198.19.0.1[500]->198.18.0.1[500] "
    "spi=168086000(0xa04c9f0)";

rules::Rule rule_of(EventKind kind) {
  rules::Rule rule;
  rule.id = "bench." + std::string(rules::name_of(kind));
  rule.event = kind;
  rule.dialect = 0;
  rule.phase = rules::name_of(kind).starts_with("phase2") ? 2 : 1;
  return rule;
}

std::string gateway_of(std::size_t tunnel) { return "gw-" + std::to_string(tunnel / tunnels_of_a_gateway); }
std::string peer_of(std::size_t tunnel) {
  return "198.18." + std::to_string(tunnel / 250 % 250) + "." + std::to_string(tunnel % 250 + 1);
}

/// An engine with a fleet, and the lines to feed it with. SPIs are made up as they are needed and remembered by tunnel.
class Fleet {
 public:
  explicit Fleet(std::size_t tunnels) : engine_(empty_rules(), std::make_shared<diagnosis::Knowledge>(), settings(tunnels)) {
    for (std::size_t i = 0; i < tunnels; i += tunnels_of_a_gateway) gateways_.push_back(gateway_of(i));
    for (std::size_t i = 0; i < tunnels; ++i) {
      peers_.push_back(peer_of(i));
      spis_.push_back({0, 0});
    }
  }

  void come_up(std::size_t tunnel) {
    feed(tunnel, established_);
    renew(tunnel);
  }
  void renew(std::size_t tunnel) {
    spis_[tunnel] = {++last_spi_, ++last_spi_};
    feed(tunnel, child_up_, spis_[tunnel][0]);
    feed(tunnel, child_up_, spis_[tunnel][1]);
  }
  /// Five lines, as racoon's initiator has them.
  void rekey(std::size_t tunnel) {
    const auto old = spis_[tunnel];
    feed(tunnel, child_expired_, old[0]);
    feed(tunnel, child_started_);
    renew(tunnel);
    feed(tunnel, child_deleted_, old[1]);
  }
  void inform(std::size_t tunnel) { feed(tunnel, information_); }
  void pass(std::chrono::seconds time) { now_ += time; }
  [[nodiscard]] std::size_t size() const { return peers_.size(); }
  [[nodiscard]] const engine::Engine& engine() const { return engine_; }

 private:
  static engine::Settings settings(std::size_t tunnels) {
    engine::Settings settings;
    settings.max_tunnels = tunnels;
    return settings;
  }
  static std::shared_ptr<const rules::RuleSet> empty_rules() {
    auto compiled = rules::compile_packs({{"bench.yaml",
                                           "version: 1\ndialect: racoon\nprefix: racoon\nclaims: {programs: [racoon]}\nrules:\n"
                                           "  - id: racoon.x\n    match: \"x\"\n    event: info\n    note: \"x\"\n"}});
    if (!compiled.rules) std::abort();
    return compiled.rules;
  }
  /// A line that waits for its turn, as those of a batch do in the daemon.
  struct Line {
    std::string_view gateway;
    rules::Event event;
    WallTime now;
    std::array<char, 16> digits{};
  };
  void feed(std::size_t tunnel, const rules::Rule& rule, std::uint32_t spi = 0) {
    Line& line = lines_[line_ % lines_.size()];
    if (line_ >= lines_.size()) take(line);
    ++line_;
    line.gateway = gateways_[tunnel / tunnels_of_a_gateway];
    line.now = now_;
    rules::Event& event = line.event;
    event.rule = &rule;
    event.kind = rule.event;
    event.fields[0].id = FieldId::peer;
    event.fields[0].text = peers_[tunnel];
    event.field_count = 1;
    if (spi != 0) {
      char* const digits = line.digits.data();
      const auto end = std::to_chars(digits, digits + line.digits.size(), spi).ptr;
      event.fields[1].id = FieldId::spi;
      event.fields[1].text = {digits, static_cast<std::size_t>(end - digits)};
      event.field_count = 2;
    }
    engine_.expect(line.gateway, event);
  }
  void take(const Line& line) {
    engine_.feed({line.gateway, raw_line, line_, line.now, line.now}, {rules::Standing::matched, 0}, line.event);
  }

  const rules::Rule established_ = rule_of(EventKind::phase1_up);
  const rules::Rule child_started_ = rule_of(EventKind::phase2_started);
  const rules::Rule child_up_ = rule_of(EventKind::phase2_up);
  const rules::Rule child_expired_ = rule_of(EventKind::phase2_expired);
  const rules::Rule child_deleted_ = rule_of(EventKind::phase2_deleted);
  const rules::Rule information_ = rule_of(EventKind::info);
  engine::Engine engine_;
  std::vector<std::string> gateways_;
  std::vector<std::string> peers_;
  std::vector<std::array<std::uint32_t, 2>> spis_;
  std::uint32_t last_spi_ = 1000;
  std::uint64_t line_ = 0;
  std::array<Line, engine::Engine::look_ahead> lines_;
  WallTime now_{std::chrono::hours(24 * 365 * 50)};
};

/// What any program would do that has a table of tunnels: a name is put together and looked up, and something is counted there.
class BareTable {
 public:
  explicit BareTable(std::size_t tunnels) {
    for (std::size_t i = 0; i < tunnels; i += tunnels_of_a_gateway) gateways_.push_back(gateway_of(i));
    for (std::size_t i = 0; i < tunnels; ++i) peers_.push_back(peer_of(i));
    for (std::size_t i = 0; i < tunnels; ++i) table_.try_emplace(name(i));
  }
  void count(std::size_t tunnel) { ++table_.find(name(tunnel))->second.events; }
  [[nodiscard]] std::size_t size() const { return peers_.size(); }

 private:
  struct Entry {
    std::uint64_t events = 0;
    std::array<char, 504> rest{};
  };
  const std::string& name(std::size_t tunnel) {
    return name_.assign(gateways_[tunnel / tunnels_of_a_gateway]).append(1, ' ').append(peers_[tunnel]);
  }
  std::vector<std::string> gateways_;
  std::vector<std::string> peers_;
  std::string name_;
  std::unordered_map<std::string, Entry> table_;
};

/// Gateways have their turns one after the other, so each event meets a tunnel that was not looked at for long.
std::size_t behind(std::size_t tunnel) { return tunnel + tunnels_of_a_gateway + 1; }

template <class Step>
void in_turns(benchmark::State& state, std::int64_t events_of_a_step, Step step) {
  Fleet fleet(static_cast<std::size_t>(state.range(0)));
  for (std::size_t i = 0; i < fleet.size(); ++i) fleet.come_up(i);
  // Before anything is measured every timeline is as full as it gets: longer stories cost no more.
  const std::size_t rounds = std::clamp<std::size_t>(100000 / fleet.size(), 8, 64);
  for (std::size_t round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < fleet.size(); ++i) fleet.rekey(i);
    fleet.pass(std::chrono::hours(1));
  }
  std::size_t next = 0;
  for (auto _ : state) {
    step(fleet, next);
    next = behind(next);
    if (next < fleet.size()) continue;
    next %= fleet.size();
    fleet.pass(std::chrono::minutes(5));
  }
  state.SetItemsProcessed(state.iterations() * events_of_a_step);
}

void informational_event(benchmark::State& state) {
  in_turns(state, 1, [](Fleet& fleet, std::size_t tunnel) { fleet.inform(tunnel); });
}
void rekey_cycle(benchmark::State& state) {
  in_turns(state, 5, [](Fleet& fleet, std::size_t tunnel) { fleet.rekey(tunnel); });
}

/// How much more any program pays for many tunnels, in the same order.
void bare_lookup(benchmark::State& state) {
  BareTable table(static_cast<std::size_t>(state.range(0)));
  std::size_t next = 0;
  for (auto _ : state) {
    table.count(next);
    next = behind(next);
    if (next >= table.size()) next %= table.size();
  }
  state.SetItemsProcessed(state.iterations());
}

std::size_t heap_in_use() {
  const auto info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

/// `rekeys` 0: an SA pair stands, and nothing has happened since.
void memory_of_a_tunnel(benchmark::State& state) {
  const auto tunnels = static_cast<std::size_t>(state.range(0));
  for (auto _ : state) {
    Fleet fleet(tunnels);
    const std::size_t before = heap_in_use();
    for (std::size_t i = 0; i < tunnels; ++i) fleet.come_up(i);
    for (std::int64_t round = 0; round < state.range(1); ++round) {
      for (std::size_t i = 0; i < tunnels; ++i) fleet.rekey(i);
      fleet.pass(std::chrono::hours(1));
    }
    state.counters["bytes/tunnel"] = static_cast<double>(heap_in_use() - before) / static_cast<double>(tunnels);
  }
}

void snapshot(benchmark::State& state) {
  Fleet fleet(static_cast<std::size_t>(state.range(0)));
  for (std::size_t i = 0; i < fleet.size(); ++i) fleet.come_up(i);
  for (auto _ : state) benchmark::DoNotOptimize(fleet.engine().snapshot());
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void sizes(benchmark::internal::Benchmark* bench) { bench->Arg(10)->Arg(1000)->Arg(100000); }

BENCHMARK(bare_lookup)->Apply(sizes);
BENCHMARK(informational_event)->Apply(sizes);
BENCHMARK(rekey_cycle)->Apply(sizes);
BENCHMARK(snapshot)->Arg(1000)->Arg(10000)->Unit(benchmark::kMillisecond);
BENCHMARK(memory_of_a_tunnel)
    ->ArgNames({"tunnels", "rekeys"})
    ->Args({1000, 0})
    ->Args({10000, 0})
    ->Args({100000, 0})
    ->Args({1000, 100})
    ->Args({10000, 20})
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
