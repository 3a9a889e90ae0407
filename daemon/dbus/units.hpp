// What systemd says of the units of IKE daemons. Role: org.freedesktop.systemd1 -> UnitChange, without polling. Ownership: holds
// slots of a bus until drop(); what is known of each unit outlives the bus. Threads: the bus's.
#pragma once

#include "sd_bus.hpp"

#include <ikewatch/dbus/service.hpp>

#include <functional>
#include <list>
#include <optional>
#include <string>
#include <vector>

namespace ikewatch::dbus {

/// ActiveState, SubState, Result and InvocationID of org.freedesktop.systemd1(5), as far as they were told.
struct UnitState {
  std::string active;  // "active", "reloading", "inactive", "failed", "activating", "deactivating", "maintenance"
  std::string sub;
  std::string result;      // of a service: "success", "exit-code", "signal", "oom-kill", ...
  std::string invocation;  // of the present run, hexadecimal

  [[nodiscard]] bool runs() const { return active == "active" || active == "reloading" || active == "refreshing"; }
  /// Neither running nor about to: the last run is over. A unit that waits for its restart is over too.
  [[nodiscard]] bool is_over() const {
    return active == "inactive" || active == "failed" || (active == "activating" && sub == "auto-restart");
  }
};

/// What became of one unit, from one state that systemd told to the next. Pure.
class UnitHistory {
 public:
  /// The first state says what there is, and is no change.
  std::vector<UnitChange> take(const std::string& unit, const UnitState& state);

 private:
  enum class Known { nothing, running, over } known_ = Known::nothing;
  bool failed_ = false;  // and that was told
  std::string invocation_;
};

class Units {
 public:
  using Changed = std::function<void(const UnitChange&)>;
  explicit Units(Changed changed) : changed_(std::move(changed)) {}

  /// Units that stay keep what is known of them. Takes effect with the next attach().
  void watch(const std::vector<std::string>& names);
  int attach(sd_bus& bus);
  void drop();

 private:
  struct Unit {
    Units* owner;
    std::string name;
    std::string path;
    UnitHistory history;
    Slot match;
    Slot question;    // its properties were asked for
    UnitState state;  // as it was last told
  };
  static int on_properties_changed(sd_bus_message* signal, void* unit, sd_bus_error* error);
  static int on_properties(sd_bus_message* reply, void* unit, sd_bus_error* error);
  static int on_owner_changed(sd_bus_message* signal, void* self, sd_bus_error* error);
  int subscribe(sd_bus& bus);
  int follow(sd_bus& bus, Unit& unit);
  static int ask(sd_bus& bus, Unit& unit);
  void look(Unit& unit);

  Changed changed_;
  std::list<Unit> units_;
  std::vector<Slot> slots_;
};

}  // namespace ikewatch::dbus
