#include "log.hpp"

#include "messages.hpp"
#include "systemd.hpp"
#include "throttle.hpp"

#include <ikewatch/base/text.hpp>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <iterator>
#include <mutex>

namespace ikewatch::app {
namespace {

constexpr std::size_t longest_field = 2048;
constexpr Kind plain{"others", "", Level::info};
constexpr std::array<std::string_view, 5> level_words = {"error", "warning", "notice", "info", "debug"};  // from 3 on

std::atomic<Level> least_urgent = Level::info;
std::atomic<bool> level_is_fixed = false;
std::mutex throttle_mutex;
Throttle throttle;

bool to_journal() {
  static const bool yes = systemd::stderr_is_journal();
  return yes;
}

void write_line(Level level, std::string_view text) {
  std::string line;
  if (to_journal()) line = '<' + std::to_string(static_cast<int>(level)) + '>';  // sd-daemon(3)
  line += to_journal() ? "" : "ikewatch: ";
  line += to_printable(text);
  line += '\n';
  // One write, so that lines never mix; a full disk or a closed pipe must not stop the daemon.
  [[maybe_unused]] const auto written = write(STDERR_FILENO, line.data(), line.size());
}

void write_entry(Level level, std::string_view id, std::string_view text, const LogFields& fields) {
  std::vector<std::string> parts = {"MESSAGE=" + to_printable(text), "PRIORITY=" + std::to_string(static_cast<int>(level))};
  if (!id.empty()) parts.push_back("MESSAGE_ID=" + std::string(id));
  for (const auto& [name, value] : fields) {
    if (!value.empty()) parts.push_back(std::string(name) + '=' + to_printable(value).substr(0, longest_field));
  }
  if (!systemd::to_journal(parts)) write_line(level, text);
}

void tell(Level level, std::string_view id, std::string_view text, const LogFields& fields) {
  if (to_journal()) return write_entry(level, id, text, fields);
  write_line(level, text);
}

bool admits(std::string_view kind, Level level) {
  if (!log_wants(level)) return false;
  const std::lock_guard lock(throttle_mutex);
  return throttle.admit(kind, Throttle::Clock::now());
}

}  // namespace

std::optional<Level> level_named(std::string_view word) {
  const auto found = std::ranges::find(level_words, word);
  if (found == level_words.end()) return std::nullopt;
  return static_cast<Level>(std::distance(level_words.begin(), found) + static_cast<int>(Level::error));
}

void log(Level level, std::string_view text) {
  if (admits(plain.name, level)) tell(level, plain.id, text, {});
}

bool log_wants(Level level) { return level <= least_urgent.load(std::memory_order_relaxed); }

bool log_admits(const Kind& kind) { return admits(kind.name, kind.level); }

void log_admitted(const Kind& kind, std::string_view text, const LogFields& fields) { tell(kind.level, kind.id, text, fields); }

void log(const Kind& kind, std::string_view text, const LogFields& fields) {
  if (log_admits(kind)) log_admitted(kind, text, fields);
}

void tell_suppressed(bool at_end) {
  std::vector<Throttle::Suppressed> all;
  {
    const std::lock_guard lock(throttle_mutex);
    all = throttle.take_suppressed(Throttle::Clock::now(), at_end);
  }
  for (const auto& [kind, count] : all)
    tell(Level::warning, messages::suppressed.id, "suppressed " + std::to_string(count) + " messages of the kind " + kind,
         {{"KIND", kind}, {"SUPPRESSED", std::to_string(count)}});
}

void set_log_level(Level level) {
  if (!level_is_fixed) least_urgent = level;
}

void fix_log_level(Level level) {
  least_urgent = level;
  level_is_fixed = true;
}

}  // namespace ikewatch::app
