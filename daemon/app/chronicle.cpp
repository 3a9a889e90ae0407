#include "chronicle.hpp"

#include "messages.hpp"

#include <utility>

namespace ikewatch::app {
namespace {

using engine::Change;
using engine::ChangeKind;
using tunnel::State;

/// As many as `limits.tunnels` allows at most; names of former configurations go with the rest.
constexpr std::size_t most_remembered = 1'000'000;

std::string named(const Change& change) {
  const std::string peer = change.peer == change.tunnel ? "" : " (" + change.peer + ')';
  return change.tunnel + peer + " at " + change.gateway;
}

LogFields fields_of(const Change& change) {
  LogFields fields = {
      {"GATEWAY", change.gateway}, {"TUNNEL", change.tunnel}, {"PEER", change.peer}, {"STATE", std::string(name_of(change.to))}};
  if (change.kind == ChangeKind::state) fields.emplace_back("FORMER_STATE", name_of(change.from));
  if (change.cause != rules::Cause::none) {
    fields.emplace_back("CAUSE", rules::name_of(change.cause));
    fields.emplace_back("SIDE", rules::name_of(change.side));
    fields.emplace_back("CONFIDENCE", rules::name_of(change.confidence));
  }
  // Never in the message itself: what forwards messages would bring a line of a gateway into other logs, and from there back to
  // us.
  fields.emplace_back("EVIDENCE", change.text);
  return fields;
}

const Kind* kind_of(State state) {
  if (state == State::up) return &messages::tunnel_up;
  if (state == State::failed) return &messages::tunnel_failed;
  if (state == State::down) return &messages::tunnel_down;
  return nullptr;
}

std::string_view end_of_sentence(State state) {
  if (state == State::up) return " is up";
  if (state == State::down) return " is down";
  return ": the negotiation failed";
}

/// In a storm most are not told: their texts are not made either.
void tell(const Kind& kind, const Change& change, std::string_view end) {
  if (log_admits(kind)) log_admitted(kind, named(change).append(end), fields_of(change));
}

void tell_passage(const Change& change) {
  if (log_wants(Level::debug))
    log(Level::debug, named(change) + ": " + std::string(name_of(change.from)) + " -> " + std::string(name_of(change.to)));
}

}  // namespace

void Chronicle::take(const std::vector<Change>& changes) {
  for (const Change& change : changes) {
    switch (change.kind) {
      case ChangeKind::state:
        take_state(change);
        break;
      case ChangeKind::diagnosis:
        take_diagnosis(change);
        break;
      case ChangeKind::flapping:
        tell(change.flapping ? messages::tunnel_flapping : messages::tunnel_calm, change,
             change.flapping ? " goes up and down again and again" : " no longer goes up and down");
        break;
    }
  }
}

Chronicle::Told& Chronicle::told_of(const Change& change) {
  if (told_.size() >= most_remembered) told_.clear();
  return told_[change.gateway + '\n' + change.tunnel];
}

/// A tunnel that failed and tries again is still what it was, until it is up.
void Chronicle::take_state(const Change& change) {
  const Kind* kind = kind_of(change.to);
  if (kind == nullptr) return tell_passage(change);
  Told& told = told_of(change);
  if (change.to == told.state) return tell_passage(change);
  told.state = change.to;
  if (change.to == State::up) told.cause = rules::Cause::none;
  tell(*kind, change, end_of_sentence(change.to));
}

void Chronicle::take_diagnosis(const Change& change) {
  if (change.cause == rules::Cause::none) return;
  if (std::exchange(told_of(change).cause, change.cause) == change.cause) return;
  if (!log_admits(messages::diagnosis)) return;
  const std::string summary = summary_(change.gateway, change.tunnel);
  log_admitted(messages::diagnosis,
               named(change) + ": " + std::string(rules::name_of(change.cause)) + " (" +
                   std::string(rules::name_of(change.confidence)) + ')' + (summary.empty() ? "" : ": " + summary),
               fields_of(change));
}

}  // namespace ikewatch::app
