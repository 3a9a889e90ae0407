// Holds the tree of a file against the option table. Role: config's own; the first of the two checks. Ownership: reads the tree,
// writes to the report. Threads: pure.
#pragma once

#include <ikewatch/yaml/tree.hpp>

namespace ikewatch::config {

/// Reports every unknown, misplaced or missing key and every value that is not of its kind or range.
void check_against_table(const yaml::Node& root, yaml::Report& report);

/// The scalars of a list, or the one that stands without brackets where the table allows it.
std::vector<const yaml::Node*> items_of(const yaml::Node* node);

}  // namespace ikewatch::config
