// `ikewatch doctor`: looks at this host's racoon installation and says what is wrong with it. Role: app. Threads: one.
#pragma once

#include <string>

namespace ikewatch::app {

struct DoctorOptions {
  std::string root = "/";
  std::string racoon_conf;  // empty: looked for
  std::string policies;     // a file or `-`; empty: `ip xfrm policy` is asked
  bool json = false;
};

/// Returns the exit status: 0 nothing is wrong, 1 something is, 2 there is no racoon.conf that could be read.
int doctor(const DoctorOptions& options);

}  // namespace ikewatch::app
