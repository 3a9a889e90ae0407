// The tunnels on the bus: their properties, the list of them, and signals of what changes. Role: Rows -> messages. Ownership:
// holds slots of a bus until drop(); refers to rows that outlive it. Threads: the bus's.
#pragma once

#include "rows.hpp"
#include "sd_bus.hpp"

#include <deque>
#include <string>
#include <vector>

namespace ikewatch::dbus {

class Objects {
 public:
  explicit Objects(Rows& rows) : rows_(rows) {}

  int attach(sd_bus& bus);
  void drop();
  /// Sends a bounded part of what waits. True: there is more, and the bus takes it.
  bool work(sd_bus& bus);

 private:
  /// A reply to GetManagedObjects that is being written, some rows in each turn. Signals wait until it is sent, so that nobody
  /// learns of a change before the older value.
  struct Listing {
    Message call;
    Message reply;
    std::string last;  // the path written last
  };

  static int on_root_call(sd_bus_message* message, void* self, sd_bus_error* error);
  static int find(sd_bus* bus, const char* path, const char* interface, void* self, void** found, sd_bus_error* error);
  static int enumerate(sd_bus* bus, const char* prefix, void* self, char*** nodes, sd_bus_error* error);
  bool list(sd_bus& bus);
  int begin(Listing& listing);
  int write_some(Listing& listing, bool& done);
  int send(sd_bus& bus, const News& news, PropertySet dirty);

  Rows& rows_;
  std::vector<Slot> slots_;
  std::deque<Listing> listings_;
};

}  // namespace ikewatch::dbus
