// What the commands that speak to the daemon have in common. Role: app. Threads: one.
#pragma once

#include "exit.hpp"

#include <ikewatch/dbus/client.hpp>

#include <memory>

namespace ikewatch::app {

/// Says why, what to do about it, and gives the exit status.
int complain_of(const dbus::CallFailure& failure);

/// Null where the bus is not there, which was said.
std::unique_ptr<dbus::Client> connect_to_daemon();

}  // namespace ikewatch::app
