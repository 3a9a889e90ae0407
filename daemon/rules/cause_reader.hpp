// The `cause:` of a rule in all its forms. Private to rule_reader.
#pragma once

#include <ikewatch/yaml/strict_map.hpp>

#include <span>

#include "pack.hpp"

namespace ikewatch::rules {

WrittenCause read_cause(const yaml::Node& node, yaml::Report& report);

std::span<const std::string_view> side_names();
std::span<const std::string_view> confidence_names();

}  // namespace ikewatch::rules
