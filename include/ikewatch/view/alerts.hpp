// Alerts and silences as JSON, and what is saved of them. Role: alert values <-> bytes. Threads: pure functions.
#pragma once

#include <ikewatch/alert/board.hpp>
#include <ikewatch/alert/outbox.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ikewatch::view {

/// The array of GET /api/v1/alerts: pending ones too, each with why it is not told.
std::string to_json(const std::vector<alert::AlertView>& alerts);
std::string to_json(const std::vector<alert::Silence>& silences);

/// Everything about alerts that must survive a restart.
struct AlertMemories {
  alert::BoardMemory board;
  alert::OutboxMemory outbox;
};
std::string to_saved(const AlertMemories& memories);
/// Nothing where the text is damaged; single damaged entries are left out.
std::optional<AlertMemories> from_saved(std::string_view text);

}  // namespace ikewatch::view
