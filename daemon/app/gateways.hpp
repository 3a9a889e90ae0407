// Whose log a line is. Role: app, before the engine: host names and sender addresses -> configured gateway names.
// Ownership: copies of the configuration's names. Threads: const functions are safe from any number of threads.
#pragma once

#include "time_zone.hpp"

#include <ikewatch/base/text.hpp>
#include <ikewatch/base/time.hpp>
#include <ikewatch/config/settings.hpp>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ikewatch::app {

/// The name of this host, which is its gateway name where the configuration sets none.
std::string host_name();

class GatewayNames {
 public:
  GatewayNames();
  explicit GatewayNames(const config::Settings& settings);

  /// The configured gateway with this name or address; else `host` itself.
  [[nodiscard]] std::string_view resolve(std::string_view host) const;
  /// The dialect that the configuration says this gateway speaks; empty: it is found out.
  [[nodiscard]] std::string_view dialect(std::string_view gateway) const;
  /// Seconds east of UTC of the stamps that this gateway writes at `now`, where they name no zone.
  [[nodiscard]] std::chrono::seconds utc_offset(std::string_view gateway, WallTime now) const;

 private:
  TextMap<std::string> by_host_;
  TextMap<std::string> dialects_;
  TextMap<std::size_t> zone_of_;
  std::vector<TimeZone> zones_;  // the first is that of this host
};

}  // namespace ikewatch::app
