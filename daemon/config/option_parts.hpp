// The parts of the one list of keys, which is too long for one file. Role: config's own. Threads: constants.
#pragma once

#include <ikewatch/config/options.hpp>

#include <span>

namespace ikewatch::config {

std::span<const Option> alerting_options();

}  // namespace ikewatch::config
