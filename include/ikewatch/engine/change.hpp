// What changed on a tunnel, in the order in which it changed. Role: engine -> history, alerts, D-Bus, stream. Ownership:
// self-contained copies. Threads: a plain value.
#pragma once

#include <ikewatch/base/time.hpp>
#include <ikewatch/rules/vocabulary.hpp>
#include <ikewatch/tunnel/state.hpp>

#include <cstdint>
#include <string>

namespace ikewatch::engine {

enum class ChangeKind : std::uint8_t {
  state,      // `from` became `to`
  flapping,   // the mark was set or taken away
  diagnosis,  // another cause leads, or the leading one was resolved (then `cause` is none)
};

struct Change {
  ChangeKind kind = ChangeKind::state;
  WallTime at;  // the engine's clock, not the log's
  std::string gateway;
  std::string tunnel;  // the configured name, else the peer
  std::string peer;
  tunnel::State from = tunnel::State::unknown;  // for the other kinds both are the present state
  tunnel::State to = tunnel::State::unknown;
  bool flapping = false;
  rules::Cause cause = rules::Cause::none;  // the leading unresolved cause after the change
  rules::Side side = rules::Side::unknown;
  rules::Confidence confidence = rules::Confidence::possible;
  std::string text;  // the line that did it, at most 512 bytes; empty where time alone did
};

}  // namespace ikewatch::engine
