#include <ikewatch/base/text.hpp>
#include <ikewatch/notify/sender.hpp>

#include <algorithm>
#include <array>

namespace ikewatch::notify {
namespace {

constexpr std::array<std::string_view, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/// `Wed, 21 Oct 2026 07:28:00 GMT`: the one form that is sent (RFC 9110 section 5.6.7).
std::optional<WallTime> read_date(std::string_view text) {
  if (text.size() != 29 || text.substr(3, 2) != ", " || text.substr(25) != " GMT" || text[19] != ':' || text[22] != ':')
    return std::nullopt;
  const auto day = to_number<unsigned>(text.substr(5, 2));
  const auto month = std::ranges::find(months, text.substr(8, 3));
  const auto year = to_number<int>(text.substr(12, 4));
  const auto hour = to_number<int>(text.substr(17, 2));
  const auto minute = to_number<int>(text.substr(20, 2));
  const auto second = to_number<int>(text.substr(23, 2));
  if (!day || month == months.end() || !year || !hour || !minute || !second) return std::nullopt;
  const std::chrono::year_month_day date{
      std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(month - months.begin()) + 1}, std::chrono::day{*day}};
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  return WallTime{std::chrono::sys_days{date}} + std::chrono::hours(*hour) + std::chrono::minutes(*minute) + seconds(*second);
}

}  // namespace

std::optional<alert::Duration> read_retry_after(std::string_view text, WallTime now) {
  text = trim(text);
  if (const auto count = to_number<std::uint32_t>(text)) return alert::Duration(seconds(*count));
  const auto date = read_date(text);
  if (!date || *date <= now) return std::nullopt;
  return *date - now;
}

}  // namespace ikewatch::notify
