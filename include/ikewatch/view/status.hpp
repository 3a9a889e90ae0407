// What `ikewatch status` and `ikewatch silence --list` print. Role: values from the daemon -> text that fits a terminal. Threads:
// pure functions.
#pragma once

#include <ikewatch/alert/silence.hpp>
#include <ikewatch/engine/change.hpp>
#include <ikewatch/view/text.hpp>

#include <optional>
#include <string>
#include <vector>

namespace ikewatch::view {

struct StatusRow {
  std::string gateway;
  std::string name;
  std::string peer;
  tunnel::State state = tunnel::State::unknown;
  bool flapping = false;
  std::string cause;  // empty: none
  std::optional<WallTime> since;
};

/// Failed or down: what the exit status of the command tells of. An idle tunnel is well.
bool is_bad(const StatusRow& row);

/// One line each, the bad ones first, and how many there are of each state. Lines are at most `width` columns long; 0: as long as
/// they are.
std::string status_table(std::vector<StatusRow> rows, const TextOptions& options, WallTime now);

/// The last 24 hours as 48 blocks of half an hour, with what they mean. `present` and `since` tell of the time that `history`
/// does not reach.
std::string day_strip(const std::vector<engine::Change>& history, tunnel::State present, std::optional<WallTime> since,
                      WallTime now, const TextOptions& options);

std::string silence_table(const std::vector<alert::Silence>& silences, const TextOptions& options, WallTime now);

}  // namespace ikewatch::view
