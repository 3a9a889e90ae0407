// Who may change something: root, the user of the daemon, the members of a group, and whomever polkit allows. Role: a call ->
// allowed or not, asked of the bus and of polkit, never waited for. Ownership: holds the calls that wait until drop(). Threads:
// the bus's.
#pragma once

#include "sd_bus.hpp"

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <list>
#include <optional>
#include <string>
#include <vector>

namespace ikewatch::dbus {

/// What the bus itself vouches for of a caller.
struct Caller {
  uid_t uid = static_cast<uid_t>(-1);
  std::vector<gid_t> groups;
};

/// `root` or `uid 1000`: who set a silence.
std::string name_of(const Caller& caller);

class Permission {
 public:
  /// Called once the caller may; replies to the message. Negative: an error with this number.
  using Granted = std::function<int(sd_bus_message&, const Caller&)>;

  void set_group(const std::string& name);
  /// Gives what a method handler returns. `action` is one of config/dbus/org.ikewatch.IkeWatch1.policy.
  int ask(sd_bus_message& message, const char* action, Granted granted, sd_bus_error* error);
  void drop() { waiting_.clear(); }

 private:
  struct Wait {
    Permission* owner;
    Message call;
    const char* action;
    Granted granted;
    Caller caller;
    Slot reply;
  };

  [[nodiscard]] bool may(const Caller& caller) const;
  static int on_credentials(sd_bus_message* reply, void* wait, sd_bus_error* error);
  static int on_polkit(sd_bus_message* reply, void* wait, sd_bus_error* error);
  int ask_bus(Wait& wait);
  int ask_polkit(Wait& wait);
  void grant(Wait& wait);
  void refuse(Wait& wait);
  void finish(const Wait& wait);

  std::string group_name_;
  std::optional<gid_t> group_;
  std::list<Wait> waiting_;
};

}  // namespace ikewatch::dbus
