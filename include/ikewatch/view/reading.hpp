// JSON back into values: what a command got from the daemon, and what a request asks of it. Role: bytes -> views. Ownership:
// copies. Threads: pure functions. Any bytes may come in; what is not there, or of another type, keeps its default.
#pragma once

#include <ikewatch/alert/silence.hpp>
#include <ikewatch/base/result.hpp>
#include <ikewatch/engine/change.hpp>
#include <ikewatch/engine/view.hpp>

#include <optional>
#include <string_view>
#include <vector>

namespace ikewatch::view {

/// What to_json() of a tunnel gave. Nothing where it is no object.
std::optional<engine::TunnelView> tunnel_from_json(std::string_view text);
/// What to_json() of a history gave.
std::optional<std::vector<engine::Change>> history_from_json(std::string_view text);
/// What to_json() of silences gave.
std::optional<std::vector<alert::Silence>> silences_from_json(std::string_view text);

/// The body of POST /api/v1/silences: `tunnel`, `gateway` and `alert`, each a text or a list, of which one is needed; `for`
/// ("2h") or `ends_at` (ISO 8601); `why`. Unknown members are a Problem. It starts at `now`.
Result<alert::Silence> silence_request(std::string_view text, WallTime now);

}  // namespace ikewatch::view
