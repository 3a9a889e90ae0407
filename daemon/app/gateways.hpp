// Whose log a line is. Role: app, before the engine: host names and sender addresses -> configured gateway names.
// Ownership: copies of the configuration's names. Threads: one; it borrows the C library's time zone.
#pragma once

#include <ikewatch/base/text.hpp>
#include <ikewatch/base/time.hpp>
#include <ikewatch/config/settings.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace ikewatch::app {

/// Seconds east of UTC of an IANA time zone at a moment; 0 for a name that this host does not know, its
/// own zone for an empty one.
std::chrono::seconds zone_offset(const std::string& zone, WallTime now);

/// The name of this host, which is its gateway name where the configuration sets none.
std::string host_name();

class GatewayNames {
 public:
  GatewayNames() = default;
  explicit GatewayNames(const config::Settings& settings);

  /// The configured gateway with this name or address; else `host` itself.
  [[nodiscard]] std::string_view resolve(std::string_view host) const;
  /// The dialect that the configuration says this gateway speaks; empty: it is found out.
  [[nodiscard]] std::string_view dialect(std::string_view gateway) const;
  /// Seconds east of UTC of the stamps that this gateway writes at `now`, where they name no zone.
  [[nodiscard]] std::chrono::seconds utc_offset(std::string_view gateway, WallTime now);

 private:
  struct Zone {
    std::string name;  // IANA
    WallTime hour;     // for which the offset holds; summer time begins and ends on the hour
    std::chrono::seconds offset{0};
  };
  TextMap<std::string> by_host_;
  TextMap<std::string> dialects_;
  TextMap<Zone> zones_;
  Zone own_zone_;  // without a name: of this host
};

}  // namespace ikewatch::app
