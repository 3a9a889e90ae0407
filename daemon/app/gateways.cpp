#include "gateways.hpp"

#include <unistd.h>

#include <map>
#include <utility>

namespace ikewatch::app {
std::string host_name() {
  char name[256] = {};
  if (gethostname(name, sizeof name - 1) != 0) return "localhost";
  return name;
}

GatewayNames::GatewayNames() { zones_.push_back(TimeZone::named({})); }

GatewayNames::GatewayNames(const config::Settings& settings) : GatewayNames() {
  std::map<std::string, std::size_t> known;  // zones that were read
  for (const config::Gateway& gateway : settings.gateways) {
    by_host_.insert_or_assign(gateway.name, gateway.name);
    for (const Address& address : gateway.addresses) by_host_.insert_or_assign(address.to_string(), gateway.name);
    if (!gateway.dialect.empty()) dialects_.insert_or_assign(gateway.name, gateway.dialect);
    if (gateway.timezone.empty()) continue;
    const auto [zone, fresh] = known.emplace(gateway.timezone, zones_.size());
    if (fresh) zones_.push_back(TimeZone::named(gateway.timezone));
    zone_of_[gateway.name] = zone->second;
  }
}

std::string_view GatewayNames::resolve(std::string_view host) const {
  const auto found = by_host_.find(host);
  return found == by_host_.end() ? host : std::string_view(found->second);
}

std::string_view GatewayNames::dialect(std::string_view gateway) const {
  const auto found = dialects_.find(gateway);
  return found == dialects_.end() ? std::string_view{} : std::string_view(found->second);
}

std::chrono::seconds GatewayNames::utc_offset(std::string_view gateway, WallTime now) const {
  const auto found = zone_of_.find(gateway);
  return zones_[found == zone_of_.end() ? 0 : found->second].offset_at(now);
}

}  // namespace ikewatch::app
