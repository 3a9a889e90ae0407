// The rules as a catalogue: which messages are known, what each means, and what to do about it. Role: compiled packs and the
// knowledge base -> Markdown pages and JSON. Threads: pure functions.
#pragma once

#include <ikewatch/diagnosis/knowledge.hpp>
#include <ikewatch/rules/rule_set.hpp>

#include <string>

namespace ikewatch::view {

/// A page that says which dialects, causes and events there are, and links to `messages/DIALECT.md`.
std::string catalogue_index(const rules::RuleSet& rules, const diagnosis::Knowledge& knowledge);

/// The messages of one dialect, by cause with what to do, then by event. `dialect` must be one of the rule set.
std::string catalogue_page(const rules::RuleSet& rules, const diagnosis::Knowledge& knowledge, rules::DialectId dialect);

/// `{"version": 1, "rules": [...]}` in the order of the packs; of one dialect, or of all with no_dialect.
std::string catalogue_json(const rules::RuleSet& rules, rules::DialectId only);

/// A template as people read it: `{peer:address}` becomes `<peer>`, `{:number}` becomes `<number>`. Exposed for tests.
std::string readable_template(std::string_view text);

}  // namespace ikewatch::view
