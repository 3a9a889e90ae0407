// The bodies that each kind of receiver understands. Role: private to notify. Threads: pure functions.
#pragma once

#include <ikewatch/notify/receiver.hpp>

namespace ikewatch::notify {

/// How long a receiver that keeps a state takes an alert for firing without hearing of it again: four times the resending
/// interval.
inline constexpr std::chrono::minutes believed_for{4};

std::string alertmanager_body(const std::vector<alert::Notice>& notices, std::string_view link, WallTime now);
std::string webhook_body(const alert::Notice& notice);
std::string slack_body(const alert::Notice& notice, std::string_view link, WallTime now);
std::string pagerduty_body(const alert::Notice& notice, std::string_view routing_key, std::string_view link, WallTime now);

/// `TunnelDown: Tunnel a of b is down`, with what became of it in front.
std::string headline(const alert::Notice& notice, WallTime now);
/// Of news that was never told: `was so 02:10 to 02:37 UTC, three times`; empty for all others.
std::string old_news(const alert::Notice& notice);

}  // namespace ikewatch::notify
