// `ikewatch check` and `ikewatch rules`: configuration and packs, proved before the daemon meets them. Role: app. Threads: one.
#pragma once

#include <string>
#include <vector>

namespace ikewatch::app {

/// Every problem of the configuration and of all packs on standard error. Returns the exit status.
int check(const std::string& config_path);

int rules_list(const std::vector<std::string>& packs, const std::string& dialect);
/// Runs the packs' own examples through the production matcher.
int rules_test(const std::vector<std::string>& packs);
/// Says what one line means.
int rules_try(const std::vector<std::string>& packs, const std::string& line);

}  // namespace ikewatch::app
