// One rule of a pack -> plain struct. Private to pack_reader.
#pragma once

#include <ikewatch/yaml/strict_map.hpp>

#include <string_view>

#include "pack.hpp"

namespace ikewatch::rules {

WrittenRule read_rule(const yaml::Node& node, yaml::Report& report);

/// Small letters, digits and single hyphens between them.
bool is_kebab(std::string_view text);

}  // namespace ikewatch::rules
