#include <ikewatch/base/time.hpp>

#include <charconv>
#include <cstdint>
#include <cstdio>

namespace ikewatch {
namespace {

/// Two decimal digits of a number below 100.
void put2(char* out, unsigned value) {
  out[0] = static_cast<char>('0' + value / 10);
  out[1] = static_cast<char>('0' + value % 10);
}

void put_date(char* out, const std::chrono::year_month_day& date) {
  const auto year = static_cast<unsigned>(static_cast<int>(date.year()));
  put2(out, year / 100 % 100);
  put2(out + 2, year % 100);
  out[4] = '-';
  put2(out + 5, static_cast<unsigned>(date.month()));
  out[7] = '-';
  put2(out + 8, static_cast<unsigned>(date.day()));
}

void put_clock(char* out, std::int64_t second_of_day) {
  const auto second = static_cast<unsigned>(second_of_day);
  put2(out, second / 3600);
  out[2] = ':';
  put2(out + 3, second / 60 % 60);
  out[5] = ':';
  put2(out + 6, second % 60);
}

}  // namespace

void append_iso8601(std::string& out, WallTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const auto in_day = time - day;
  const auto whole = std::chrono::duration_cast<std::chrono::seconds>(in_day);
  char text[20] = "0000-00-00T00:00:00";
  put_date(text, std::chrono::year_month_day{day});
  put_clock(text + 11, whole.count());
  out.append(text, 19);
  if (const auto micros = (in_day - whole).count(); micros != 0) {
    char fraction[9];
    std::snprintf(fraction, sizeof fraction, ".%06d", static_cast<int>(micros));
    out += fraction;
  }
  out += "+00:00";
}

std::string to_iso8601(WallTime time) {
  std::string out;
  append_iso8601(out, time);
  return out;
}

std::string to_human(seconds duration) {
  const long long total = duration.count() < 0 ? 0 : duration.count();
  char text[48];
  if (total >= 86400) {
    std::snprintf(text, sizeof text, "%lldd %02lldh", total / 86400, total / 3600 % 24);
  } else if (total >= 3600) {
    std::snprintf(text, sizeof text, "%lldh %02lldm", total / 3600, total / 60 % 60);
  } else if (total >= 60) {
    std::snprintf(text, sizeof text, "%lldm %02llds", total / 60, total % 60);
  } else {
    std::snprintf(text, sizeof text, "%llds", total);
  }
  return text;
}

std::optional<seconds> parse_duration(std::string_view text) {
  constexpr std::int64_t longest = 10LL * 366 * 86'400;
  std::int64_t all = 0;
  if (text.empty()) return std::nullopt;
  while (!text.empty()) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const auto digits = static_cast<std::size_t>(end - text.data());
    if (error != std::errc{} || number < 0 || number > longest || digits == text.size()) return std::nullopt;
    const char unit = text[digits];
    const std::int64_t factor = unit == 's' ? 1 : unit == 'm' ? 60 : unit == 'h' ? 3600 : unit == 'd' ? 86'400 : 0;
    if (factor == 0) return std::nullopt;
    all += number * factor;
    if (all > longest) return std::nullopt;
    text.remove_prefix(digits + 1);
  }
  return seconds(all);
}

}  // namespace ikewatch
