#include "order.hpp"

#include <ikewatch/base/text.hpp>
#include <ikewatch/syslog/header.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace ikewatch::reader {
namespace {

using std::chrono::microseconds;

/// Steps between neighbours that a log in its order does not have, and those that it has.
struct Steps {
  std::size_t forward = 0;
  std::size_t back = 0;

  void count(std::int64_t difference) {
    if (difference > 0) ++forward;
    if (difference < 0) ++back;
  }
  [[nodiscard]] bool none() const { return forward == 0 && back == 0; }
};

/// A line as far as its place in time goes.
struct Place {
  std::optional<WallTime> time;
  std::optional<std::uint64_t> sequence;
  std::string_view text;
};

/// Messages of which the second follows the first in one breath.
struct Pair {
  std::string_view first;
  std::string_view second;
};

constexpr std::array pairs{
    Pair{"queued due to no phase1 found", "initiate new phase 1 negotiation"},
    Pair{"initiate new phase 1 negotiation", " mode."},
    Pair{"respond new phase 1 negotiation", " mode."},
    Pair{"couldn't find the pskey", "failed to process"},
    Pair{"failed to process", "phase1 negotiation failed"},
    Pair{"no suitable proposal found", "failed to get valid proposal"},
    Pair{"failed to get valid proposal", "failed to pre-process"},
    Pair{"failed to get valid proposal", "failed to process"},
    Pair{"no suitable policy found", "failed to pre-process"},
    Pair{"failed to get sainfo", "failed to pre-process"},
    Pair{"ISAKMP-SA expired", "ISAKMP-SA deleted"},
    Pair{"@(#)ipsec-tools", "@(#)This product linked"},
    Pair{"@(#)This product linked", "Reading configuration from"},
    Pair{"caught signal", "racoon process"},
    Pair{"ISAKMP-SA established", "new phase 2 negotiation"},
    Pair{"new phase 2 negotiation", "IPsec-SA established"},
    Pair{"PHASE 1 COMPLETED", "PHASE 2 COMPLETED"},
    Pair{"Created a peer struct", "New peer created"},
    Pair{"Input = IKE_MESG_", "Old State = "},
    Pair{"Checking ISAKMP transform", " encryption "},
    Pair{"Checking IPSec proposal", "transform 1"},
    Pair{"QM FSM error", "Removing peer from"},
    Pair{"Removing peer from", "Session is being torn down"},
};

bool holds(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

int causal_step(std::string_view before, std::string_view behind) {
  int step = 0;
  for (const Pair& pair : pairs) {
    if (holds(before, pair.first) && holds(behind, pair.second)) ++step;
    if (holds(before, pair.second) && holds(behind, pair.first)) --step;
  }
  return step;
}

/// Hours, minutes and seconds of a stamp that has no date.
std::optional<WallTime> time_of_day(std::string_view stamp) {
  const std::string line = "1970-01-02 " + std::string(stamp.substr(0, 15)) + ": x";
  const auto record = syslog::read_header(line);
  return syslog::decode_stamp({record.stamp.text, record.stamp.form}, {WallTime{}, std::chrono::seconds{0}});
}

Place place_of(std::string_view line, WallTime now) {
  const auto record = syslog::read_header(line);
  Place place{syslog::decode_stamp(record.stamp, {now, std::chrono::seconds{0}}), to_number<std::uint64_t>(record.sequence),
              record.text};
  if (record.stamp.form == syslog::StampForm::clock) place.time = time_of_day(record.stamp.text);
  return place;
}

/// Midnight between two clocks without a date is no step back.
std::int64_t step_between(WallTime before, WallTime behind) {
  const auto difference = behind - before;
  constexpr auto half_day = std::chrono::hours(12);
  const bool dateless = before.time_since_epoch() < std::chrono::hours(48) && behind.time_since_epoch() < std::chrono::hours(48);
  if (dateless && std::chrono::abs(difference) > half_day) return -difference.count();
  return difference.count();
}

}  // namespace

bool runs_backwards(const std::vector<std::string>& lines) {
  Steps times;
  Steps sequences;
  Steps causes;
  std::optional<Place> before;
  WallTime now = std::chrono::sys_days(std::chrono::year(2001) / 7 / 1);  // any: only differences count
  for (const std::string& line : lines) {
    const Place place = place_of(line, now);
    if (place.time) now = *place.time;
    if (before && before->time && place.time) times.count(step_between(*before->time, *place.time));
    if (before && before->sequence && place.sequence)
      sequences.count(static_cast<std::int64_t>(*place.sequence) - static_cast<std::int64_t>(*before->sequence));
    if (before) causes.count(causal_step(before->text, place.text));
    if (place.time || !before || !before->time) before = place;
  }
  const bool causes_agree = causes.forward <= causes.back;
  if (times.back > 1) return times.forward * 10 <= times.back && (causes_agree || times.back > 4);
  if (sequences.back > 1) return sequences.forward == 0 && times.forward == 0;
  return times.forward == 0 && sequences.none() && causes.back > causes.forward;
}

}  // namespace ikewatch::reader
