#include "systemd.hpp"

// Where in the source a message was written is of no use to who reads the journal.
#define SD_JOURNAL_SUPPRESS_LOCATION

#include <ikewatch/base/text.hpp>

#include <sys/stat.h>
#include <sys/uio.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-journal.h>
#include <time.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace ikewatch::app::systemd {

void notify(const std::string& lines) { ::sd_notify(0, lines.c_str()); }

std::string monotonic_now() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::to_string(static_cast<std::int64_t>(now.tv_sec) * 1'000'000 + now.tv_nsec / 1000);
}

std::optional<std::chrono::microseconds> watchdog() {
  std::uint64_t period = 0;
  if (::sd_watchdog_enabled(0, &period) <= 0) return std::nullopt;
  return std::chrono::microseconds(static_cast<std::int64_t>(period));
}

bool stderr_is_journal() {
  const char* named = std::getenv("JOURNAL_STREAM");
  if (named == nullptr) return false;
  const std::string_view stream = named;
  const auto colon = stream.find(':');
  if (colon == std::string_view::npos) return false;
  struct stat here {};
  if (::fstat(STDERR_FILENO, &here) != 0) return false;
  return to_number<std::uint64_t>(stream.substr(0, colon)) == here.st_dev &&
         to_number<std::uint64_t>(stream.substr(colon + 1)) == here.st_ino;
}

bool to_journal(const std::vector<std::string>& fields) {
  std::vector<iovec> parts;
  parts.reserve(fields.size());
  for (const std::string& field : fields) parts.push_back({const_cast<char*>(field.data()), field.size()});
  return ::sd_journal_sendv(parts.data(), static_cast<int>(parts.size())) >= 0;
}

}  // namespace ikewatch::app::systemd
