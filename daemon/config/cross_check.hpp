// What one key says against another. Role: config's own; the second of the two checks. Ownership: reads settings and tree, writes
// to the report. Threads: pure.
#pragma once

#include "yaml_walk.hpp"

#include <ikewatch/config/settings.hpp>

namespace ikewatch::config {

/// `settings` were built from `root`; `own_gateway` is the name of this host, empty where nobody knows it. Values that are not
/// readable are passed over: they are reported already.
void cross_check(const Settings& settings, const YamlNode& root, std::string_view own_gateway, Report& report);

}  // namespace ikewatch::config
