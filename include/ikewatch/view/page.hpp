// The status page: every tunnel at a glance, without scripts. Role: snapshot -> HTML. Threads: pure function.
#pragma once

#include <ikewatch/engine/view.hpp>

#include <string>
#include <string_view>

namespace ikewatch::view {

/// A whole HTML document that reloads itself every ten seconds. Everything that a log or a configuration wrote is escaped.
std::string status_page(const engine::Snapshot& snapshot, std::string_view gateway);

}  // namespace ikewatch::view
