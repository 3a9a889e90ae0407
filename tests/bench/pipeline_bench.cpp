// The way of a line, step by step, over the log of a fleet with the packs that ship: header; header and match; all of it into the
// engine.
#include "data.hpp"
#include "story.hpp"

#include <benchmark/benchmark.h>
#include <ikewatch/syslog/header.hpp>

#include <cstdlib>
#include <fstream>
#include <iostream>

namespace {

using namespace ikewatch;

constexpr std::size_t most_lines = 50000;  // more than the caches hold

/// The log that the build made with fleet.py.
const std::vector<std::string>& fleet_lines() {
  static const std::vector<std::string> lines = [] {
    std::vector<std::string> read;
    std::ifstream file(IKEWATCH_FLEET_LOG);
    for (std::string line; read.size() < most_lines && std::getline(file, line);) read.push_back(line);
    return read;
  }();
  if (lines.empty()) std::abort();
  return lines;
}

const app::Meaning& shipped() {
  static const app::Meaning meaning = app::read_meaning({});
  for (const auto& problem : meaning.problems) std::cerr << to_string(problem) << '\n';
  if (!meaning.rules || !meaning.knowledge) std::abort();
  return meaning;
}

template <class Step>
void over_the_log(benchmark::State& state, Step step) {
  const auto& lines = fleet_lines();
  std::size_t bytes = 0;
  for (const std::string& line : lines) bytes += line.size() + 1;
  for (auto _ : state) {
    for (const std::string& line : lines) step(line);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(lines.size()));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
}

void header(benchmark::State& state) {
  over_the_log(state, [](const std::string& line) { benchmark::DoNotOptimize(syslog::read_header(line)); });
}

void header_and_match(benchmark::State& state) {
  const auto rules = shipped().rules;
  rules::MatchOptions options;
  options.headless = true;
  over_the_log(state, [&](const std::string& line) {
    rules::Event event;
    benchmark::DoNotOptimize(rules->match(syslog::read_header(line), options, event));
    benchmark::ClobberMemory();
  });
}

void explain(benchmark::State& state) {
  const auto& meaning = shipped();
  app::Story story(meaning.rules, meaning.knowledge, {}, {}, rules::no_dialect);
  story.begin({"", "gateway", WallTime{std::chrono::sys_days(std::chrono::year(2026) / 11 / 2)}});
  std::uint64_t number = 0;
  over_the_log(state, [&](const std::string& text) {
    reader::Line line;
    line.text = text;
    line.number = ++number;
    story.take(line);
  });
}

void start_up(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(app::read_meaning({}));
}

BENCHMARK(header)->Unit(benchmark::kMillisecond);
BENCHMARK(header_and_match)->Unit(benchmark::kMillisecond);
BENCHMARK(explain)->Unit(benchmark::kMillisecond);
BENCHMARK(start_up)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
