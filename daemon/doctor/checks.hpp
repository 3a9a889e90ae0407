// The checks, one function for each subject. Role: what was read -> findings in the report, and what is well. Each says what it
// could not look at. Ownership: they borrow Context and add to Report. Threads: one.
#pragma once

#include "policy_list.hpp"
#include "settings.hpp"

#include <ikewatch/doctor/doctor.hpp>

#include <initializer_list>
#include <vector>

namespace ikewatch::doctor {

inline constexpr std::size_t max_findings = 1000;

struct Context {
  const Inputs& inputs;
  const Files& disk;
  const Conf& conf;
  const Settings& settings;
  std::vector<Address> own_addresses;  // empty: not known
  Report& report;
  bool full = false;  // max_findings were reached

  [[nodiscard]] Place at(At where) const { return conf.place(disk, where); }
  void add(Finding finding);
  void well(std::string what) { report.well.push_back(std::move(what)); }
  void not_looked_at(std::string what, std::string why) { report.not_looked_at.push_back({std::move(what), std::move(why)}); }
  [[nodiscard]] bool is_own(const Address& address) const;
};

/// Adds "well" at the end of its life unless findings came in between.
class Subject {
 public:
  Subject(Context& context, std::string well)
      : context_(context), well_(std::move(well)), before_(context.report.findings.size()) {}
  Subject(const Subject&) = delete;
  Subject& operator=(const Subject&) = delete;
  ~Subject() {
    if (!context_.full && context_.report.findings.size() == before_) context_.well(std::move(well_));
  }

 private:
  Context& context_;
  std::string well_;
  std::size_t before_;
};

void check_syntax(Context& context);            // racoon_conf.cpp: quotes, braces, semicolons, words, includes
void check_logging(Context& context);           // racoon_conf.cpp: log level, timers
void check_paths(Context& context);             // paths.cpp: `path`, scripts, privsep
void check_remotes(Context& context);           // remotes.cpp: modes, proposals, identifiers
void check_sainfos(Context& context);           // sainfos.cpp
void check_psk_file(Context& context);          // psk_file.cpp
void check_own_certificates(Context& context);  // certificates.cpp
void check_authorities(Context& context);       // authorities.cpp
void check_policies(Context& context);          // policies.cpp
void check_ports(Context& context);             // ports.cpp
void check_listening(Context& context);         // listening.cpp: addresses of `listen`, NAT-T
void check_kernel(Context& context);            // kernel.cpp
void check_clock(Context& context);             // clock.cpp

/// From /proc/net/fib_trie and /proc/net/if_inet6; empty where they cannot be read.
std::vector<Address> own_addresses(const Files& disk);

}  // namespace ikewatch::doctor
