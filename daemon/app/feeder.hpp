// From a live line to the engine: header, gateway, rule, event. Role: the sink of every source. Ownership: refers to an engine
// that outlives it. Threads: the loop's.
#pragma once

#include "catch_up.hpp"
#include "gateways.hpp"

#include <ikewatch/config/settings.hpp>
#include <ikewatch/dbus/service.hpp>
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
  /// What systemd says of this host's IKE daemon, as if it were a line of its log. Left out where the log itself just told.
  void take(const dbus::UnitChange& change, WallTime now);
  /// For lines that were written before the start; see there.
  CatchUp catch_up;

  void reconfigure(std::shared_ptr<const rules::RuleSet> rules, const config::Settings& settings);

 private:
  void note(std::string_view gateway, const rules::Event& event, WallTime now);
  [[nodiscard]] std::string_view gateway_of(const source::Delivery& delivery) const;
  [[nodiscard]] std::optional<WallTime> time_of(const source::Delivery& delivery, std::string_view gateway);

  engine::Engine& engine_;
  std::shared_ptr<const rules::RuleSet> rules_;
  GatewayNames names_;
  std::string own_;  // the name of this host as a gateway
  std::string hostname_;
  std::optional<WallTime> told_;  // when this host's own log last told of a start or a stop
};

}  // namespace ikewatch::app
