#include <ikewatch/alert/silence.hpp>

#include <ikewatch/base/text.hpp>

#include <algorithm>

namespace ikewatch::alert {
namespace {

using std::chrono::seconds;

/// `CET` or `<+0330>`; at least three characters.
bool skip_name(std::string_view& text) {
  const bool quoted = consume(text, "<");
  const auto end = quoted
                       ? text.find('>')
                       : static_cast<std::size_t>(std::ranges::find_if(text, [](char c) { return !is_alpha(c); }) - text.begin());
  if (end == std::string_view::npos || end < 3 || end > text.size()) return false;
  text.remove_prefix(quoted ? end + 1 : end);
  return true;
}

std::optional<int> number(std::string_view& text, int most) {
  const auto digits = text.substr(0, std::min<std::size_t>(text.find_first_not_of("0123456789"), text.size()));
  const auto value = digits.size() > 3 ? std::nullopt : to_number<int>(digits);
  if (!value || *value > most) return std::nullopt;
  text.remove_prefix(digits.size());
  return value;
}

/// `[+-]hh[:mm[:ss]]`; up to 167 hours (RFC 8536 section 3.3.1).
std::optional<seconds> span(std::string_view& text) {
  const bool negative = consume(text, "-");
  if (!negative) consume(text, "+");
  const auto hours = number(text, 167);
  if (!hours) return std::nullopt;
  seconds total = std::chrono::hours(*hours);
  seconds unit = std::chrono::minutes(1);
  for (int part = 0; part < 2 && consume(text, ":"); ++part, unit = seconds(1)) {
    const auto amount = number(text, 59);
    if (!amount) return std::nullopt;
    total += *amount * unit;
  }
  return negative ? -total : total;
}

}  // namespace

std::optional<Zone::Change> Zone::parse_change(std::string_view& text) {
  Change change;
  std::optional<int> month, week, day;
  if (consume(text, "M")) {
    month = number(text, 12);
    week = consume(text, ".") ? number(text, 5) : std::nullopt;
    day = consume(text, ".") ? number(text, 6) : std::nullopt;
    if (!month || !week || !day || *month == 0 || *week == 0) return std::nullopt;
    change.month = *month;
    change.week = *week;
  } else {
    change.rule = consume(text, "J") ? DayRule::julian : DayRule::zero_based;
    day = number(text, 365);
    if (!day || (change.rule == DayRule::julian && *day == 0)) return std::nullopt;
  }
  change.day = *day;
  if (!consume(text, "/")) return change;
  const auto at = span(text);
  if (!at) return std::nullopt;
  change.at = *at;
  return change;
}

std::optional<Zone> Zone::parse(std::string_view text) {
  Zone zone;
  if (!skip_name(text)) return std::nullopt;
  const auto west = span(text);
  if (!west) return std::nullopt;
  zone.standard_ = zone.summer_ = -*west;
  if (text.empty()) return zone;
  if (!skip_name(text)) return std::nullopt;
  zone.summer_ = zone.standard_ + std::chrono::hours(1);
  if (!text.empty() && text.front() != ',') {
    const auto summer = span(text);
    if (!summer) return std::nullopt;
    zone.summer_ = -*summer;
  }
  if (!consume(text, ",")) return std::nullopt;  // "in a way that the implementation defines" says nothing
  const auto begins = parse_change(text);
  const auto ends = begins && consume(text, ",") ? parse_change(text) : std::nullopt;
  if (!ends || !text.empty()) return std::nullopt;
  zone.changes_ = {*begins, *ends};
  return zone;
}

std::optional<Zone> Zone::from_file(std::string_view bytes) {
  if (!bytes.starts_with("TZif") || bytes.size() < 5 || bytes[4] < '2' || !bytes.ends_with('\n')) return std::nullopt;
  bytes.remove_suffix(1);
  const auto line = bytes.rfind('\n');
  return line == std::string_view::npos ? std::nullopt : parse(bytes.substr(line + 1));
}

std::chrono::local_seconds Zone::local_of(const Change& change, std::chrono::year year) {
  using namespace std::chrono;
  const local_days first{year / January / 1};
  if (change.rule == DayRule::zero_based) return first + days(change.day) + change.at;
  if (change.rule == DayRule::julian) {  // 29 February is never counted
    const int leap = year.is_leap() && change.day >= 60 ? 1 : 0;
    return first + days(change.day - 1 + leap) + change.at;
  }
  const auto month = year / std::chrono::month(static_cast<unsigned>(change.month));
  const weekday wanted(static_cast<unsigned>(change.day));
  if (change.week == 5) return local_days{month / wanted[last]} + change.at;
  return local_days{month / wanted[static_cast<unsigned>(change.week)]} + change.at;
}

bool Zone::is_summer(WallTime time) const {
  if (!changes_) return false;
  const auto whole = std::chrono::floor<seconds>(time);
  const auto day = std::chrono::floor<std::chrono::days>(whole + standard_);
  const auto year = std::chrono::year_month_day(day).year();
  const auto begins = std::chrono::sys_seconds(local_of((*changes_)[0], year).time_since_epoch() - standard_);
  const auto ends = std::chrono::sys_seconds(local_of((*changes_)[1], year).time_since_epoch() - summer_);
  if (begins < ends) return whole >= begins && whole < ends;
  return whole >= begins || whole < ends;  // the southern half of the world
}

std::chrono::seconds Zone::offset(WallTime time) const { return is_summer(time) ? summer_ : standard_; }

WallTime Zone::moment(std::chrono::local_seconds local) const {
  const auto as_utc = WallTime(local.time_since_epoch());
  const WallTime early = as_utc - std::max(standard_, summer_), late = as_utc - std::min(standard_, summer_);
  if (early + offset(early) == as_utc) return early;
  if (late + offset(late) == as_utc) return late;
  return as_utc - offset(early);  // does not exist: as if the clocks had not yet gone forward
}

}  // namespace ikewatch::alert
