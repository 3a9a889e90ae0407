#include <ikewatch/doctor/doctor.hpp>

#include "checks.hpp"

#include <algorithm>
#include <set>
#include <tuple>

namespace ikewatch::doctor {
namespace {

// Debian and NetBSD, FreeBSD's and our own builds, Red Hat.
constexpr std::string_view usual_places[] = {"/etc/racoon/racoon.conf", "/usr/local/etc/racoon/racoon.conf", "/etc/racoon.conf",
                                             "/usr/local/etc/racoon.conf"};

Result<std::string> find_conf(const Files& disk, const Inputs& inputs) {
  if (!inputs.racoon_conf.empty()) return joined("/", inputs.racoon_conf);
  for (const std::string_view place : usual_places) {
    if (disk.status(std::string(place)).trouble != Trouble::missing) return std::string(place);
  }
  return Problem{{},
                 "no racoon.conf in " + disk.shown("/etc/racoon") +
                     " or the other usual places, so no racoon to look at; --racoon-conf FILE names it"};
}

/// A section that is inherited brings its mistakes along; each is told once, where it stands.
void forget_repetitions(std::vector<Finding>& findings) {
  std::set<std::tuple<std::string_view, std::string, std::size_t, std::size_t>> told;
  std::erase_if(findings, [&](const Finding& finding) {
    const Place& place = finding.place;
    return place.column != 0 && !told.emplace(finding.check, place.file, place.line, place.column).second;
  });
}

void check_all(Context& context) {
  check_syntax(context);
  check_logging(context);
  check_paths(context);
  check_remotes(context);
  check_sainfos(context);
  check_psk_file(context);
  check_own_certificates(context);
  check_authorities(context);
  check_policies(context);
  check_kernel(context);
  check_listening(context);
  check_ports(context);
  check_clock(context);
}

}  // namespace

void Context::add(Finding finding) {
  if (report.findings.size() < max_findings) return report.findings.push_back(std::move(finding));
  if (!full) not_looked_at("anything further", "there are more than 1000 findings");
  full = true;
}

Result<Report> examine(const Inputs& inputs) {
  const Files disk(inputs.root);
  if (!disk.usable()) return Problem{{inputs.root}, "is no directory that can be opened"};
  const auto path = find_conf(disk, inputs);
  if (!path) return path.error();
  const FileText text = disk.read(*path);
  if (!text.read())
    return Problem{{disk.shown(*path)}, text.status.trouble == Trouble::too_large ? "is larger than 1 MiB" : text.status.why};
  Report report;
  report.racoon_conf = disk.shown(*path);
  const Conf conf = read_conf(disk, *path, text.text);
  const Settings settings = settings_of(conf);
  Context context{inputs, disk, conf, settings, own_addresses(disk), report, false};
  check_all(context);
  if (settings.too_many_sections) context.not_looked_at("sections of racoon.conf", "only the first 4096 of a kind are");
  forget_repetitions(report.findings);
  std::stable_sort(report.findings.begin(), report.findings.end(),
                   [](const Finding& a, const Finding& b) { return a.severity < b.severity; });
  return report;
}

std::string_view name_of(Severity severity) {
  constexpr std::string_view names[] = {"error", "warning", "hint"};
  return names[static_cast<std::size_t>(severity)];
}

std::size_t Report::count(Severity severity) const {
  return static_cast<std::size_t>(
      std::count_if(findings.begin(), findings.end(), [&](const Finding& finding) { return finding.severity == severity; }));
}

std::size_t Report::problems() const { return count(Severity::error) + count(Severity::warning); }

}  // namespace ikewatch::doctor
