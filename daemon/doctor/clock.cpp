// The clock: certificates are valid or not by what it says.

#include "checks.hpp"

namespace ikewatch::doctor {
namespace {

using rules::Cause;

constexpr std::chrono::days tolerance{1};  // time zones of machines where files were made

void check_files_from_the_future(Context& context) {
  const Subject subject(context, "clock against the dates of files");
  for (const std::string& path : context.conf.files) {
    const FileStatus status = context.disk.status(path);
    const WallTime written{std::chrono::seconds{status.modified}};
    if (!status.found() || written <= context.inputs.now + tolerance) continue;
    return context.add({Severity::warning, "clock-behind", context.disk.place(path),
                        "The file was written at " + to_iso8601(written) + ", and this host's clock says " +
                            to_iso8601(context.inputs.now) + ": the clock is behind.",
                        "ERROR: certificate is not yet valid(9)", "Set the clock, and keep it with NTP.", Cause::clock_skew});
  }
}

void check_synchronised(Context& context) {
  if (!context.inputs.clock_synchronised)
    return context.not_looked_at("synchronisation of the clock", context.inputs.why_no_clock);
  if (*context.inputs.clock_synchronised) return context.well("synchronisation of the clock");
  context.add({Severity::hint,
               "clock-unsynchronised",
               {},
               "The kernel's clock is not synchronised; it says " + to_iso8601(context.inputs.now) + '.',
               "with certificates, once it is wrong: ERROR: certificate is not yet valid(9)",
               "Run an NTP client, and compare `date -u`.",
               Cause::clock_skew});
}

}  // namespace

void check_clock(Context& context) {
  check_files_from_the_future(context);
  check_synchronised(context);
}

}  // namespace ikewatch::doctor
