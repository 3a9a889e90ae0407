// How long match() takes, and that it takes as long with 3,000 rules as with 50.
#include <benchmark/benchmark.h>
#include <ikewatch/rules/rule_set.hpp>

#include "synthetic_pack.hpp"

namespace {

using namespace ikewatch;

using bench::pack_of;
using bench::racoon_line;

void measure(benchmark::State& state, const syslog::Record& record, rules::Standing expected, bool headless = false) {
  const auto set = pack_of(static_cast<std::size_t>(state.range(0)));
  rules::Event event;
  const rules::MatchOptions options{.headless = headless};
  if (set->match(record, options, event).standing != expected) return state.SkipWithError("wrong verdict");
  for (auto _ : state) {
    benchmark::DoNotOptimize(set->match(record, options, event));
    benchmark::ClobberMemory();
  }
}

void established(benchmark::State& state) {
  measure(state, racoon_line("INFO: IPsec-SA established: ESP/Tunnel 192.0.2.1[500]->198.51.100.7[500] spi=168086000(0xa04c9f0)"),
          rules::Standing::matched);
}
void time_up(benchmark::State& state) {
  measure(state, racoon_line("ERROR: phase1 negotiation failed due to time up. 376f9bb934bfc7e4:0000000000000000"),
          rules::Standing::matched);
}
void prefixed(benchmark::State& state) {
  measure(state, racoon_line("[198.51.100.7] ERROR: initiate new phase 1 negotiation: 192.0.2.1[500]<=>198.51.100.7[500]"),
          rules::Standing::matched);
}
void with_text(benchmark::State& state) {
  measure(state, racoon_line("ERROR: failed to get something that takes a while to say because of the weather"),
          rules::Standing::matched);
}
void unmatched(benchmark::State& state) {
  measure(state, racoon_line("ERROR: phase1 step into something that no rule has ever heard of"), rules::Standing::unmatched);
}
void other_program(benchmark::State& state) {
  syslog::Record record;
  record.program = "kernel";
  record.raw = record.text = "usb 1-1: new high-speed USB device number 7 using xhci_hcd";
  measure(state, record, rules::Standing::other);
}
void other_tag(benchmark::State& state) {
  syslog::Record record;
  record.tag = "LINK-3-UPDOWN";
  record.raw = record.text = "Interface GigabitEthernet0/1, changed state to up";
  measure(state, record, rules::Standing::other);
}
void headless_prose(benchmark::State& state) {
  syslog::Record record;
  record.raw = record.text = "I tried: everything the manual says, but the tunnel: does not come up";
  measure(state, record, rules::Standing::other, true);
}

void sizes(benchmark::internal::Benchmark* bench) { bench->Arg(50)->Arg(500)->Arg(3000); }

BENCHMARK(established)->Apply(sizes);
BENCHMARK(time_up)->Apply(sizes);
BENCHMARK(prefixed)->Apply(sizes);
BENCHMARK(with_text)->Apply(sizes);
BENCHMARK(unmatched)->Apply(sizes);
BENCHMARK(other_program)->Apply(sizes);
BENCHMARK(other_tag)->Apply(sizes);
BENCHMARK(headless_prose)->Apply(sizes);

}  // namespace

BENCHMARK_MAIN();
