// What an event says of a cause, in the light of what its tunnel went through.
#include "findings.hpp"

#include "core.hpp"

#include <utility>

namespace ikewatch::engine {
namespace {

using diagnosis::Hint;
using diagnosis::Inference;
using rules::Cause;
using rules::Confidence;
using rules::Event;
using rules::EventKind;
using rules::Side;
using rules::Signal;
using tunnel::State;

/// A session that ends sooner never carried anything: IKEv2 makes the first child SA inside the exchange that authenticates, and
/// a peer that refuses either takes both away again (RFC 7296 sections 1.2 and 2.21.2).
constexpr std::chrono::seconds brief_session{2};

Hint told_by_itself(const Told& told) {
  const Event& event = told.event;
  return {event.cause, event.side, event.confidence, event.rank,
          told.line,   told.raw,   event.rule->note, diagnosis::difference(event)};
}

Hint told_by(const Inference& inference, const Told& told) {
  return {inference.cause, inference.side, inference.confidence, inference.rank,
          told.line,       told.raw,       inference.note,       diagnosis::difference(told.event)};
}

bool concerns_children(EventKind kind) {
  return kind == EventKind::phase2_up || kind == EventKind::phase2_rekeying || kind == EventKind::phase2_expired ||
         kind == EventKind::phase2_deleted;
}

bool takes_down(EventKind kind) {
  return kind == EventKind::phase1_deleted || kind == EventKind::phase2_deleted || kind == EventKind::phase1_failed ||
         kind == EventKind::phase2_failed;
}

}  // namespace

void remember(TunnelEntry& entry, const Outcome& outcome, const Event& event, WallTime now) {
  if (concerns_children(event.kind)) entry.history.child_changed(now);
  if (outcome.before == State::up || outcome.after == State::up) entry.history.was_up(now);
}

bool was_brief(const Outcome& outcome, const Told& told, WallTime now) {
  // Without stamps everything seems to happen at once.
  if (!told.time || !outcome.since || outcome.before != State::up || outcome.after == State::up) return false;
  return takes_down(told.event.kind) && now - *outcome.since < brief_session;
}

std::optional<Hint> Core::hint_of(const TunnelEntry& entry, const Told& told, WallTime now) const {
  const Event& event = told.event;
  const Inference* inference =
      knowledge_->inferences.find({event, entry.tunnel, entry.findings, entry.history, now, entry.initiates});
  if (inference == nullptr) return event.cause == Cause::none ? std::nullopt : std::optional(told_by_itself(told));
  return inference->cause == Cause::none ? std::nullopt : std::optional(told_by(*inference, told));
}

void Core::take_back(TunnelEntry& entry, Outcome& outcome, const Told& told, WallTime now) {
  entry.tunnel.call_failed(now);
  outcome.after = entry.tunnel.state();
  outcome.failed_phase = std::uint8_t{2};
  entry.findings.reopen_last();
  if (entry.findings.leading() != nullptr) return;
  entry.findings.add({Cause::peer_rejected,
                      Side::remote,
                      Confidence::likely,
                      45,
                      told.line,
                      told.raw,
                      "The session stood for less than two seconds, so it was never in use: the peer took it back, mostly since "
                      "it refuses what was set up (traffic selectors, proposal, identity). Its log says which.",
                      {}});
}

/// What to make of an attempt whose end no line tells.
Hint Core::hint_of_silence(const TunnelEntry& entry, const Event& event, const TimelineEntry& last, WallTime now) const {
  const Told told{event, last.text, last.line, last.time};
  const Inference* inference =
      knowledge_->inferences.find({event, entry.tunnel, entry.findings, entry.history, now, entry.initiates});
  if (inference != nullptr && inference->cause != Cause::none) return told_by(*inference, told);
  return {event.cause,
          (*knowledge_)[event.cause].side,
          Confidence::possible,
          10,
          last.line,
          last.text,
          "A negotiation began, and until its time was over no line told of an end.",
          {}};
}

/// The log never said how the attempt ended. Silence proves nothing, so by itself the finding is only possible.
void Core::time_out(TunnelEntry& entry, std::uint8_t phase, WallTime now) {
  Event event;
  event.kind = EventKind::peer_silent;
  event.cause = phase == 1 ? Cause::peer_unreachable : Cause::peer_rejected;
  const TimelineEntry last = entry.timeline.last();
  const bool nothing_known = entry.findings.leading() == nullptr;
  if (nothing_known && entry.tunnel.state() != State::up) entry.findings.add(hint_of_silence(entry, event, last, now));
  ++entry.failures[{phase, nothing_known ? event.cause : entry.findings.leading()->cause}];
  const Outcome outcome = entry.tunnel.apply(event, now);
  if (outcome.before == outcome.after && !nothing_known) return;
  entry.timeline.add(last.line, now, event.kind, outcome.after, "no end of this attempt was logged", timeline_limit());
}

}  // namespace ikewatch::engine
