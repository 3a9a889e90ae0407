#include "throttle.hpp"

#include <functional>

namespace ikewatch::app {

bool Throttle::admit(std::string_view kind, Clock::time_point now) {
  const auto found = windows_.find(kind);
  Window& own = found == windows_.end() ? windows_[std::string(kind)] : found->second;
  if (now >= own.end) {
    own.end = now + window;
    own.told = 0;
  }
  if (own.told < most) return ++own.told, true;
  return ++own.suppressed, false;
}

std::vector<Throttle::Suppressed> Throttle::take_suppressed(Clock::time_point now, bool at_end) {
  std::vector<Suppressed> all;
  for (auto& [kind, own] : windows_) {
    if (own.suppressed != 0 && (at_end || now >= own.end)) all.emplace_back(kind, std::exchange(own.suppressed, 0));
  }
  return all;
}

}  // namespace ikewatch::app
