#include "gateways.hpp"

#include <unistd.h>

#include <cstdlib>
#include <ctime>

namespace ikewatch::app {
namespace {

/// Another time zone for the C library, until the end of the scope. The process has one thread.
class BorrowedZone {
 public:
  explicit BorrowedZone(const std::string& zone) {
    if (const char* own = std::getenv("TZ")) own_ = own;
    setenv("TZ", (":" + zone).c_str(), 1);
    tzset();
  }
  ~BorrowedZone() {
    if (own_) setenv("TZ", own_->c_str(), 1);
    if (!own_) unsetenv("TZ");
    tzset();
  }
  BorrowedZone(const BorrowedZone&) = delete;
  BorrowedZone& operator=(const BorrowedZone&) = delete;

 private:
  std::optional<std::string> own_;
};

}  // namespace

std::chrono::seconds zone_offset(const std::string& zone, WallTime now) {
  std::optional<BorrowedZone> borrowed;
  if (!zone.empty()) borrowed.emplace(zone);
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  std::tm local{};
  if (localtime_r(&seconds, &local) == nullptr) return std::chrono::seconds{0};
  return std::chrono::seconds{local.tm_gmtoff};
}

std::string host_name() {
  char name[256] = {};
  if (gethostname(name, sizeof name - 1) != 0) return "localhost";
  return name;
}

GatewayNames::GatewayNames(const config::Settings& settings) {
  for (const config::Gateway& gateway : settings.gateways) {
    by_host_.insert_or_assign(gateway.name, gateway.name);
    for (const Address& address : gateway.addresses) by_host_.insert_or_assign(address.to_string(), gateway.name);
    if (!gateway.dialect.empty()) dialects_.insert_or_assign(gateway.name, gateway.dialect);
    if (!gateway.timezone.empty()) zones_[gateway.name].name = gateway.timezone;
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

std::chrono::seconds GatewayNames::utc_offset(std::string_view gateway, WallTime now) {
  const auto found = zones_.find(gateway);
  const auto hour = std::chrono::floor<std::chrono::hours>(now);
  Zone& zone = found == zones_.end() ? own_zone_ : found->second;
  if (zone.hour != hour) zone.offset = zone_offset(zone.name, zone.hour = hour);
  return zone.offset;
}

}  // namespace ikewatch::app
