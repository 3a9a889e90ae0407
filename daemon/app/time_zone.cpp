#include "time_zone.hpp"

#include "data.hpp"

#include <ikewatch/base/text.hpp>

#include <algorithm>
#include <cstdlib>

namespace ikewatch::app {
namespace {

namespace chr = std::chrono;

constexpr std::int64_t day_seconds = 86400;
constexpr std::size_t longest_file = std::size_t{1} << 20;
constexpr std::size_t header_size = 44;

/// Reads big-endian numbers; zeros behind the end.
class Numbers {
 public:
  explicit Numbers(std::string_view bytes) : bytes_(bytes) {}
  std::int64_t next(std::size_t size) {
    std::uint64_t value = 0;
    for (const char c : bytes_.substr(0, size)) value = value << 8 | static_cast<unsigned char>(c);
    bytes_.remove_prefix(std::min(size, bytes_.size()));
    return size == 4 ? static_cast<std::int32_t>(static_cast<std::uint32_t>(value)) : static_cast<std::int64_t>(value);
  }

 private:
  std::string_view bytes_;
};

/// How many there are of each in a block of a TZif file (RFC 8536 section 3.1).
struct Counts {
  std::size_t utc_flags, standard_flags, leaps, changes, types, letters;

  [[nodiscard]] std::size_t size(std::size_t time_size) const {
    return changes * (time_size + 1) + types * 6 + letters + leaps * (time_size + 4) + standard_flags + utc_flags;
  }
};

std::optional<Counts> read_counts(std::string_view file) {
  if (file.size() < header_size || !file.starts_with("TZif")) return std::nullopt;
  Numbers numbers(file.substr(20));
  const auto next = [&] { return static_cast<std::size_t>(static_cast<std::uint32_t>(numbers.next(4))); };
  Counts counts{};
  for (auto* count :
       {&counts.utc_flags, &counts.standard_flags, &counts.leaps, &counts.changes, &counts.types, &counts.letters}) {
    if ((*count = next()) > longest_file) return std::nullopt;
  }
  return counts;
}

std::optional<std::int64_t> read_digits(std::string_view& text) {
  const auto digits = text.substr(0, text.find_first_not_of("0123456789"));
  text.remove_prefix(digits.size());
  return digits.size() > 6 ? std::nullopt : to_number<std::int64_t>(digits);
}

/// `[+-]hh[:mm[:ss]]` in seconds.
std::optional<std::int64_t> read_time(std::string_view& text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  std::int64_t sum = 0;
  for (std::int64_t unit = 3600; unit > 0; unit /= 60) {
    if (unit < 3600 && !consume(text, ":")) break;
    const auto number = read_digits(text);
    if (!number) return std::nullopt;
    sum += *number * unit;
  }
  return negative ? -sum : sum;
}

/// `CET` or `<+03>`.
bool skip_name(std::string_view& text) {
  const bool quoted = text.starts_with('<');
  const auto end = quoted ? text.find('>') : text.find_first_of("0123456789+-,");
  if (end == 0 || (quoted && end == std::string_view::npos)) return false;
  text.remove_prefix(std::min(text.size(), quoted ? end + 1 : end));
  return true;
}

std::string host_zone() {
  const char* given = std::getenv("TZ");
  return given != nullptr ? given : "/etc/localtime";
}

}  // namespace

std::optional<ZoneRule> ZoneRule::read(std::string_view text) {
  ZoneRule rule;
  if (!skip_name(text)) return std::nullopt;
  const auto standard = read_time(text);
  if (!standard) return std::nullopt;
  rule.standard_ = -*standard;
  if (text.empty()) return rule;
  if (!skip_name(text)) return std::nullopt;
  const auto summer = text.starts_with(',') ? *standard - 3600 : read_time(text);
  if (!summer) return std::nullopt;
  rule.summer_ = -*summer;
  for (Day& day : rule.changes_) {
    if (!consume(text, ",") || !read_day(text, day)) return std::nullopt;
  }
  return text.empty() ? std::optional(rule) : std::nullopt;
}

bool ZoneRule::read_day(std::string_view& text, Day& day) {
  const bool weeks = consume(text, "M");
  const bool julian = !weeks && consume(text, "J");
  day.form = weeks ? Day::Form::month_week_day : julian ? Day::Form::julian : Day::Form::zero_based;
  for (std::size_t i = 0; i < (weeks ? 3 : 1); ++i) {
    if (i > 0 && !consume(text, ".")) return false;
    const auto number = read_digits(text);
    if (!number) return false;
    day.numbers[i] = *number;
  }
  const auto& [month, week, weekday] = day.numbers;
  if (weeks && (month < 1 || month > 12 || week < 1 || week > 5 || weekday > 6)) return false;
  if (!consume(text, "/")) return true;
  const auto time = read_time(text);
  day.time = time.value_or(0);
  return time.has_value();
}

/// As local time, in seconds since 1970.
std::int64_t ZoneRule::moment(const Day& day, std::int64_t year) {
  const chr::year y(static_cast<int>(year));
  const auto days_at = [](auto date) { return std::int64_t{chr::sys_days(date).time_since_epoch().count()}; };
  const auto& [first, week, weekday] = day.numbers;
  const auto new_year = days_at(y / chr::January / 1);
  if (day.form == Day::Form::zero_based) return (new_year + first) * day_seconds + day.time;
  if (day.form == Day::Form::julian) return (new_year + first - 1 + (y.is_leap() && first > 59 ? 1 : 0)) * day_seconds + day.time;
  const chr::month month(static_cast<unsigned>(first));
  const chr::weekday wanted(static_cast<unsigned>(weekday));
  const auto date = week == 5 ? days_at(y / month / wanted[chr::last]) : days_at(y / month / wanted[static_cast<unsigned>(week)]);
  return date * day_seconds + day.time;
}

std::int64_t ZoneRule::offset_at(std::int64_t unix_time) const {
  if (!summer_) return standard_;
  const auto today = chr::floor<chr::days>(chr::sys_seconds(chr::seconds(unix_time + standard_)));
  const auto year = static_cast<int>(chr::year_month_day(today).year());
  const auto begins = moment(changes_[0], year) - standard_;
  const auto ends = moment(changes_[1], year) - *summer_;
  const bool summer = begins < ends ? begins <= unix_time && unix_time < ends : !(ends <= unix_time && unix_time < begins);
  return summer ? *summer_ : standard_;
}

std::optional<TimeZone> TimeZone::read(std::string_view file) {
  auto counts = read_counts(file);
  if (!counts) return std::nullopt;
  std::size_t time_size = 4;
  const bool second_block = file[4] >= '2';
  if (second_block) {  // the same again with 64 bits
    file.remove_prefix(std::min(file.size(), header_size + counts->size(4)));
    counts = read_counts(file);
    if (!counts) return std::nullopt;
    time_size = 8;
  }
  file.remove_prefix(header_size);
  if (counts->types == 0 || file.size() < counts->size(time_size)) return std::nullopt;
  Numbers times(file), kinds(file.substr(counts->changes * time_size));
  const auto types = file.substr(counts->changes * (time_size + 1));
  const auto offset_of = [&](std::size_t kind) {
    return static_cast<std::int32_t>(Numbers(types.substr(std::min(kind, counts->types - 1) * 6)).next(4));
  };
  TimeZone zone;
  zone.first_ = offset_of(0);
  for (std::size_t i = 0; i < counts->changes; ++i) {
    const auto at = times.next(time_size);
    zone.changes_.push_back({at, offset_of(static_cast<std::size_t>(kinds.next(1)))});
  }
  if (second_block && file.substr(counts->size(time_size)).starts_with('\n')) {
    const auto footer = file.substr(counts->size(time_size) + 1);
    zone.rule_ = ZoneRule::read(footer.substr(0, footer.find('\n')));
  }
  return zone;
}

TimeZone TimeZone::named(std::string name) {
  if (name.empty()) name = host_zone();
  if (name.starts_with(':')) name.erase(0, 1);
  const char* folder = std::getenv("TZDIR");
  const auto path = std::filesystem::path(folder != nullptr ? folder : "/usr/share/zoneinfo") / name;
  if (!name.empty()) {
    if (const auto file = read_file(path, longest_file)) {
      if (auto zone = read(*file)) return *zone;
    }
  }
  TimeZone zone;
  zone.rule_ = ZoneRule::read(name);
  return zone;
}

seconds TimeZone::offset_at(WallTime time) const {
  const auto at = chr::floor<chr::seconds>(time).time_since_epoch().count();
  if (rule_ && (changes_.empty() || at >= changes_.back().at)) return seconds(rule_->offset_at(at));
  const auto after = std::upper_bound(changes_.begin(), changes_.end(), at,
                                      [](std::int64_t moment, const Change& change) { return moment < change.at; });
  return seconds(after == changes_.begin() ? first_ : std::prev(after)->offset);
}

}  // namespace ikewatch::app
