#include "repeat.hpp"

#include <ikewatch/base/text.hpp>

#include <algorithm>
#include <limits>

namespace ikewatch::syslog {
namespace {

/// `3 times`, `1 time`: the number, 0 where none stands there.
std::uint16_t take_times(std::string_view& text) {
  const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto number = to_number<std::uint32_t>(text.substr(0, digits));
  if (!number || *number == 0) return 0;
  std::string_view rest = text.substr(digits);
  if (!consume(rest, " time")) return 0;
  consume(rest, "s");
  text = rest;
  return static_cast<std::uint16_t>(std::min<std::uint32_t>(*number, std::numeric_limits<std::uint16_t>::max()));
}

}  // namespace

void read_repeat(Record& record) {
  auto text = record.text;
  consume(text, "--- ");  // Apple's, with as many behind it
  if (consume(text, "last message repeated ")) {
    record.repeats = take_times(text);
    record.foreign = record.foreign || record.repeats != 0;
    return;
  }
  if (!consume(text, "message repeated ")) return;
  const auto times = take_times(text);
  if (times == 0 || !consume(text, ": [")) return;
  record.repeats = times;
  text = trim_right(text);
  if (text.ends_with(']')) text.remove_suffix(1);
  record.text = trim_left(text);
}

}  // namespace ikewatch::syslog
