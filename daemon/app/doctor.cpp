#include "doctor.hpp"

#include "exit.hpp"
#include "terminal.hpp"

#include <ikewatch/doctor/doctor.hpp>

#include <iostream>

namespace ikewatch::app {
namespace {

/// What the running system says; only where it is the one that is looked at.
void ask_this_host(doctor::Inputs& inputs, bool policies) {
  if (policies) {
    auto list = doctor::policies_of_this_host();
    if (list) inputs.policies = std::move(*list);
    if (!list) inputs.why_no_policies = list.error().what;
  }
  const auto clock = doctor::clock_of_this_host();
  if (clock) inputs.clock_synchronised = *clock;
  if (!clock) inputs.why_no_clock = clock.error().what;
}

bool is_this_host(const std::string& root) { return root.find_first_not_of('/') == std::string::npos && !root.empty(); }

}  // namespace

int doctor(const DoctorOptions& options) {
  doctor::Inputs inputs;
  inputs.root = options.root;
  inputs.racoon_conf = options.racoon_conf;
  inputs.now = std::chrono::time_point_cast<WallTime::duration>(std::chrono::system_clock::now());
  inputs.why_no_policies = "with --root, --policies names the list";
  inputs.why_no_clock = "with --root, the clock is another machine's";
  if (!options.policies.empty()) {
    auto list = doctor::read_policies(options.policies);
    if (!list) return complain(list.error()), wrong_usage;
    inputs.policies = std::move(*list);
  }
  if (is_this_host(options.root)) ask_this_host(inputs, options.policies.empty());
  const auto report = doctor::examine(inputs);
  if (!report) return complain(report.error()), wrong_usage;
  const Terminal terminal = standard_output();
  std::cout << (options.json ? doctor::to_json(*report) : doctor::to_text(*report, {terminal.colour, terminal.width}));
  return report->problems() == 0 ? done : found_problems;
}

}  // namespace ikewatch::app
