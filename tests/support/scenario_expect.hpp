// EXPECT: compares what an engine says with what a scenario wants, and remembers what was asked, so that nothing stays unsaid.
// Role: private to the scenario player. Ownership: a value; the engine belongs to the player.
#pragma once

#include "scenario_words.hpp"

#include <ikewatch/engine/engine.hpp>

#include <set>
#include <string>
#include <utility>

namespace ikewatch::test {

class Expectations {
 public:
  /// Checks the words behind EXPECT; empty when they hold, else what is wrong.
  std::string check(const engine::Engine& engine, Words words);
  /// Everything that the engine says and that no EXPECT asked for; empty when there is nothing.
  [[nodiscard]] std::string unsaid(const engine::Engine& engine) const;

 private:
  using Tunnel = std::pair<std::string, std::string>;  // gateway and peer

  std::string check_tunnel(const engine::Engine& engine, std::string_view gateway, Words words);
  std::string check_unattributed(const engine::Engine& engine, Words words);

  std::set<Tunnel> asked_;
  std::set<std::pair<Tunnel, rules::Cause>> asked_causes_;  // unattributed ones under an empty tunnel
  bool any_ = false;
};

}  // namespace ikewatch::test
