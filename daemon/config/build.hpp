// Makes settings from the tree of a file. Role: config's own. Ownership: reads the tree, returns values. Threads: pure.
#pragma once

#include <ikewatch/yaml/tree.hpp>

#include <ikewatch/config/settings.hpp>

namespace ikewatch::config {

/// Every list of the settings has as many entries as the list in the file, in its order: an entry that is not readable has its
/// defaults. Says nothing of what is wrong: check_against_table() does.
Settings build_settings(const yaml::Node& root);

}  // namespace ikewatch::config
