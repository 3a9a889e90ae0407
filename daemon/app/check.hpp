// `ikewatch check` and `ikewatch rules`: configuration and packs, proved before the daemon meets them. Role: app. Threads: one.
#pragma once

#include <string>
#include <vector>

namespace ikewatch::app {

/// Every problem of the configuration and of all packs on standard error. Returns the exit status.
int check(const std::string& config_path);

enum class ListFormat { text, json, markdown };
struct ListOptions {
  std::vector<std::string> packs;
  std::string dialect;  // empty: every one
  ListFormat format = ListFormat::text;
};
/// Every rule; as Markdown the page of one dialect, or without one the page that leads to them.
int rules_list(const ListOptions& options);
/// Runs the packs' own examples through the production matcher.
int rules_test(const std::vector<std::string>& packs);
/// Says what one line means.
int rules_try(const std::vector<std::string>& packs, const std::string& line);

}  // namespace ikewatch::app
