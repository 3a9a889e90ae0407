// What the configuration says of receivers, with the files that it names. Role: settings -> notify. Ownership: values. Threads:
// start and reload only.
#pragma once

#include <ikewatch/alert/silence.hpp>
#include <ikewatch/config/settings.hpp>
#include <ikewatch/notify/receiver.hpp>

#include <optional>
#include <string>
#include <vector>

namespace ikewatch::app {

struct Receivers {
  std::vector<notify::Receiver> receivers;
  std::vector<notify::Secrets> secrets;  // in the same order
  std::vector<alert::ReceiverPolicy> policies;
  Problems unread;  // secret files that could not be read: those receivers get nothing before the next reload
};

Receivers read_receivers(const config::Settings& settings);

/// The zone of a name below /usr/share/zoneinfo, of this host for an empty name.
std::optional<alert::Zone> zone_of(const std::string& name);

}  // namespace ikewatch::app
