// From matched batches to the engine, line by line, with what is missing between them. Role: the engine's side of the pipeline;
// the only place where position and counters of a source move on. Ownership: refers to an engine that outlives it. Threads: the
// engine's.
#pragma once

#include "batch.hpp"
#include "catch_up.hpp"
#include "intake.hpp"

#include <ikewatch/dbus/service.hpp>
#include <ikewatch/engine/engine.hpp>

#include <string>

namespace ikewatch::app {

class Feeder {
 public:
  /// `own`: the name of this host as a gateway.
  Feeder(engine::Engine& engine, std::string own) : engine_(engine), own_(std::move(own)) {}

  void take(const Batch& batch);
  void reconfigure(std::string own) { own_ = std::move(own); }

  /// What systemd says of this host's IKE daemon, as if it were a line of its log that `rules` know. Left out where the log
  /// itself just told.
  void take(const dbus::UnitChange& change, const rules::RuleSet& rules, WallTime now);
  /// For lines that were written before the start; see there.
  CatchUp catch_up;

 private:
  void expect(const Batch::Told& told) {
    if (told.verdict.standing == rules::Standing::matched) engine_.expect(told.gateway, told.event);
  }
  void feed(const Batch& batch, const Batch::Told& told, WallTime came);
  void note(Intake& intake, const Batch::Loss& loss, WallTime noticed);
  void inform(Intake& intake, std::string_view gateway, WallTime now);

  engine::Engine& engine_;
  std::string own_;
  std::optional<WallTime> told_;  // when this host's own log last told of a start or a stop
};

}  // namespace ikewatch::app
