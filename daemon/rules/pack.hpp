// A rule pack as it was written, with places. Role: pack_reader -> pack_compiler. Ownership: plain values. Threads: plain values.
#pragma once

#include <ikewatch/base/result.hpp>
#include <ikewatch/rules/rule_set.hpp>
#include <ikewatch/yaml/report.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "prefix.hpp"

namespace ikewatch::rules {

inline constexpr char pack_quotes = '\'';         // around words of a pack in what its writers are told
inline constexpr std::uint8_t default_rank = 60;  // of a rule with a cause: it names the kind of cause

using yaml::Written;

/// What a rule says about the cause. Parts that were not written are taken from the rule.
struct Outcome {
  Cause cause = Cause::none;
  Side side = Side::unknown;
  Confidence confidence = Confidence::confirmed;
  std::uint8_t rank = 0;
};

struct WrittenOutcome {
  Cause cause = Cause::none;
  std::optional<Side> side;
  std::optional<Confidence> confidence;
  std::optional<std::uint8_t> rank;
};

/// `cause:` in its three forms: one cause, one for each value of a field, one for a silent and one for an answering peer.
struct WrittenCause {
  Written by;  // not given: `fixed` holds for every line
  WrittenOutcome fixed;
  std::vector<std::pair<Written, WrittenOutcome>> values;
  std::optional<WrittenOutcome> otherwise;

  [[nodiscard]] bool names_any() const { return fixed.cause != Cause::none || !values.empty() || otherwise.has_value(); }
};

struct WrittenRule {
  Written id;
  std::vector<Written> forms;  // templates
  Written regex;
  Written tag;
  Written event;
  Written note;
  WrittenCause cause;
  std::optional<EventKind> kind;
  std::optional<Confidence> confidence;
  std::optional<Side> side;
  std::optional<std::uint8_t> rank;
  Place rank_place;
  std::optional<std::uint8_t> phase;
  Attribution attribution = Attribution::automatic;
  LevelMask levels = any_level;
  Place level_place;
  bool fallback = false;
  bool initiator = false;
  bool ends_session = false;
  Signal signal = Signal::none;
  std::vector<Example> examples;
  Place place;
};

struct Pack {
  Written dialect;
  Written prefix;
  PrefixKind prefix_kind = PrefixKind::none;
  std::vector<Written> programs;
  std::vector<Written> tags;
  std::vector<Written> openers;
  std::vector<WrittenRule> rules;
};

}  // namespace ikewatch::rules
