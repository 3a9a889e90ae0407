// What racoon needs of the kernel: PF_KEY (RFC 2367), by which it installs what it negotiated. Without it racoon ends before it
// has logged a word of its own.

#include "checks.hpp"

#include <ikewatch/base/text.hpp>

namespace ikewatch::doctor {
namespace {

constexpr std::string_view subject = "PF_KEY in the kernel";

/// Whether a list of modules, a path in each line, has it.
bool lists_af_key(std::string_view modules) { return modules.find("/af_key.ko") != std::string_view::npos; }

Finding no_pfkey() {
  return {Severity::error,
          "kernel-pfkey",
          {},
          "The kernel has no PF_KEY: the module af_key is neither loaded nor installed.",
          "mostly nothing: racoon ends as it starts; `failed to open PF_KEY socket` on its standard error",
          "Install the kernel's own modules (not those of a minimal or cloud kernel), then `modprobe af_key`.",
          rules::Cause::resource_or_kernel};
}

}  // namespace

void check_kernel(Context& context) {
  const Files& disk = context.disk;
  if (!disk.read("/proc/net/udp").read())
    return context.not_looked_at(std::string(subject), disk.shown("/proc/net") + " cannot be read");
  if (disk.status("/proc/net/pfkey").trouble != Trouble::missing)
    return context.well(std::string(subject) + ", af_key is loaded");
  const std::string release(trim(disk.read("/proc/sys/kernel/osrelease").text));
  const std::string folder = "/lib/modules/" + release;
  const FileText loadable = disk.read(folder + "/modules.dep");
  if (release.empty() || !loadable.read())
    return context.not_looked_at(std::string(subject), disk.shown(folder) + "/modules.dep cannot be read");
  if (lists_af_key(loadable.text) || lists_af_key(disk.read(folder + "/modules.builtin").text))
    return context.well(std::string(subject) + ", af_key is loaded when racoon starts");
  context.add(no_pfkey());
}

}  // namespace ikewatch::doctor
