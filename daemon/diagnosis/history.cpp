#include <ikewatch/diagnosis/history.hpp>

#include <algorithm>

namespace ikewatch::diagnosis {
namespace {

auto trace_of(auto& traces, rules::Signal signal) {
  return std::find_if(traces.begin(), traces.end(), [&](const auto& trace) { return trace.first == signal; });
}

}  // namespace

void History::note(rules::Signal signal, WallTime now) {
  auto found = trace_of(facts_.traces, signal);
  if (found == facts_.traces.end()) found = facts_.traces.insert(found, {signal, {}});
  Trace& trace = found->second;
  trace.last[trace.count++ % remembered] = now;
}

std::size_t History::count_since(rules::Signal signal, WallTime since) const {
  const auto found = trace_of(facts_.traces, signal);
  if (found == facts_.traces.end()) return 0;
  const auto& [last, count] = found->second;
  const auto known = last.begin() + static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(count, remembered));
  return static_cast<std::size_t>(std::count_if(last.begin(), known, [&](WallTime at) { return at >= since; }));
}

}  // namespace ikewatch::diagnosis
