// The compiled rule packs. Role: Record -> Verdict (which dialect, which rule, which fields). Ownership: immutable once compiled;
// shared as std::shared_ptr<const RuleSet>; events point into it. Threads: match() is const and safe from any number of threads.
#pragma once

#include <ikewatch/base/result.hpp>
#include <ikewatch/rules/event.hpp>
#include <ikewatch/syslog/record.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ikewatch::rules {

using DialectId = std::uint8_t;
inline constexpr DialectId no_dialect = 255;

/// How a line without an own address finds its tunnel.
enum class Attribution : std::uint8_t {
  automatic,  // by peer, cookie or SPI, else with the burst that it stands in
  host,       // concerns the whole gateway, never one tunnel
  oldest,     // a timer ran out: the oldest negotiation that is still pending
};

struct Example {
  std::string line;
  std::vector<std::pair<std::string, std::string>> fields;
  Place place;
};

/// One cause that lines of a rule may name, and for which of them.
struct PossibleCause {
  Cause cause = Cause::none;
  Side side = Side::unknown;  // unknown: that of the cause itself, where the knowledge base says more
  Confidence confidence = Confidence::confirmed;
  std::uint8_t rank = 0;
  std::string when;  // "notify is NO-PROPOSAL-CHOSEN"; empty: for all, or for those that no other entry is for
};

struct Rule {
  std::string id;  // "racoon.psk-not-found"
  DialectId dialect = no_dialect;
  EventKind event = EventKind::info;
  Cause cause = Cause::none;
  Side side = Side::unknown;
  Confidence confidence = Confidence::confirmed;
  std::uint8_t rank = 0;   // 0..100: how much this line says about the root cause; the highest of an incident leads
  std::uint8_t phase = 0;  // 1, 2, or 0 where it is not said
  Attribution attribution = Attribution::automatic;
  Signal signal = Signal::none;       // for inferences
  bool ends_session = false;          // with this failure the whole IKE SA is gone too (ASA: "Session disconnected")
  bool initiator = false;             // this gateway began what the line tells: its peer is no stranger
  std::vector<PossibleCause> causes;  // every one that its lines may name; only for lists and documentation
  bool by_expression = false;         // `templates` holds one regular expression
  std::vector<std::string> templates;
  std::string tag;   // Cisco mnemonic or number that the line must carry, without severity
  std::string note;  // what the line means, one sentence
  std::vector<Example> examples;
  Place place;
};

enum class Standing : std::uint8_t {
  other,      // no dialect of ours
  unmatched,  // a line of a known dialect that no rule knows
  matched,
};

struct Verdict {
  Standing standing = Standing::other;
  DialectId dialect = no_dialect;
};

struct MatchOptions {
  bool headless = false;        // a pasted log: also try messages that stand there without any header
  DialectId only = no_dialect;  // the dialect that the user named; others are not tried
};

struct RuleStore;

class RuleSet final {
 public:
  explicit RuleSet(std::unique_ptr<const RuleStore> store);
  RuleSet(const RuleSet&) = delete;
  RuleSet& operator=(const RuleSet&) = delete;
  ~RuleSet();

  /// What a line means. `event` is written only when the result is `matched`. Copies nothing; allocates nothing, except where a
  /// line comes down to a rule that is written as `regex`. Time is bounded by a step budget, whatever the line holds.
  [[nodiscard]] Verdict match(const syslog::Record& record, const MatchOptions& options, Event& event) const;

  /// Every rule whose own texts fit the line, without fallback rules and rules for any text of a tag: a pack in which two of
  /// them fit one line is ambiguous. For tests of packs, not for the hot path.
  [[nodiscard]] std::vector<const Rule*> all_matches(const syslog::Record& record, const MatchOptions& options) const;

  [[nodiscard]] const std::vector<Rule>& rules() const;
  [[nodiscard]] std::size_t dialect_count() const;                       // dialects are numbered from 0
  [[nodiscard]] std::string_view dialect_name(DialectId dialect) const;  // empty for an unknown number
  [[nodiscard]] DialectId dialect_named(std::string_view name) const;    // no_dialect where there is none
  [[nodiscard]] std::string_view field_name(FieldId field) const;        // empty for an unknown number

 private:
  std::unique_ptr<const RuleStore> store_;
};

struct Compiled {
  std::shared_ptr<const RuleSet> rules;  // null where there is any problem: packs are taken whole or not at all
  Problems problems;                     // all of them, in the order of the files
};

/// Reads and compiles packs (YAML texts with the names to show in problems), each with all its mistakes reported.
struct PackText {
  std::string name;
  std::string text;
};
Compiled compile_packs(const std::vector<PackText>& packs);

/// Runs every example of every rule through match(): a rule without example, an example that its rule does not match, that
/// another rule matches too, or that gives other fields is a problem.
Problems test_examples(const RuleSet& rules);

}  // namespace ikewatch::rules
