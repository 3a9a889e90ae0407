#include "feeder.hpp"

#include <ikewatch/syslog/header.hpp>

namespace ikewatch::app {
namespace {

/// The bus may be later than the log, and the log later than the bus, by as much as this.
constexpr std::chrono::seconds same_ending{30};
constexpr std::string_view unit_program = "systemd-unit";  // of config/rules/systemd.yaml

/// The line that the rules know.
std::string text_of(const dbus::UnitChange& change) {
  if (change.event != dbus::UnitEvent::failed) return change.unit + ' ' + std::string(name_of(change.event));
  return change.unit + (change.starting ? " failed to start: " : " failed: ") + change.result;
}

}  // namespace

Feeder::Feeder(engine::Engine& engine, std::shared_ptr<const rules::RuleSet> rules, const config::Settings& settings,
               std::string hostname)
    : engine_(engine), rules_(std::move(rules)), names_(settings), own_(settings.gateway), hostname_(std::move(hostname)) {}

void Feeder::reconfigure(std::shared_ptr<const rules::RuleSet> rules, const config::Settings& settings) {
  rules_ = std::move(rules);
  names_ = GatewayNames(settings);
  own_ = settings.gateway;
}

void Feeder::take(const source::Delivery& delivery) {
  rules::Event event;
  const std::string_view gateway = gateway_of(delivery);
  rules::MatchOptions options;
  // The file that racoon writes itself (-l) has stamps, but no program name.
  options.headless = delivery.sender.empty() && delivery.host.empty() && delivery.record.program.empty();
  if (const auto dialect = names_.dialect(gateway); !dialect.empty()) options.only = rules_->dialect_named(dialect);
  const rules::Verdict verdict = rules_->match(delivery.record, options, event);
  if (verdict.standing == rules::Standing::other) return;
  if (verdict.standing == rules::Standing::matched) note(gateway, event, delivery.received);
  const auto told = time_of(delivery, gateway);
  engine_.feed({gateway, delivery.record.raw, 0, told, catch_up.came(told, delivery.received)}, verdict, event);
}

void Feeder::note(std::string_view gateway, const rules::Event& event, WallTime now) {
  const bool ends = event.kind == rules::EventKind::daemon_started || event.kind == rules::EventKind::daemon_stopped;
  if (ends && gateway == own_) told_ = now;
}

void Feeder::take(const dbus::UnitChange& change, WallTime now) {
  const bool failed = change.event == dbus::UnitEvent::failed;  // which no log of the daemon says
  if (!failed && told_ && now - *told_ < same_ending) return;
  const std::string text = text_of(change);
  const std::string raw = std::string(unit_program) + ": " + text;
  syslog::Record record;
  record.raw = raw;
  record.program = unit_program;
  record.text = text;
  rules::Event event;
  const rules::Verdict verdict = rules_->match(record, {}, event);
  if (verdict.standing != rules::Standing::matched) return;
  engine_.feed({own_, raw, 0, now, now}, verdict, event);
}

/// A sender that the configuration knows is believed; a line from this host's own loopback was relayed, so its header tells.
std::string_view Feeder::gateway_of(const source::Delivery& delivery) const {
  const auto named = [this](std::string_view host) {
    if (host == hostname_) return std::string_view(own_);
    return names_.resolve(host);
  };
  if (!delivery.sender.empty()) {
    const auto by_sender = names_.resolve(delivery.sender);
    if (by_sender != delivery.sender) return by_sender;
    return delivery.record.host.empty() ? delivery.sender : named(delivery.record.host);
  }
  if (!delivery.host.empty()) return named(delivery.host);
  return delivery.record.host.empty() ? std::string_view(own_) : named(delivery.record.host);
}

/// For display only: the state machine runs on the time of receipt, since device clocks lie.
std::optional<WallTime> Feeder::time_of(const source::Delivery& delivery, std::string_view gateway) {
  if (delivery.stamped) return delivery.stamped;
  const auto& record = delivery.record;
  if (record.stamp.form == syslog::StampForm::none || record.clock == syslog::ClockTrust::unset) return delivery.received;
  const auto told = syslog::decode_stamp(record.stamp, {delivery.received, names_.utc_offset(gateway, delivery.received)});
  return told ? told : delivery.received;
}

}  // namespace ikewatch::app
