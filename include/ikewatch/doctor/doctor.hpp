// Reads this host's racoon installation and says what is wrong with it before racoon does. Role: the files, sockets, policies and
// clock of one host -> Report. It only reads: no file is written, none is touched, no name is resolved, nothing is sent.
// Ownership: values. Threads: one; blocking.
#pragma once

#include <ikewatch/base/result.hpp>
#include <ikewatch/base/time.hpp>
#include <ikewatch/doctor/report.hpp>

#include <optional>
#include <string>

namespace ikewatch::doctor {

/// Everything that is not a file under `root`. Whoever calls gathers it, so that tests give what they like.
struct Inputs {
  std::string root = "/";   // absolute or not; links are followed inside it. Its owner is the user that racoon runs as
  std::string racoon_conf;  // a path inside the root; empty: looked for where racoon's ports and packages put it
  std::optional<std::string> policies;  // output of `ip xfrm policy` or `setkey -DP`
  std::string why_no_policies;          // for people, where `policies` is absent
  WallTime now;
  std::optional<bool> clock_synchronised;  // what the kernel says, adjtimex(2)
  std::string why_no_clock;                // for people, where it is absent
};

/// A Problem where there is no racoon.conf, or where it cannot be read.
Result<Report> examine(const Inputs& inputs);

/// Runs `ip xfrm policy` (no shell, at most ten seconds and 4 MiB); a Problem that says why there is no list.
Result<std::string> policies_of_this_host();

/// Whether the kernel takes its clock for synchronised; a Problem where it may not be asked.
Result<bool> clock_of_this_host();

/// A file that the user names, or standard input for `-`: at most 4 MiB.
Result<std::string> read_policies(const std::string& path);

}  // namespace ikewatch::doctor
