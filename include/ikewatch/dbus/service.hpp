// The D-Bus service: tunnels as objects, a manager, and what systemd says of the units of IKE daemons. Role: engine changes ->
// signals; calls -> the daemon. Ownership: the caller owns the Service and destroys it before the io_context and the Daemon.
// Threads: everything, the functions of Daemon included, runs on the thread that runs the io_context; nothing waits for the bus.
#pragma once

#include <ikewatch/alert/silence.hpp>
#include <ikewatch/base/result.hpp>
#include <ikewatch/engine/change.hpp>
#include <ikewatch/engine/view.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace boost::asio {
class io_context;
}

namespace ikewatch::dbus {

/// What became of a systemd unit.
enum class UnitEvent : std::uint8_t { started, stopped, failed };
std::string_view name_of(UnitEvent event);

struct UnitChange {
  std::string unit;  // "racoon.service"
  UnitEvent event = UnitEvent::started;
  bool starting = false;  // failed: before it ever ran
  std::string result;     // failed: Result= of systemd.service(5), "exit-code", "oom-kill"; else empty
};

/// What the service asks of the rest of the daemon.
class Daemon {
 public:
  virtual ~Daemon() = default;
  virtual void each_tunnel(const std::function<void(const engine::TunnelView&)>& visit) const = 0;
  /// With its timeline; `tunnel` is a name or a peer.
  [[nodiscard]] virtual std::optional<engine::TunnelView> find(std::string_view gateway, std::string_view tunnel) const = 0;
  /// The oldest first; a Problem where they cannot be had just now.
  [[nodiscard]] virtual Result<std::vector<engine::Change>> history(const std::string& gateway, const std::string& peer) = 0;
  /// Gives the id.
  virtual Result<std::string> silence(alert::Silence silence) = 0;
  virtual bool end_silence(std::string_view id) = 0;
  [[nodiscard]] virtual std::string silences_json() const = 0;
  /// False: refused, and the former configuration stays.
  virtual bool reload() = 0;
  virtual void unit_changed(const UnitChange& change) = 0;
  /// Something that the administrator should read.
  virtual void say(bool trouble, const std::string& text) = 0;
};

struct Options {
  std::string address;  // of the bus; empty: DBUS_SYSTEM_BUS_ADDRESS of the environment, else the system bus
  std::string version;
  std::string config_path;
  std::string group;               // its members may change what root may
  std::vector<std::string> units;  // to listen to systemd about
};

class Service {
 public:
  /// Begins to connect. A bus that is not there, or goes away, is no error: it is tried again, after 1 s at first and up to a
  /// minute, and said once.
  static std::unique_ptr<Service> start(boost::asio::io_context& loop, Options options, Daemon& daemon);
  virtual ~Service() = default;

  /// What Engine::take_changes() gave. Signals go out a bounded number at a time.
  virtual void publish(const std::vector<engine::Change>& changes) = 0;
  /// Looks at every tunnel, after changes that publish() was not given.
  virtual void look_again() = 0;
  /// After a reload: another inventory, another group, other units.
  virtual void reconfigure(Options options) = 0;
  virtual void stop() = 0;
};

}  // namespace ikewatch::dbus
