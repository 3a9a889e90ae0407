// Silences and maintenance windows: what is not told, and until when.
#include "state.hpp"

#include <ikewatch/alert/template.hpp>
#include <ikewatch/base/text.hpp>

#include <algorithm>

namespace ikewatch::alert {
namespace {

constexpr std::size_t max_patterns = 64;
constexpr std::size_t max_text = 512;

bool too_wide(const Scope& scope) {
  const auto bad = [](const std::vector<std::string>& patterns) {
    return patterns.size() > max_patterns ||
           std::ranges::any_of(patterns, [](const auto& p) { return p.empty() || p.size() > max_text; });
  };
  return bad(scope.tunnel) || bad(scope.gateway) || bad(scope.alert);
}

bool is_active(const Silence& silence, WallTime now) { return silence.starts_at <= now && now < silence.ends_at; }

}  // namespace

bool Board::Impl::fits_scope(const Scope& scope, const AlertKey& key) const {
  if (!fits_any(scope.alert, key.second)) return false;
  const auto* fact = tunnel_of(key.first);
  if (fact == nullptr) return scope.tunnel.empty() && fits_any(scope.gateway, setup.gateway);
  if (!fits_any(scope.gateway, fact->name.gateway)) return false;
  return scope.tunnel.empty() || fits_any(scope.tunnel, fact->name.tunnel) || fits_any(scope.tunnel, fact->peer);
}

std::optional<std::pair<Held, std::string>> Board::Impl::quiet_by(const AlertKey& key, Moment now) const {
  for (const Silence& silence : silences) {
    if (is_active(silence, now.wall) && fits_scope(silence.scope, key)) return std::pair{Held::silenced, silence.id};
  }
  for (const Window& window : setup.windows) {
    if (window.covers(now.wall) && fits_scope(window.scope, key)) return std::pair{Held::window, window.name};
  }
  return std::nullopt;
}

/// Looks again at what is held back whenever a silence or window may have begun or ended, and when the wall clock went back.
void Board::Impl::run_quiet(Moment now) {
  const bool stepped_back = now.wall < quiet_checked;
  quiet_checked = now.wall;
  if (!stepped_back && next_quiet_change && now.wall < *next_quiet_change) return;
  std::erase_if(silences, [&](const Silence& silence) { return silence.ends_at <= now.wall; });
  next_quiet_change = now.wall + std::chrono::hours(24);
  const auto note = [&](WallTime time) {
    if (time > now.wall) next_quiet_change = std::min(*next_quiet_change, time);
  };
  for (const Silence& silence : silences) note(silence.starts_at), note(silence.ends_at);
  for (const Window& window : setup.windows) note(window.next_change(now.wall));
  dirty = true;
}

Result<std::string> Board::silence(Silence silence, Moment now) {
  if (silence.ends_at <= now.wall || silence.ends_at <= silence.starts_at)
    return Problem{{}, "a silence must end after it began, and after now"};
  if (silence.ends_at - now.wall > std::chrono::days(366))
    return Problem{{}, "a silence lasts a year at most; write a maintenance window"};
  if (too_wide(silence.scope)) return Problem{{}, "a silence names at most 64 tunnels, gateways and alerts"};
  if (impl_->silences.size() >= impl_->setup.max_silences)
    return Problem{{}, "there are " + std::to_string(impl_->setup.max_silences) + " silences already; end some"};
  silence.why = shortened(to_printable(silence.why), max_text);
  silence.who = shortened(to_printable(silence.who), max_text);
  std::string seed = std::to_string(now.wall.time_since_epoch().count()) + ':' + std::to_string(++impl_->silences_made);
  for (const auto* list : {&silence.scope.tunnel, &silence.scope.gateway, &silence.scope.alert}) {
    for (const auto& pattern : *list) seed += ':' + pattern;
  }
  silence.id = fingerprint(seed).substr(0, 12);
  impl_->silences.push_back(silence);
  impl_->next_quiet_change = now.wall;
  return silence.id;
}

bool Board::end_silence(std::string_view id, Moment now) {
  const auto erased = std::erase_if(impl_->silences, [&](const Silence& silence) { return silence.id == id; });
  impl_->next_quiet_change = now.wall;
  return erased > 0;
}

std::vector<Silence> Board::silences() const { return impl_->silences; }

}  // namespace ikewatch::alert
