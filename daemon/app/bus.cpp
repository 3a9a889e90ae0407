#include "bus.hpp"

#include "log.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace ikewatch::app {
namespace {

constexpr const char* usual_units[] = {"racoon.service", "strongswan.service", "strongswan-starter.service", "ipsec.service"};

}  // namespace

std::vector<std::string> units_to_watch(const config::Settings& settings) {
  std::vector<std::string> units;
  for (const auto& source : settings.sources) {
    if (source.type != config::SourceType::journald || !source.directory.empty()) continue;  // of another host
    for (const auto& unit : source.units) {
      if (std::find(units.begin(), units.end(), unit) == units.end()) units.push_back(unit);
    }
  }
  if (units.empty()) units.assign(std::begin(usual_units), std::end(usual_units));
  return units;
}

Bus::Bus(boost::asio::io_context& loop, Parts parts, std::string config_path)
    : loop_(loop), parts_(std::move(parts)), config_path_(std::move(config_path)) {}

Bus::~Bus() = default;

void Bus::configure(const config::Settings& settings) {
  if (!settings.dbus.enabled) return drop();
  dbus::Options options;
  options.version = IKEWATCH_VERSION;
  options.config_path = config_path_;
  options.group = settings.dbus.group;
  options.units = units_to_watch(settings);
  if (service_) return service_->reconfigure(std::move(options));
  service_ = dbus::Service::start(loop_, std::move(options), *this);
}

/// Once this turn is over: it may be a call on the bus that asked for the reload.
void Bus::drop() {
  if (!service_) return;
  boost::asio::post(loop_, [gone = std::shared_ptr<dbus::Service>(std::move(service_))] { gone->stop(); });
}

void Bus::publish(const std::vector<engine::Change>& changes) {
  if (service_) service_->publish(changes);
}

void Bus::look_again() {
  if (service_) service_->look_again();
}

void Bus::stop() {
  if (service_) service_->stop();
}

void Bus::each_tunnel(const std::function<void(const engine::TunnelView&)>& visit) const { parts_.engine.for_each_tunnel(visit); }

std::optional<engine::TunnelView> Bus::find(std::string_view gateway, std::string_view tunnel) const {
  return parts_.engine.find(gateway, tunnel);
}

Result<std::vector<engine::Change>> Bus::history(const std::string& gateway, const std::string& peer) {
  parts_.tell_changes();
  return parts_.keeper.history({.gateway = gateway, .tunnel = peer, .since = {}});
}

Result<std::string> Bus::silence(alert::Silence silence) { return parts_.alarm.silence(std::move(silence)); }
bool Bus::end_silence(std::string_view id) { return parts_.alarm.end_silence(id); }
std::string Bus::silences_json() const { return parts_.alarm.silences_json(); }
bool Bus::reload() { return parts_.reload(); }
void Bus::unit_changed(const dbus::UnitChange& change) { parts_.unit_changed(change); }
void Bus::say(bool trouble, const std::string& text) { log(trouble ? Level::warning : Level::info, text); }

}  // namespace ikewatch::app
