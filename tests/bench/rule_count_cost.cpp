// Does a line cost as much with 3,000 rules as with 50? A program of its own, so that it needs no benchmark library: prints the
// cost of each kind of line and ends with status 1 where 500 or 3,000 rules cost more than twice what 50 do.
//
// Processor time of this thread, the best of many rounds, and the sizes take turns: a busy or slow machine makes all of them
// slower.
#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <limits>

#include "synthetic_pack.hpp"

namespace {

using namespace ikewatch;

constexpr std::array<std::size_t, 3> sizes{50, 500, 3000};
constexpr int rounds = 60;
constexpr int repeats = 4000;
constexpr double most = 2.0;
constexpr double floor_nanoseconds = 40;  // below, a cache line more or less would decide

double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

struct Kind {
  const char* name;
  syslog::Record record;
  rules::Standing standing;
  bool headless = false;
};

/// Nanoseconds for one line.
double once(const rules::RuleSet& rules, const Kind& kind) {
  rules::Event event;
  const rules::MatchOptions options{.headless = kind.headless};
  const double begin = processor_seconds();
  for (int i = 0; i < repeats; ++i) {
    if (rules.match(kind.record, options, event).standing != kind.standing) {
      std::printf("%s: wrong verdict\n", kind.name);
      std::exit(2);
    }
  }
  return (processor_seconds() - begin) * 1e9 / repeats;
}

}  // namespace

int main() {
  syslog::Record prose;
  prose.raw = prose.text = "I tried: everything the manual says, but the tunnel: does not come up";
  const std::array<Kind, 5> kinds{{
      {"a form with fields",
       bench::racoon_line("INFO: IPsec-SA established: ESP/Tunnel 192.0.2.1[500]->198.51.100.7[500] spi=168086000(0xa04c9f0)"),
       rules::Standing::matched},
      {"a form that shares its beginning",
       bench::racoon_line("ERROR: phase1 negotiation failed due to time up. 376f9bb934bfc7e4:0000000000000000"),
       rules::Standing::matched},
      {"a form with free text",
       bench::racoon_line("ERROR: failed to get something that takes a while to say because of the weather"),
       rules::Standing::matched},
      {"a line that no rule knows", bench::racoon_line("ERROR: phase1 step into something that no rule has ever heard of"),
       rules::Standing::unmatched},
      {"prose without a header", prose, rules::Standing::other, true},
  }};
  const std::array<std::shared_ptr<const rules::RuleSet>, 3> packs{bench::pack_of(sizes[0]), bench::pack_of(sizes[1]),
                                                                   bench::pack_of(sizes[2])};
  bool grows = false;
  for (const Kind& kind : kinds) {
    std::array<double, 3> best;
    best.fill(std::numeric_limits<double>::max());
    for (int round = 0; round < rounds; ++round) {
      for (std::size_t i = 0; i < sizes.size(); ++i) best[i] = std::min(best[i], once(*packs[i], kind));
    }
    const double allowed = most * std::max(best[0], floor_nanoseconds);
    const bool bad = std::max(best[1], best[2]) > allowed;
    std::printf("%-34s %6.0f ns with 50 rules, %6.0f with 500, %6.0f with 3000%s\n", kind.name, best[0], best[1], best[2],
                bad ? "  GROWS" : "");
    grows = grows || bad;
  }
  return grows ? 1 : 0;
}
