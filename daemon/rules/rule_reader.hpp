// One rule of a pack -> plain struct. Private to pack_reader.
#pragma once

#include <string_view>

#include "pack.hpp"
#include "strict_map.hpp"

namespace ikewatch::rules {

WrittenRule read_rule(const YamlNode& node, ProblemLog& log);

/// Small letters, digits and single hyphens between them.
bool is_kebab(std::string_view text);

}  // namespace ikewatch::rules
