#include "story.hpp"

#include <ikewatch/rules/values.hpp>
#include <ikewatch/syslog/header.hpp>

#include <algorithm>

namespace ikewatch::app {

Story::Story(std::shared_ptr<const rules::RuleSet> rules, std::shared_ptr<const diagnosis::Knowledge> knowledge,
             engine::Settings settings, GatewayNames names, rules::DialectId only)
    : rules_(std::move(rules)), engine_(rules_, std::move(knowledge), std::move(settings)), names_(std::move(names)) {
  match_.headless = true;
  match_.only = only;
}

void Story::begin(Log log) {
  close_log();
  log_ = std::move(log);
  host_.clear();
  now_ = WallTime{};
  clocks_.clear();
  last_clock_ = clocks_.end();
  last_stamp_.clear();
  last_time_.reset();
  last_line_.clear();
}

void Story::take(const reader::Line& line) {
  const syslog::Record record = line.record ? *line.record : syslog::read_header(line.text);
  if (record.repeats != 0) return take_again(record, line);
  rules::Event event;
  const rules::Verdict verdict = rules_->match(record, match_, event);
  if (verdict.standing == rules::Standing::other) return pass_time(record, line);
  ++lines_.vpn;
  if (verdict.standing == rules::Standing::matched) ++lines_.matched;
  tell(record, line, verdict, event);
}

/// A syslog daemon's word that a message came again: counted as often as it came, and the remark itself is no unknown line.
void Story::take_again(const syslog::Record& record, const reader::Line& line) {
  const bool of_line_before = record.foreign;
  const std::string before = of_line_before ? last_line_ : std::string{};
  syslog::Record meant = of_line_before ? syslog::read_header(before) : record;
  rules::Event event;
  const rules::Verdict verdict = before.empty() && of_line_before ? rules::Verdict{} : rules_->match(meant, match_, event);
  if (verdict.standing == rules::Standing::other) return pass_time(record, line);
  meant.stamp = record.stamp;
  meant.relay_stamp = record.relay_stamp;
  ++lines_.vpn;
  if (verdict.standing == rules::Standing::matched) ++lines_.matched;
  const auto times = std::min<std::uint64_t>(record.repeats, repeats_left_);
  repeats_left_ -= times;
  for (std::uint64_t i = 0; i < times; ++i) tell(meant, line, verdict, event);
  last_line_ = before;
}

void Story::tell(const syslog::Record& record, const reader::Line& line, rules::Verdict verdict, const rules::Event& event) {
  const std::string_view gateway = gateway_of(record);
  const auto time = time_of(record, line, gateway);
  last_line_.assign(line.text);
  if (time) now_ = clock_of(gateway).at(*time);
  engine_.feed({gateway, record.raw.empty() ? line.text : record.raw, line.number, time, now_}, verdict, event);
  if (!on_event) return;
  const bool matched = verdict.standing == rules::Standing::matched;
  const auto peer = matched ? rules::address_part(event.field(rules::FieldId::peer)) : std::string_view{};
  on_event({line.number, time, gateway, peer, verdict, matched ? &event : nullptr});
}

StepClock& Story::clock_of(std::string_view gateway) {
  if (last_clock_ != clocks_.end() && last_clock_->first == gateway) return last_clock_->second;
  if (clocks_.size() >= max_clocks) gateway = {};  // they share one, as the engine's gateways beyond its limit do
  last_clock_ = clocks_.find(gateway);
  if (last_clock_ == clocks_.end()) last_clock_ = clocks_.emplace(std::string(gateway), StepClock{}).first;
  return last_clock_->second;
}

/// Lines of other programs show that the log goes on. Only the last of them is decoded, at the end.
void Story::pass_time(const syslog::Record& record, const reader::Line& line) {
  last_line_.clear();
  if (line.stamped) {
    quiet_until_ = line.stamped;
  } else if (record.stamp.form != syslog::StampForm::none && record.stamp.text.size() <= max_stamp) {
    quiet_stamp_.assign(record.stamp.text);
    quiet_form_ = record.stamp.form;
  }
}

/// Lets the time pass that the log covers behind the last line of each gateway.
void Story::close_log() {
  if (!quiet_stamp_.empty()) {
    quiet_until_ =
        syslog::decode_stamp({quiet_stamp_, quiet_form_}, {log_.written, names_.utc_offset(log_.gateway, log_.written)});
  }
  engine_.end_log(quiet_until_ ? std::max(*quiet_until_, now_) : now_);
  quiet_stamp_.clear();
  quiet_until_.reset();
}

void Story::end() {
  close_log();
  engine_.finish();
}

std::string_view Story::gateway_of(const syslog::Record& record) {
  if (!log_.gateway.empty()) return log_.gateway;
  if (!record.host.empty() && record.host != host_) host_ = record.host;
  return host_.empty() ? std::string_view(log_.fallback) : names_.resolve(host_);
}

std::optional<WallTime> Story::time_of(const syslog::Record& record, const reader::Line& line, std::string_view gateway) {
  if (line.stamped) return line.stamped;
  if (record.stamp.form == syslog::StampForm::none) return std::nullopt;
  if (record.stamp.text == last_stamp_) return last_time_;
  last_stamp_ = record.stamp.text;
  last_time_ = syslog::decode_stamp(record.stamp, {log_.written, names_.utc_offset(gateway, log_.written)});
  if (!last_time_) last_time_ = syslog::decode_stamp(record.relay_stamp, {log_.written, std::chrono::seconds{0}});
  return last_time_;
}

}  // namespace ikewatch::app
