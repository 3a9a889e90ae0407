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

History::Facts History::facts() const {
  Facts facts{{}, child_changed_, last_up_};
  for (std::size_t i = 0; i < traces_.size(); ++i) {
    if (traces_[i].count != 0) facts.traces.emplace_back(static_cast<rules::Signal>(i), traces_[i]);
  }
  return facts;
}

void History::restore(const Facts& facts) {
  child_changed_ = facts.child_changed;
  last_up_ = facts.last_up;
  for (const auto& [signal, trace] : facts.traces) traces_[static_cast<std::size_t>(signal)] = trace;
}

}  // namespace ikewatch::diagnosis
