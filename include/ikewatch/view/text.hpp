// Views as text for people: what an administrator reads, and pastes into a ticket. Role: engine views -> lines of text.
// Threads: pure functions.
#pragma once

#include <ikewatch/engine/change.hpp>
#include <ikewatch/engine/view.hpp>
#include <ikewatch/view/json.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ikewatch::view {

struct TextOptions {
  bool colour = false;                           // ANSI sequences (ECMA-48), for terminals
  std::size_t width = 100;                       // columns at which prose is wrapped
  std::size_t timeline = 12;                     // youngest entries shown; 0: all of them
  std::string_view for_more = "--timeline all";  // what shows the others
};

/// One tunnel: headline, causes with evidence and checks, timeline.
std::string to_text(const engine::TunnelView& tunnel, const TextOptions& options);
/// What changed on a tunnel, one line a change.
std::string to_text(const std::vector<engine::Change>& history, const TextOptions& options);
/// What no tunnel can be blamed for; empty where there is nothing.
std::string to_text(const std::vector<engine::DiagnosisView>& unattributed, const TextOptions& options);
/// Whether `ikewatch doctor` on the gateway itself could see the fault: racoon, not resolved, this end or both, a cause that
/// shows in files.
bool doctor_may_see(const engine::TunnelView& tunnel);
/// The last lines: how many tunnels are in which state, how much of the log was understood.
std::string to_text(const LineCounts& lines, const std::vector<std::size_t>& tunnels_by_state, const TextOptions& options);

}  // namespace ikewatch::view
