// What happens to tunnels, told in the log: one line when a tunnel comes up, fails or goes down, when it begins or ends to flap,
// and for each diagnosis. Role: changes of the engine -> log. Ownership: remembers what was told last, so that a tunnel that
// fails again and again is told of once. Threads: the engine's.
#pragma once

#include <ikewatch/engine/change.hpp>

#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

namespace ikewatch::app {

class Chronicle {
 public:
  /// The leading diagnosis of a tunnel in a sentence, or nothing.
  using Summary = std::function<std::string(const std::string& gateway, const std::string& tunnel)>;

  explicit Chronicle(Summary summary) : summary_(std::move(summary)) {}

  void take(const std::vector<engine::Change>& changes);

 private:
  struct Told {
    tunnel::State state = tunnel::State::unknown;
    rules::Cause cause = rules::Cause::none;
  };
  Told& told_of(const engine::Change& change);
  void take_state(const engine::Change& change);
  void take_diagnosis(const engine::Change& change);

  Summary summary_;
  std::unordered_map<std::string, Told> told_;
};

}  // namespace ikewatch::app
