// The process_* figures, from proc(5).
#include <ikewatch/metrics/exposition.hpp>

#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace ikewatch::metrics {
namespace {

/// Fields of /proc/self/stat behind the command name, which may hold anything but ends with the last parenthesis.
std::istringstream stat_fields() {
  std::ifstream file("/proc/self/stat");
  std::string text((std::istreambuf_iterator<char>(file)), {});
  const auto end = text.rfind(')');
  return std::istringstream(end == std::string::npos ? std::string{} : text.substr(end + 1));
}

double seconds_on(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

/// A service may not see /proc/stat (ProcSubset=pid of systemd.exec(5)). Then asked of the clocks, once, since these drift apart.
double boot_time() {
  static const double by_clocks = seconds_on(CLOCK_REALTIME) - seconds_on(CLOCK_BOOTTIME);
  std::ifstream file("/proc/stat");
  for (std::string word; file >> word;) {
    double seconds = 0;
    if (word == "btime" && file >> seconds) return seconds;
  }
  return by_clocks;
}

std::uint64_t count_fds() {
  std::error_code error;
  const std::filesystem::directory_iterator all("/proc/self/fd", error);
  return error ? 0 : static_cast<std::uint64_t>(std::distance(begin(all), end(all)));
}

}  // namespace

ProcessFacts process_facts() {
  ProcessFacts facts;
  // proc(5): state is field 3; utime 14, stime 15, starttime 22, vsize 23, rss 24.
  auto fields = stat_fields();
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  double user = 0, system = 0, start = 0;
  std::uint64_t virtual_bytes = 0, pages = 0;
  fields >> user >> system;
  for (int field = 16; field < 22; ++field) fields >> skipped;
  fields >> start >> virtual_bytes >> pages;
  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  facts.cpu_seconds = (user + system) / ticks;
  facts.start_time_seconds = boot_time() + start / ticks;
  facts.virtual_bytes = virtual_bytes;
  facts.resident_bytes = pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  facts.open_fds = count_fds();
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) facts.max_fds = limit.rlim_cur;
  return facts;
}

}  // namespace ikewatch::metrics
