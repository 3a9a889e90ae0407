#include <ikewatch/diagnosis/history.hpp>

#include <algorithm>

namespace ikewatch::diagnosis {

void History::note(rules::Signal signal, WallTime now) {
  Trace& trace = traces_[static_cast<std::size_t>(signal)];
  trace.last[trace.count++ % remembered] = now;
}

std::size_t History::count_since(rules::Signal signal, WallTime since) const {
  const Trace& trace = traces_[static_cast<std::size_t>(signal)];
  const auto known = trace.last.begin() + static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(trace.count, remembered));
  return static_cast<std::size_t>(std::count_if(trace.last.begin(), known, [&](WallTime at) { return at >= since; }));
}

}  // namespace ikewatch::diagnosis
