// The manager object: what can be asked and changed. Role: calls -> Daemon -> replies. Ownership: holds slots of a bus until
// drop(); refers to rows, a permission and a daemon that outlive it. Threads: the bus's.
#pragma once

#include "permission.hpp"
#include "rows.hpp"
#include "sd_bus.hpp"

#include <ikewatch/dbus/service.hpp>

#include <string>
#include <vector>

namespace ikewatch::dbus {

class Manager {
 public:
  Manager(const Rows& rows, Permission& permission, Daemon& daemon) : rows_(rows), permission_(permission), daemon_(daemon) {}

  void describe(std::string version, std::string config_path);
  int attach(sd_bus& bus);
  void drop() { slot_.reset(); }

  // The methods; each handler of the table calls one.
  int explain(sd_bus_message& message, sd_bus_error* error);
  int history(sd_bus_message& message, sd_bus_error* error);
  int tunnels(sd_bus_message& message);
  int silence(sd_bus_message& message, sd_bus_error* error, bool with_reason);
  int end_silence(sd_bus_message& message, sd_bus_error* error);
  int silences(sd_bus_message& message);
  int reload(sd_bus_message& message, sd_bus_error* error);

  [[nodiscard]] const std::string& version() const { return version_; }
  [[nodiscard]] const std::string& config_path() const { return config_path_; }

 private:
  const Row* one(sd_bus_message& message, sd_bus_error* error, int& result) const;
  [[nodiscard]] Result<alert::Scope> scope_of(const std::string& tunnel) const;

  const Rows& rows_;
  Permission& permission_;
  Daemon& daemon_;
  std::string version_;
  std::string config_path_;
  Slot slot_;
};

}  // namespace ikewatch::dbus
