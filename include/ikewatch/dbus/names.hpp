// The names under which ikewatch is reached on D-Bus. Role: shared by service and client. Ownership: constants. Threads: pure.
#pragma once

#include <string>
#include <string_view>

namespace ikewatch::dbus {

inline constexpr const char* service_name = "org.ikewatch.IkeWatch1";
inline constexpr const char* root_path = "/org/ikewatch/IkeWatch1";
inline constexpr const char* tunnels_path = "/org/ikewatch/IkeWatch1/tunnel";
inline constexpr const char* manager_interface = "org.ikewatch.IkeWatch1.Manager";
inline constexpr const char* tunnel_interface = "org.ikewatch.IkeWatch1.Tunnel";

// Errors, beside those of org.freedesktop.DBus.
inline constexpr const char* no_such_tunnel = "org.ikewatch.IkeWatch1.Error.NoSuchTunnel";
inline constexpr const char* ambiguous_tunnel = "org.ikewatch.IkeWatch1.Error.AmbiguousTunnel";
inline constexpr const char* no_such_silence = "org.ikewatch.IkeWatch1.Error.NoSuchSilence";
inline constexpr const char* history_unavailable = "org.ikewatch.IkeWatch1.Error.HistoryUnavailable";  // just now
inline constexpr const char* reload_refused = "org.ikewatch.IkeWatch1.Error.ReloadRefused";

/// The object of a tunnel: `/org/ikewatch/IkeWatch1/tunnel/GATEWAY/NAME`, each escaped as sd_bus_path_encode(3) does.
std::string path_of(std::string_view gateway, std::string_view name);

}  // namespace ikewatch::dbus
