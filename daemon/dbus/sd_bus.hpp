// Owners for the objects of sd-bus(3). Role: the room's only way to hold them. Ownership: one reference each. Threads: those of
// the bus, which is one.
#pragma once

#include <systemd/sd-bus.h>

#include <memory>
#include <string>
#include <string_view>

namespace ikewatch::dbus {

struct CloseBus {
  void operator()(sd_bus* bus) const { sd_bus_close_unref(bus); }
};
struct DropSlot {
  void operator()(sd_bus_slot* slot) const { sd_bus_slot_unref(slot); }
};
struct DropMessage {
  void operator()(sd_bus_message* message) const { sd_bus_message_unref(message); }
};
using Bus = std::unique_ptr<sd_bus, CloseBus>;
using Slot = std::unique_ptr<sd_bus_slot, DropSlot>;
using Message = std::unique_ptr<sd_bus_message, DropMessage>;

/// Shares a message that somebody else owns.
inline Message shared(sd_bus_message* message) { return Message(sd_bus_message_ref(message)); }

/// An error for the time of a call.
class Error {
 public:
  Error() = default;
  Error(const Error&) = delete;
  Error& operator=(const Error&) = delete;
  ~Error() { sd_bus_error_free(&error_); }
  sd_bus_error* operator&() { return &error_; }
  [[nodiscard]] std::string_view name() const { return error_.name == nullptr ? "" : error_.name; }
  [[nodiscard]] std::string_view message() const { return error_.message == nullptr ? "" : error_.message; }

 private:
  sd_bus_error error_{nullptr, nullptr, 0};
};

/// The words of a negative result.
std::string words_of(int result);

}  // namespace ikewatch::dbus
