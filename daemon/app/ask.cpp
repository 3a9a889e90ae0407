#include "ask.hpp"

#include <ikewatch/dbus/names.hpp>

#include <utility>

namespace ikewatch::app {
namespace {

constexpr std::string_view no_bus =
    "no D-Bus system bus to reach the daemon on; is dbus installed and running? The status page and `explain` do without";
constexpr std::string_view nobody_there =
    "the daemon is not running, or not on D-Bus; `systemctl start ikewatch` starts it, `journalctl -u ikewatch -e` says what is "
    "wrong";
constexpr std::string_view not_let =
    "the bus does not let you ask the daemon; is org.ikewatch.IkeWatch1.conf installed in /usr/share/dbus-1/system.d?";

/// The bus itself speaks of messages that it rejected; the daemon, of who may do what.
bool is_of_the_bus(const dbus::CallFailure& failure) {
  return failure.name == "org.freedesktop.DBus.Error.AccessDenied" && failure.what.find("only root") != 0;
}

}  // namespace

int complain_of(const dbus::CallFailure& failure) {
  if (failure.name.empty()) return complain(Problem{{}, std::string(no_bus) + " (" + failure.what + ")"}), not_reachable;
  if (failure.unreachable()) return complain(Problem{{}, std::string(nobody_there)}), not_reachable;
  if (is_of_the_bus(failure)) return complain(Problem{{}, std::string(not_let)}), not_reachable;
  return complain(Problem{{}, failure.what}), failure.name == dbus::history_unavailable ? not_reachable : wrong_usage;
}

std::unique_ptr<dbus::Client> connect_to_daemon() {
  auto client = dbus::Client::connect();
  if (client) return std::move(client.value);
  complain_of(client.failure);
  return nullptr;
}

}  // namespace ikewatch::app
