// Plain structs -> RuleStore. Role: second phase of compile_packs(): what needs more than one key or more than one rule is
// checked here. Ownership: moves what it keeps out of the packs. Threads: one compiler, one thread.
#pragma once

#include <ikewatch/base/result.hpp>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "field_names.hpp"
#include "pack.hpp"
#include "rule_store.hpp"

namespace ikewatch::rules {

class PackCompiler {
 public:
  explicit PackCompiler(Problems& problems);
  ~PackCompiler();

  void add(Pack pack);
  std::unique_ptr<RuleStore> finish();

 private:
  /// A scope while it grows.
  struct Draft {
    TrieBuilder own, borrowed, fallback;
    std::vector<RegexForm> own_regexes, fallback_regexes;
    Scope freeze();
  };
  struct ScopeKey {
    DialectId dialect;
    std::string tag;  // empty for untagged lines
    auto operator<=>(const ScopeKey&) const = default;
  };
  /// Fields that some form of a rule gives, with the registry that decodes them.
  struct KeptField {
    std::string name;
    std::optional<Registry> registry;
  };

  void fail(const Place& place, const std::string& what) { problems_.push_back({place, to_printable(what)}); }
  DialectId dialect_of(const Pack& pack);
  void add_claims(const Pack& pack, Dialect& dialect);
  void add_rule(WrittenRule& written, DialectId dialect);
  void check_rule(const WrittenRule& written, const Dialect& dialect);
  void check_id(const WrittenRule& written, const Dialect& dialect);
  void check_rank(const WrittenRule& written);
  Rule rule_of(WrittenRule& written, DialectId dialect) const;
  void add_forms(const WrittenRule& written, DialectId dialect);
  void add_template(const WrittenRule& written, const Written& form, DialectId dialect);
  void add_regex(const WrittenRule& written, DialectId dialect);
  void lend(const Template& parsed, FormId form, DialectId dialect);
  void report_same(const Written& form, FormId id, const std::vector<FormId>& others);
  FormId new_form(const WrittenRule& written, std::size_t literal_bytes);
  void add_slot(const Written& form, std::string_view name, std::optional<Registry> registry);
  CauseChoice choice_of(const WrittenRule& written);
  void choose_by_field(const WrittenRule& written, const Outcome& base, CauseChoice& out);
  void choose_by_cookies(const WrittenRule& written, const Outcome& base, CauseChoice& out);
  std::string value_text(const Written& value, std::optional<Registry> registry);

  Problems& problems_;
  FieldNames names_;
  std::unique_ptr<RuleStore> store_;
  std::map<ScopeKey, Draft> scopes_;
  TextMap<Place> ids_;
  std::vector<KeptField> kept_;  // of the rule at hand
};

/// Every cause that a choice may end in; `field` is the name that it looks at.
std::vector<PossibleCause> possible_causes(const CauseChoice& choice, const std::string& field);

}  // namespace ikewatch::rules
