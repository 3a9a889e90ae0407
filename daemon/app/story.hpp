// Lines of any number of logs, one after the other, into the engine. Role: app's offline half, without files or terminals, so
// that tests can use it. Ownership: owns the engine. Threads: one.
#pragma once

#include "gateways.hpp"
#include "step_clock.hpp"

#include <ikewatch/engine/engine.hpp>
#include <ikewatch/reader/reader.hpp>
#include <ikewatch/view/json.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace ikewatch::app {

/// One log: whose it is, and when it was written.
struct Log {
  std::string gateway;  // given by the user; empty: the host that each line names, else `fallback`
  std::string fallback;
  WallTime written;  // the file's own time; stamps without a year are read as near to it as can be
};

class Story {
 public:
  /// How many messages of a run count because a syslog daemon says that they came again: a remark of a few bytes must not cost
  /// hours.
  static constexpr std::uint64_t most_repeats = 100'000;

  Story(std::shared_ptr<const rules::RuleSet> rules, std::shared_ptr<const diagnosis::Knowledge> knowledge,
        engine::Settings settings, GatewayNames names, rules::DialectId only);

  /// Called for each line of a known dialect, when set: `explain --format events`. For a line that says that a message came
  /// again, as often as it came.
  std::function<void(const view::EventLine&)> on_event;

  void begin(Log log);
  void take(const reader::Line& line);
  /// After the last log.
  void end();

  [[nodiscard]] view::LineCounts& lines() { return lines_; }
  [[nodiscard]] const engine::Engine& engine() const { return engine_; }

 private:
  void tell(const syslog::Record& record, const reader::Line& line, rules::Verdict verdict, const rules::Event& event);
  void take_again(const syslog::Record& record, const reader::Line& line);
  void pass_time(const syslog::Record& record, const reader::Line& line);
  void close_log();
  StepClock& clock_of(std::string_view gateway);
  std::string_view gateway_of(const syslog::Record& record);
  std::optional<WallTime> time_of(const syslog::Record& record, const reader::Line& line, std::string_view gateway);

  static constexpr std::size_t max_stamp = 64;
  static constexpr std::size_t max_clocks = 65536;

  std::shared_ptr<const rules::RuleSet> rules_;
  engine::Engine engine_;
  GatewayNames names_;
  rules::MatchOptions match_;
  view::LineCounts lines_;
  Log log_;
  std::string host_;                                      // the last that a line of this log named
  WallTime now_;                                          // the last time that this log told
  std::map<std::string, StepClock, std::less<>> clocks_;  // of the gateways in this log
  std::map<std::string, StepClock, std::less<>>::iterator last_clock_ = clocks_.end();
  std::string last_line_;  // of a known dialect, while no other line came behind it
  std::uint64_t repeats_left_ = most_repeats;
  std::string last_stamp_;  // decoded last: lines of one second come together
  std::optional<WallTime> last_time_;
  std::string quiet_stamp_;  // of the last line of another program
  syslog::StampForm quiet_form_ = syslog::StampForm::none;
  std::optional<WallTime> quiet_until_;
};

}  // namespace ikewatch::app
