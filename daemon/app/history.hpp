// `ikewatch explain --history TUNNEL`: what the daemon kept of a tunnel, also while it runs. Role: a command. Threads: one.
#pragma once

#include "explain.hpp"

#include <string>

namespace ikewatch::app {

struct HistoryOptions {
  std::string tunnel;
  std::string gateway;  // empty: every one
  std::string state;    // the directory; empty: that of the configuration, else the usual one
  std::string config;
  Format format = Format::text;
};

int history(const HistoryOptions& options);

}  // namespace ikewatch::app
