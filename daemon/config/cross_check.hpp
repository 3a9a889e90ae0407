// What one key says against another. Role: config's own; the second of the two checks. Ownership: reads settings and tree, writes
// to the report. Threads: pure.
#pragma once

#include <ikewatch/yaml/tree.hpp>

#include <ikewatch/config/settings.hpp>

namespace ikewatch::config {

/// `settings` were built from `root`; `own_gateway` is the name of this host, empty where nobody knows it. Values that are not
/// readable are passed over: they are reported already.
void cross_check(const Settings& settings, const yaml::Node& root, std::string_view own_gateway, yaml::Report& report);

}  // namespace ikewatch::config
