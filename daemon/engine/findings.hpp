// Steps between an event and the findings of its tunnel. Role: private to the engine room. Threads: pure functions of their
// arguments.
#pragma once

#include "core.hpp"

namespace ikewatch::engine {

/// Keeps of an event what later lines are read in the light of.
void remember(TunnelEntry& entry, const Outcome& outcome, const rules::Event& event, WallTime now);
/// Whether a session that seemed to stand ended at once.
bool was_brief(const Outcome& outcome, const Told& told, WallTime now);

}  // namespace ikewatch::engine
