// One story from many lines: what a line means in the light of what its tunnel went through. Role: event + history -> the cause
// that is told instead of the line's own. Ownership: immutable once read, part of the knowledge base. Threads: safe for any
// number of readers.
#pragma once

#include <ikewatch/base/time.hpp>
#include <ikewatch/diagnosis/case_file.hpp>
#include <ikewatch/diagnosis/history.hpp>
#include <ikewatch/rules/event.hpp>
#include <ikewatch/tunnel/tunnel.hpp>

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ikewatch::diagnosis {

/// A tunnel at the moment at which a line comes, before the line has changed anything but the history of signals.
struct Situation {
  const rules::Event& event;
  const tunnel::Tunnel& tunnel;
  const CaseFile& findings;
  const History& history;
  WallTime now;
  bool initiator = false;  // this gateway began the negotiation that is under way
};

/// All conditions that are given must hold.
struct Conditions {
  std::bitset<rules::causes> own;    // the cause that the line itself names
  std::bitset<rules::causes> found;  // any of these is found and unresolved
  std::bitset<rules::signals> seen;  // each was seen since the negotiation began
  std::bitset<rules::signals> unseen;
  std::size_t times = 0;  // of the signal that is asked about, this one counted
  std::chrono::seconds within{0};
  std::optional<bool> up;  // a child SA stands
  std::optional<bool> ever_up;
  std::optional<std::chrono::seconds> up_within;       // it stands, or did so long ago at most
  std::optional<std::chrono::seconds> rekeyed_within;  // a child SA came or went so long ago at most
  std::optional<bool> phase1_up;
  std::optional<bool> initiator;
  std::optional<std::uint8_t> phase;  // the phase that the line tells of

  [[nodiscard]] bool hold(const Situation& situation) const;
};

struct Inference {
  std::string id;
  std::bitset<rules::signals> signals;     // asked about lines with one of these signals,
  std::bitset<rules::event_kinds> events;  // or about events of these kinds
  Conditions when;
  rules::Cause cause = rules::Cause::none;  // none: the line tells of nothing wrong
  rules::Side side = rules::Side::unknown;  // unknown: the cause's own
  rules::Confidence confidence = rules::Confidence::possible;
  std::uint8_t rank = 0;
  std::string note;  // what the lines together mean, and what else it could be
};

class Inferences {
 public:
  void add(Inference inference);
  /// The first in the order of the file whose conditions hold; null where the line means what it says itself.
  [[nodiscard]] const Inference* find(const Situation& situation) const;
  /// For reports and documentation.
  [[nodiscard]] const std::vector<Inference>& all() const { return all_; }

 private:
  std::vector<Inference> all_;
  std::bitset<rules::event_kinds> events_;  // most lines are of kinds that nobody asks about
};

}  // namespace ikewatch::diagnosis
