#include "chronicle.hpp"

#include "messages.hpp"

namespace ikewatch::app {
namespace {

using engine::Change;
using engine::ChangeKind;
using tunnel::State;

/// More tunnels than this are never known at a time; names of former configurations go with the rest.
constexpr std::size_t most_remembered = 65536;

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

std::string sentence(const Change& change) {
  if (change.to == State::up) return named(change) + " is up";
  if (change.to == State::down) return named(change) + " is down";
  return named(change) + ": the negotiation failed";
}

}  // namespace

void Chronicle::take(const std::vector<Change>& changes) {
  for (const Change& change : changes) {
    Told& told = told_of(change);
    switch (change.kind) {
      case ChangeKind::state:
        take_state(change, told);
        break;
      case ChangeKind::diagnosis:
        take_diagnosis(change, told);
        break;
      case ChangeKind::flapping:
        log(change.flapping ? messages::tunnel_flapping : messages::tunnel_calm,
            named(change) + (change.flapping ? " goes up and down again and again" : " no longer goes up and down"),
            fields_of(change));
        break;
    }
  }
}

Chronicle::Told& Chronicle::told_of(const Change& change) {
  if (told_.size() >= most_remembered) told_.clear();
  return told_[change.gateway + '\n' + change.tunnel];
}

/// A tunnel that failed and tries again is still what it was, until it is up.
void Chronicle::take_state(const Change& change, Told& told) {
  const Kind* kind = kind_of(change.to);
  if (kind == nullptr || change.to == told.state) {
    return log(Level::debug, named(change) + ": " + std::string(name_of(change.from)) + " -> " + std::string(name_of(change.to)));
  }
  told.state = change.to;
  if (change.to == State::up) told.cause = rules::Cause::none;
  log(*kind, sentence(change), fields_of(change));
}

void Chronicle::take_diagnosis(const Change& change, Told& told) {
  if (change.cause == rules::Cause::none || change.cause == told.cause) return;
  told.cause = change.cause;
  if (!log_admits(messages::diagnosis)) return;
  const std::string summary = summary_(change.gateway, change.tunnel);
  log_admitted(messages::diagnosis,
               named(change) + ": " + std::string(rules::name_of(change.cause)) + " (" +
                   std::string(rules::name_of(change.confidence)) + ')' + (summary.empty() ? "" : ": " + summary),
               fields_of(change));
}

}  // namespace ikewatch::app
