// The daemon on D-Bus: what the service asks is answered from engine, keeper and alarm. Role: the one place where the dbus room
// meets the rest. Ownership: owns the service; refers to parts that outlive it. Threads: the loop's.
#pragma once

#include "alarm.hpp"
#include "keeper.hpp"

#include <ikewatch/config/settings.hpp>
#include <ikewatch/dbus/service.hpp>
#include <ikewatch/engine/engine.hpp>

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ikewatch::app {

class Bus final : private dbus::Daemon {
 public:
  struct Parts {
    engine::Engine& engine;
    Keeper& keeper;
    Alarm& alarm;
    std::function<bool()> reload;                               // false: refused
    std::function<void()> tell_changes;                         // so that what is asked for is up to date
    std::function<void(const dbus::UnitChange&)> unit_changed;  // of this host's IKE daemon
  };
  Bus(boost::asio::io_context& loop, Parts parts, std::string config_path);
  ~Bus() override;

  /// At the start and after every reload.
  void configure(const config::Settings& settings);
  /// What take_changes() gave.
  void publish(const std::vector<engine::Change>& changes);
  /// After changes that are missing there.
  void look_again();
  void stop();

 private:
  void drop();
  void each_tunnel(const std::function<void(const engine::TunnelView&)>& visit) const override;
  [[nodiscard]] std::optional<engine::TunnelView> find(std::string_view gateway, std::string_view tunnel) const override;
  [[nodiscard]] Result<std::vector<engine::Change>> history(const std::string& gateway, const std::string& peer) override;
  Result<std::string> silence(alert::Silence silence) override;
  bool end_silence(std::string_view id) override;
  [[nodiscard]] std::string silences_json() const override;
  bool reload() override;
  void unit_changed(const dbus::UnitChange& change) override;
  void say(bool trouble, const std::string& text) override;

  boost::asio::io_context& loop_;
  Parts parts_;
  std::string config_path_;
  std::unique_ptr<dbus::Service> service_;  // null: not wanted
};

/// The units whose start and stop matter: those of the journald sources of this host, else those that IKE daemons usually have.
std::vector<std::string> units_to_watch(const config::Settings& settings);

}  // namespace ikewatch::app
