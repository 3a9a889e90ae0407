// What must fit together among alerts, maintenance windows and receivers. Role: config's own. Threads: pure.
#pragma once

#include <ikewatch/config/settings.hpp>
#include <ikewatch/yaml/report.hpp>
#include <ikewatch/yaml/tree.hpp>

#include <string_view>

namespace ikewatch::config {

void check_alerting(const Settings& settings, const yaml::Node& root, std::string_view own_gateway, yaml::Report& report);

}  // namespace ikewatch::config
