#include "changes.hpp"

#include <algorithm>

namespace ikewatch::engine {
namespace {

constexpr std::size_t max_text = 512;

Change describe(const Gateway& gateway, const TunnelEntry& entry, const Face& before, const Face& after, std::string_view text) {
  Change change;
  change.at = gateway.now;
  change.gateway = gateway.name;
  change.tunnel = entry.name;
  change.peer = entry.peer;
  change.from = before.state;
  change.to = after.state;
  change.flapping = after.flapping;
  change.cause = after.cause;
  change.side = after.side;
  change.confidence = after.confidence;
  change.text = to_printable(text.substr(0, max_text));
  return change;
}

}  // namespace

Face Face::of(const TunnelEntry& entry, WallTime now) {
  Face face;
  face.state = entry.tunnel.state();
  face.flapping = entry.tunnel.flapping(now);
  const diagnosis::Finding* leading = entry.findings.leading();
  if (leading == nullptr) return face;
  face.cause = leading->cause;
  face.side = leading->side;
  face.confidence = leading->confidence;
  return face;
}

void Changes::notice(const Gateway& gateway, TunnelIndex index, TunnelEntry& entry, std::string_view text) {
  const Face after = Face::of(entry, gateway.now);
  if (after == entry.face) return;
  const Face before = std::exchange(entry.face, after);
  Change change = describe(gateway, entry, before, after, text);
  if (before.state != after.state) keep(change);
  change.from = after.state;
  if (before.cause != after.cause || before.side != after.side || before.confidence != after.confidence) {
    change.kind = ChangeKind::diagnosis;
    keep(change);
  }
  if (before.flapping == after.flapping) return;
  change.kind = ChangeKind::flapping;
  keep(change);
  if (after.flapping) return flapping_.push_back(index);
  std::erase(flapping_, index);
}

void Changes::know(const Gateway& gateway, TunnelIndex index, TunnelEntry& entry, bool flapping) {
  entry.face = Face::of(entry, gateway.now);
  entry.face.flapping = flapping;  // that it faded meanwhile may still have to be told
  if (entry.face.flapping) flapping_.push_back(index);
}

void Changes::keep(Change change) {
  if (kept_.size() >= max_kept) {
    kept_.erase(kept_.begin(), kept_.begin() + max_kept / 2);
    dropped_ += max_kept / 2;
  }
  kept_.push_back(std::move(change));
}

}  // namespace ikewatch::engine
