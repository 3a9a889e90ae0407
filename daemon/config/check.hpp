// Holds the tree of a file against the option table. Role: config's own; the first of the two checks. Ownership: reads the tree,
// writes to the report. Threads: pure.
#pragma once

#include "yaml_walk.hpp"

namespace ikewatch::config {

/// Reports every unknown, misplaced or missing key and every value that is not of its kind or range.
void check_against_table(const YamlNode& root, Report& report);

/// The scalars of a list, or the one that stands without brackets where the table allows it.
std::vector<const YamlNode*> items_of(const YamlNode* node);

}  // namespace ikewatch::config
