#include "feeder.hpp"

#include <ikewatch/syslog/header.hpp>

namespace ikewatch::app {

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
  const auto told = time_of(delivery, gateway);
  engine_.feed({gateway, delivery.record.raw, 0, told, catch_up.came(told, delivery.received)}, verdict, event);
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
