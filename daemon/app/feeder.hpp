// From a live line to the engine: header, gateway, rule, event. Role: the sink of every source. Ownership: refers to an engine
// that outlives it. Threads: the loop's.
#pragma once

#include "catch_up.hpp"
#include "gateways.hpp"

#include <ikewatch/config/settings.hpp>
#include <ikewatch/engine/engine.hpp>
#include <ikewatch/source/source.hpp>

#include <memory>
#include <string>

namespace ikewatch::app {

class Feeder {
 public:
  Feeder(engine::Engine& engine, std::shared_ptr<const rules::RuleSet> rules, const config::Settings& settings,
         std::string hostname);

  void take(const source::Delivery& delivery);
  /// For lines that were written before the start; see there.
  CatchUp catch_up;

  void reconfigure(std::shared_ptr<const rules::RuleSet> rules, const config::Settings& settings);

 private:
  [[nodiscard]] std::string_view gateway_of(const source::Delivery& delivery) const;
  [[nodiscard]] std::optional<WallTime> time_of(const source::Delivery& delivery, std::string_view gateway);

  engine::Engine& engine_;
  std::shared_ptr<const rules::RuleSet> rules_;
  GatewayNames names_;
  std::string own_;  // the name of this host as a gateway
  std::string hostname_;
};

}  // namespace ikewatch::app
