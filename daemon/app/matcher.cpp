#include "matcher.hpp"

#include <ikewatch/syslog/header.hpp>

namespace ikewatch::app {

LineMatcher::LineMatcher(std::shared_ptr<const rules::RuleSet> rules, const config::Settings& settings, std::string hostname)
    : rules_(std::move(rules)), names_(settings), own_(settings.gateway), hostname_(std::move(hostname)) {}

void LineMatcher::match(Batch& batch) const {
  for (std::size_t i = 0; i < batch.lines().size(); ++i) {
    const Batch::Line& line = batch.lines()[i];
    Batch::Told& told = batch.draft();
    told.line = i;
    const bool tells =
        line.record ? match(line, batch.record(*line.record), told) : match(line, syslog::read_header(line.text), told);
    if (tells) batch.keep_draft();
  }
}

bool LineMatcher::match(const Batch::Line& line, const syslog::Record& record, Batch::Told& told) const {
  told.gateway = gateway_of(line, record);
  rules::MatchOptions options;
  // The file that racoon writes itself (-l) has stamps, but no program name.
  options.headless = line.sender.empty() && line.host.empty() && record.program.empty();
  if (const auto dialect = names_.dialect(told.gateway); !dialect.empty()) options.only = rules_->dialect_named(dialect);
  told.verdict = rules_->match(record, options, told.event);
  if (told.verdict.standing == rules::Standing::other) return false;
  told.time = time_of(line, record, told.gateway);
  return true;
}

/// A sender that the configuration knows is believed; a line from this host's own loopback was relayed, so its header tells.
std::string_view LineMatcher::gateway_of(const Batch::Line& line, const syslog::Record& record) const {
  const auto named = [this](std::string_view host) {
    if (host == hostname_) return std::string_view(own_);
    return names_.resolve(host);
  };
  if (!line.sender.empty()) {
    const auto by_sender = names_.resolve(line.sender);
    if (by_sender != line.sender) return by_sender;
    return record.host.empty() ? line.sender : named(record.host);
  }
  if (!line.host.empty()) return named(line.host);
  return record.host.empty() ? std::string_view(own_) : named(record.host);
}

/// For display only: the state machine runs on the time of receipt, since device clocks lie.
std::optional<WallTime> LineMatcher::time_of(const Batch::Line& line, const syslog::Record& record,
                                             std::string_view gateway) const {
  if (line.stamped) return line.stamped;
  if (record.stamp.form == syslog::StampForm::none || record.clock == syslog::ClockTrust::unset) return line.received;
  const auto told = syslog::decode_stamp(record.stamp, {line.received, names_.utc_offset(gateway, line.received)});
  return told ? told : line.received;
}

}  // namespace ikewatch::app
