// The messages of the daemon that have an identity: what one can wait for, filter by and look up. Role: app.
// config/ikewatch.catalog explains each of them under its id, and tests/arch/catalogue.py compares the two; an id that was
// released never changes.
#pragma once

#include "log.hpp"

namespace ikewatch::app::messages {

inline constexpr Kind started{"started", "c7790288b8164a5db992c8b7e9111966", Level::info};
inline constexpr Kind stopped{"stopped", "e04366268bdb46279afca43adc48ad4a", Level::info};
inline constexpr Kind reloaded{"reloaded", "f862b15e1146492aa56a51f4f5ccf631", Level::info};
inline constexpr Kind reload_refused{"reload-refused", "7069964d753d40058cc7bdd5d1e25b80", Level::error};
inline constexpr Kind tunnel_up{"tunnel-up", "5e89b7f846a2496a93a77302cb4b6eaa", Level::info};
inline constexpr Kind tunnel_failed{"tunnel-failed", "d2d2a05d742a431ea58bce7827fcfeae", Level::warning};
inline constexpr Kind tunnel_down{"tunnel-down", "22001eb903384b1da579927b9ffc961d", Level::warning};
inline constexpr Kind tunnel_flapping{"tunnel-flapping", "b350950d00dd4530b6548e4a47166ba9", Level::warning};
inline constexpr Kind tunnel_calm{"tunnel-calm", "ae40d85ec1c6428eb3d1cb2fa6cf7539", Level::info};
inline constexpr Kind diagnosis{"diagnosis", "45cd9d513d5c4fa585644a17df550f72", Level::notice};
inline constexpr Kind alert_fires{"alert-fires", "59afaf3b7d1544fca812f065e5194d39", Level::notice};
inline constexpr Kind alert_over{"alert-over", "c128700999c249b485751d19be612fa3", Level::notice};
inline constexpr Kind receiver_fails{"receiver-fails", "5c73aff4105e4f20956c502e287b9423", Level::warning};
inline constexpr Kind state_not_saved{"state-not-saved", "2a82de64dd98481bac24ae9f23b4d80a", Level::error};
inline constexpr Kind socket_unused{"socket-unused", "093fc212835a4f1a910cab021c03f1e5", Level::warning};
inline constexpr Kind worker_stuck{"worker-stuck", "d8eab6debca84982b02ade3b848d6f87", Level::error};
inline constexpr Kind suppressed{"suppressed", "3c326593e01b430394f9371578b35012", Level::warning};

}  // namespace ikewatch::app::messages
