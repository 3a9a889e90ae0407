// Everything that match() needs, laid out for reading. Role: filled by pack_compiler, read by the matcher. Ownership: owned by
// the RuleSet. Threads: immutable once compiled.
#pragma once

#include <ikewatch/base/text.hpp>
#include <ikewatch/rules/rule_set.hpp>

#include <re2/re2.h>

#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "pack.hpp"
#include "prefix.hpp"
#include "trie.hpp"

namespace ikewatch::rules {

/// How a rule finds the cause of one of its lines.
struct CauseChoice {
  enum class Kind : std::uint8_t { fixed, by_field, by_cookies };

  Kind kind = Kind::fixed;
  FieldId field{};                                      // of by_field
  Outcome otherwise;                                    // of fixed, and where no value fits; for cookies: of lines without any
  std::vector<std::pair<std::string, Outcome>> values;  // of by_field
  Outcome silent;                                       // of by_cookies
  Outcome answered;
};

/// The field of a capture; unkept for those that are only checked.
using Slot = std::uint16_t;
inline constexpr Slot unkept = std::numeric_limits<Slot>::max();

/// One way to write one rule: a template or a regular expression.
struct Form {
  std::uint32_t rule = 0;
  std::uint32_t slots = 0;  // first of its slots, one for each capture
  std::uint16_t slot_count = 0;
  std::uint16_t literal_bytes = 0;  // how sure a match is where no header says whose line it is
  LevelMask levels = any_level;
  bool any_text = false;     // a tag without a text: fits beside every other rule of that tag
  bool last_resort = false;  // such a one that is a fallback: tried behind the texts of all other tags, too
};

struct RegexForm {
  FormId form = 0;
  std::unique_ptr<const RE2> pattern;
};

/// The rules that are tried together.
struct Scope {
  Trie own;
  Trie borrowed;  // texts of tagged rules, for lines whose tag is lost (console debug, forum posts)
  Trie fallback;
  std::vector<RegexForm> own_regexes;
  std::vector<RegexForm> fallback_regexes;
};

struct TaggedScope {
  DialectId dialect = no_dialect;
  Scope scope;
};

struct Dialect {
  std::string name;
  PrefixKind prefix = PrefixKind::none;
  std::vector<std::string> programs;
  std::vector<std::string> tags;  // globs
  std::vector<std::string> openers;
  Scope untagged;
};

struct RuleStore {
  std::vector<Rule> rules;
  std::vector<CauseChoice> choices;  // beside rules
  std::vector<Form> forms;
  std::vector<Slot> slots;
  std::vector<Dialect> dialects;
  bool foreign_programs = false;             // some pack claims a program that the header reader takes for a stranger
  TextMap<std::vector<TaggedScope>> tagged;  // by tag without severity
  std::vector<std::string> field_names;      // by FieldId
};

/// Shortest literal text by which a line that nothing else claims may be known.
inline constexpr std::uint16_t sure_literal_bytes = 12;

}  // namespace ikewatch::rules
