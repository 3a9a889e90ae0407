#include <ikewatch/alert/silence.hpp>

#include <algorithm>

namespace ikewatch::alert {
namespace {

using Days = std::chrono::days;

struct Span {
  WallTime begins;
  WallTime ends;
};

/// The window that begins on that local day. Nothing where the day is none of its own, or where the clocks skip all of it.
std::optional<Span> on_day(const Window& window, std::chrono::local_days day) {
  if (!window.days[std::chrono::weekday(day).c_encoding()]) return std::nullopt;
  const auto last_day = window.to > window.from ? day : day + Days(1);
  const Span span{window.zone.moment(day + window.from), window.zone.moment(last_day + window.to)};
  if (span.ends <= span.begins) return std::nullopt;
  return span;
}

std::chrono::local_days local_day(const Window& window, WallTime time) {
  return std::chrono::local_days{std::chrono::floor<Days>(time + window.zone.offset(time)).time_since_epoch()};
}

}  // namespace

bool Window::covers(WallTime time) const {
  const auto today = local_day(*this, time);
  for (const auto day : {today - Days(1), today}) {
    const auto span = on_day(*this, day);
    if (span && span->begins <= time && time < span->ends) return true;
  }
  return false;
}

WallTime Window::next_change(WallTime time) const {
  const auto today = local_day(*this, time);
  WallTime next = time + Days(8);
  for (int ahead = -1; ahead <= 8; ++ahead) {
    const auto span = on_day(*this, today + Days(ahead));
    if (!span) continue;
    for (const WallTime edge : {span->begins, span->ends}) {
      if (edge > time) next = std::min(next, edge);
    }
  }
  return next;
}

}  // namespace ikewatch::alert
