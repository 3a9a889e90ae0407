// What is known about the failure of one tunnel: findings, ordered so that the root cause leads. Role: events with a cause ->
// diagnoses. Ownership: a value, one for each tunnel (and one for each gateway's own trouble). Threads: one at a time.
#pragma once

#include <ikewatch/base/time.hpp>
#include <ikewatch/rules/event.hpp>
#include <ikewatch/rules/vocabulary.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ikewatch::diagnosis {

struct Evidence {
  std::uint64_t line = 0;
  std::string text;  // as it stood in the log, possibly not printable
};

/// One cause, with the lines that speak for it.
struct Finding {
  rules::Cause cause = rules::Cause::none;
  rules::Side side = rules::Side::unknown;
  rules::Confidence confidence = rules::Confidence::possible;
  std::uint8_t rank = 0;
  bool resolved = false;
  bool resolved_last = false;  // by the last resolve()
  std::uint64_t count = 0;
  std::uint64_t first_line = 0;
  std::uint64_t last_line = 0;
  std::uint64_t order = 0;  // of first sight in the present incident
  std::string note;         // what the strongest line means
  std::string detail;       // what differs, in the words of that line; empty where it names nothing
  std::vector<Evidence> evidence;
};

/// A line that speaks for a cause.
struct Hint {
  rules::Cause cause = rules::Cause::none;
  rules::Side side = rules::Side::unknown;
  rules::Confidence confidence = rules::Confidence::possible;
  std::uint8_t rank = 0;
  std::uint64_t line = 0;
  std::string_view text;
  std::string_view note;
  std::string detail;
};

/// What a line names as different between the two ends, or as asked for: "Here it is 3DES, at the peer AES." Empty where it names
/// nothing. At most 300 bytes, printable.
std::string difference(const rules::Event& event);

class CaseFile {
 public:
  static constexpr std::size_t max_evidence = 3;
  static constexpr std::size_t max_text = 512;
  static constexpr std::size_t max_told = 8;
  /// Below this rank a finding is a consequence: it is told only while nothing better is known.
  static constexpr std::uint8_t consequence_rank = 31;

  void add(const Hint& hint);
  /// Takes over a finding that another log proves.
  void adopt(const Finding& finding);
  /// The tunnel came up: whatever was wrong is over.
  void resolve();
  /// It had not come up after all: what the last resolve() ended is open again.
  void reopen_last();
  /// Another child SA was negotiated beside one that stands: keys, certificates and the path work, whatever was found about them.
  void resolve_disproved();
  [[nodiscard]] bool empty() const { return findings_.empty(); }
  [[nodiscard]] const std::vector<Finding>& all() const { return findings_; }
  /// For saving: what all() and next_order() gave, taken back.
  [[nodiscard]] std::uint64_t next_order() const { return next_order_; }
  void restore(std::vector<Finding> findings, std::uint64_t next_order) {
    findings_ = std::move(findings);
    next_order_ = next_order;
  }
  /// The unresolved root cause, null where there is none.
  [[nodiscard]] const Finding* leading() const;
  /// All findings that are worth telling: unresolved before resolved, the root cause first, consequences folded
  /// away, at most max_told.
  [[nodiscard]] std::vector<const Finding*> told() const;

 private:
  std::vector<Finding> findings_;  // at most one for each cause
  std::uint64_t next_order_ = 0;
};

}  // namespace ikewatch::diagnosis
