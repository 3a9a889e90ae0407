// The knowledge base: what each cause means and what to check at either end. Role: cause -> words for people. Ownership:
// immutable once read; shared as std::shared_ptr<const Knowledge>. Threads: safe for any number of readers.
#pragma once

#include <ikewatch/base/result.hpp>
#include <ikewatch/diagnosis/inference.hpp>
#include <ikewatch/rules/vocabulary.hpp>

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ikewatch::diagnosis {

/// Advice of one cause for one dialect at one end; an empty dialect is for every one that has no advice of its own.
struct Advice {
  std::string dialect;
  std::vector<std::string> local;   // where the reader of this log must act
  std::vector<std::string> remote;  // where the peer's administrator must act
};

struct CauseEntry {
  rules::Side side = rules::Side::unknown;  // who must act, unless the line says otherwise
  std::string summary;                      // "{peer}" and "{gateway}" stand for the names
  std::string explanation;
  std::vector<Advice> advice;
};

class Knowledge {
 public:
  [[nodiscard]] const CauseEntry& operator[](rules::Cause cause) const { return entries_[static_cast<std::size_t>(cause)]; }
  /// What to check, the end that must act first; names the end where both must look.
  [[nodiscard]] std::vector<std::string> checks(rules::Cause cause, rules::Side side, std::string_view dialect) const;

  std::array<CauseEntry, rules::causes> entries_;
  Inferences inferences;
};

struct ReadKnowledge {
  std::shared_ptr<const Knowledge> knowledge;  // null where a problem makes it unusable
  Problems problems;
};
/// Reads `causes.yaml`: every cause of the closed list exactly once, none else; and the inferences, if there are any.
ReadKnowledge read_knowledge(const std::string& name, const std::string& text);

}  // namespace ikewatch::diagnosis
