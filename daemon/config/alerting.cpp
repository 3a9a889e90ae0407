// Settings as the alert room wants them.
#include <ikewatch/config/settings.hpp>

namespace ikewatch::config {
namespace {

alert::Condition to_condition(const When& when) {
  alert::Condition condition;
  condition.state = when.state;
  condition.cause = when.cause;
  condition.tunnel = when.tunnel;
  condition.gateway = when.gateway;
  if (when.mode) condition.mode = *when.mode == Mode::on_demand ? alert::Mode::on_demand : alert::Mode::always_on;
  condition.flapping = when.flapping;
  condition.phase = when.phase;
  if (when.silent) condition.silent = *when.silent;
  condition.source = when.source;
  condition.up = when.up;
  condition.gap = when.gap;
  condition.trouble = when.daemon;
  return condition;
}

alert::Rule to_rule(const Alert& alert) {
  alert::Rule rule;
  rule.name = alert.name;
  rule.when = to_condition(alert.when);
  rule.hold = alert.hold;
  rule.clear_after = alert.clear_after;
  rule.severity = static_cast<alert::Severity>(alert.severity);
  rule.labels = alert.labels;
  rule.annotations = alert.annotations;
  return rule;
}

static_assert(static_cast<int>(Severity::critical) == static_cast<int>(alert::Severity::critical));
static_assert(static_cast<int>(Severity::info) == static_cast<int>(alert::Severity::info));

alert::Window to_window(const Maintenance& maintenance, const ZoneOf& zone_of) {
  alert::Window window;
  window.name = maintenance.name;
  window.scope = {maintenance.tunnel, maintenance.gateway, maintenance.alert};
  if (!maintenance.days.empty()) window.days.fill(false);
  for (const int day : maintenance.days) window.days.at(static_cast<std::size_t>(day)) = true;
  window.from = maintenance.from;
  window.to = maintenance.to;
  window.zone = zone_of(maintenance.timezone).value_or(alert::Zone{});
  return window;
}

}  // namespace

std::vector<alert::Rule> to_alert_rules(const Settings& settings) {
  std::vector<alert::Rule> rules;
  for (const auto& alert : settings.alerts) rules.push_back(to_rule(alert));
  return rules;
}

std::vector<alert::Window> to_windows(const Settings& settings, const ZoneOf& zone_of) {
  std::vector<alert::Window> windows;
  for (const auto& maintenance : settings.maintenance) windows.push_back(to_window(maintenance, zone_of));
  return windows;
}

}  // namespace ikewatch::config
