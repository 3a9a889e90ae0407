// `ikewatch explain`: reads logs offline through the engine that the daemon runs, with time taken from the log.
// Role: app. Threads: one.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace ikewatch::app {

enum class Format { text, json, events };

struct ExplainOptions {
  Format format = Format::text;
  std::string gateway;  // of every file without a name of its own; empty: what the lines say
  std::string dialect;  // empty: found out
  std::string config;   // empty: none is read
  bool whole_timeline = false;
  std::vector<std::string> files;  // FILE or NAME=FILE; "-" is standard input
};

/// Returns the exit status.
int explain(const ExplainOptions& options);

}  // namespace ikewatch::app
