// What the daemon says of itself. With the journal behind standard error, entries with fields; else one line each. Role: app.
// Threads: any.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ikewatch::app {

/// The numbers of syslog(3).
enum class Level { error = 3, warning = 4, notice = 5, info = 6, debug = 7 };
std::optional<Level> level_named(std::string_view word);

/// A message that people and programs may wait for; messages.hpp has all of them.
struct Kind {
  std::string_view name;  // for the line that says how many were left out
  std::string_view id;    // MESSAGE_ID, under which config/ikewatch.catalog explains it
  Level level = Level::info;
};

/// Names of journal fields (systemd.journal-fields(7)) with their values; empty values are left out.
using LogFields = std::vector<std::pair<std::string_view, std::string>>;

void log(Level level, std::string_view text);
void log(const Kind& kind, std::string_view text, const LogFields& fields = {});
/// Whether the level is told at all, where the text is costly.
bool log_wants(Level level);

/// The same in two steps, where the text is costly: whether it is to be told at all, and telling it. At most so many of a kind
/// are told in a while (throttle.hpp); others are counted.
bool log_admits(const Kind& kind);
void log_admitted(const Kind& kind, std::string_view text, const LogFields& fields = {});

/// Every second, and once `at_end`: says how many messages were left out.
void tell_suppressed(bool at_end = false);

/// What is less urgent is not told. `info` until this is called.
void set_log_level(Level level);
/// From the command line: the configuration no longer has a say.
void fix_log_level(Level level);

}  // namespace ikewatch::app
