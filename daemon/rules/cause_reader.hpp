// The `cause:` of a rule in all its forms. Private to rule_reader.
#pragma once

#include "pack.hpp"
#include "strict_map.hpp"

namespace ikewatch::rules {

WrittenCause read_cause(const YamlNode& node, ProblemLog& log);

std::span<const std::string_view> side_names();
std::span<const std::string_view> confidence_names();

}  // namespace ikewatch::rules
