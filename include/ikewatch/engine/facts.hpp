// What the alert room wants to know of a tunnel. Role: engine views -> alert facts. Threads: pure functions.
#pragma once

#include <ikewatch/alert/fact.hpp>
#include <ikewatch/engine/engine.hpp>

#include <map>
#include <optional>
#include <string>

namespace ikewatch::engine {

/// The inventory and the ends of tunnels, looked up for each fact. Made anew at every reload.
class FactMaker {
 public:
  explicit FactMaker(const Settings& settings);

  [[nodiscard]] alert::TunnelFact operator()(const TunnelView& tunnel) const;

 private:
  [[nodiscard]] std::optional<alert::TunnelName> twin_of(const TunnelView& tunnel) const;

  struct Known {
    std::string name;
    bool on_demand = false;
  };
  std::map<std::pair<std::string, std::string>, Known> inventory_;  // by gateway and peer
  std::map<std::string, std::string> owner_;                        // of an address: the gateway
  std::map<std::string, std::vector<std::string>> addresses_;       // by gateway
};

}  // namespace ikewatch::engine
