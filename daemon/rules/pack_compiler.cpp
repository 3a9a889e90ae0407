#include "pack_compiler.hpp"

#include <algorithm>

#include "pack_reader.hpp"
#include "rule_reader.hpp"
#include "tag.hpp"

namespace ikewatch::rules {
namespace {

/// The one program that syslog::read_header() never marks as foreign.
constexpr std::string_view own_program = "racoon";
constexpr std::size_t most_dialects = 200;  // DialectId is a byte

/// The phase that an event's own name says.
std::uint8_t phase_of(EventKind kind) {
  const auto name = name_of(kind);
  return name.starts_with("phase1_") ? 1 : name.starts_with("phase2_") ? 2 : 0;
}

std::string where(const Place& place) { return place.file + ":" + std::to_string(place.line); }

}  // namespace

PackCompiler::PackCompiler(Problems& problems) : problems_(problems), store_(std::make_unique<RuleStore>()) {}
PackCompiler::~PackCompiler() = default;

Scope PackCompiler::Draft::freeze() {
  return {own.freeze(), borrowed.freeze(), fallback.freeze(), std::move(own_regexes), std::move(fallback_regexes)};
}

void PackCompiler::add(Pack pack) {
  const DialectId id = dialect_of(pack);
  if (id == no_dialect) return;
  add_claims(pack, store_->dialects[id]);
  for (WrittenRule& rule : pack.rules) {
    if (rule.id.given() && rule.kind) add_rule(rule, id);
  }
}

/// Several packs may speak of one dialect; they must agree on its prefix.
DialectId PackCompiler::dialect_of(const Pack& pack) {
  auto& list = store_->dialects;
  if (!is_kebab(pack.dialect.text)) return no_dialect;
  const auto found = std::find_if(list.begin(), list.end(), [&](const Dialect& d) { return d.name == pack.dialect.text; });
  if (found == list.end()) {
    if (list.size() >= most_dialects) return fail(pack.dialect.place, "more than 200 dialects"), no_dialect;
    list.emplace_back();
    list.back().name = pack.dialect.text;
    list.back().prefix = pack.prefix_kind;
    return static_cast<DialectId>(list.size() - 1);
  }
  if (found->prefix != pack.prefix_kind) {
    fail(pack.prefix.given() ? pack.prefix.place : pack.dialect.place,
         "another pack of this dialect has the prefix '" + std::string(prefix_names()[static_cast<std::size_t>(found->prefix)]) +
             "'; write the same");
  }
  return static_cast<DialectId>(found - list.begin());
}

void PackCompiler::add_claims(const Pack& pack, Dialect& dialect) {
  const auto take = [&](const std::vector<Written>& from, std::vector<std::string>& to) {
    for (const Written& claim : from) {
      if (claim.text.empty()) {
        fail(claim.place, "an empty claim would claim every line; leave it out");
      } else if (std::find(to.begin(), to.end(), claim.text) == to.end()) {
        to.push_back(claim.text);
      }
    }
  };
  take(pack.programs, dialect.programs);
  take(pack.tags, dialect.tags);
  take(pack.openers, dialect.openers);
}

void PackCompiler::add_rule(WrittenRule& written, DialectId dialect) {
  kept_.clear();
  check_rule(written, store_->dialects[dialect]);
  add_forms(written, dialect);
  store_->choices.push_back(choice_of(written));
  auto possible = possible_causes(store_->choices.back(), written.cause.by.text);
  store_->rules.push_back(rule_of(written, dialect));
  store_->rules.back().causes = std::move(possible);
}

void PackCompiler::check_rule(const WrittenRule& written, const Dialect& dialect) {
  check_id(written, dialect);
  check_rank(written);
  if (written.level_place.line != 0 && dialect.prefix != PrefixKind::racoon) {
    fail(written.level_place, "'level' belongs to packs with 'prefix: racoon'; other dialects print no level word");
  }
  if (written.tag.given() && !is_pack_tag(written.tag.text)) {
    fail(written.tag.place,
         "tag '" + written.tag.text + "'; write FACILITY-MNEMONIC without the severity, or the six digits of an ASA message");
  }
}

void PackCompiler::check_id(const WrittenRule& written, const Dialect& dialect) {
  const std::string_view id = written.id.text;
  if (!id.starts_with(dialect.name + ".") || !is_kebab(id.substr(dialect.name.size() + 1))) {
    fail(written.id.place, "rule id '" + written.id.text + "'; write '" + dialect.name + ".' and small words with hyphens");
  }
  const auto [known, fresh] = ids_.emplace(written.id.text, written.id.place);
  if (!fresh)
    fail(written.id.place, "rule id '" + written.id.text + "' is taken by " + where(known->second) + "; every id is unique");
}

void PackCompiler::check_rank(const WrittenRule& written) {
  if (written.rank && !written.cause.names_any())
    fail(written.rank_place, "a rank without a cause; it tells how sure a cause is");
}

Rule PackCompiler::rule_of(WrittenRule& written, DialectId dialect) const {
  Rule rule;
  rule.id = std::move(written.id.text);
  rule.dialect = dialect;
  rule.event = written.kind.value_or(EventKind::info);
  rule.cause = written.cause.fixed.cause;
  rule.side = written.side.value_or(Side::unknown);
  rule.confidence = written.confidence.value_or(Confidence::confirmed);
  rule.rank = written.rank.value_or(written.cause.names_any() ? default_rank : std::uint8_t{0});
  rule.phase = written.phase.value_or(phase_of(rule.event));
  rule.attribution = written.attribution;
  rule.initiator = written.initiator;
  rule.ends_session = written.ends_session;
  rule.signal = written.signal;
  for (Written& form : written.forms) rule.templates.push_back(std::move(form.text));
  rule.by_expression = written.regex.given();
  if (rule.by_expression) rule.templates.push_back(std::move(written.regex.text));
  rule.tag = std::move(written.tag.text);
  rule.note = std::move(written.note.text);
  rule.examples = std::move(written.examples);
  rule.place = std::move(written.place);
  return rule;
}

std::unique_ptr<RuleStore> PackCompiler::finish() {
  for (auto& [key, draft] : scopes_) {
    if (key.tag.empty()) {
      store_->dialects[key.dialect].untagged = draft.freeze();
    } else {
      store_->tagged[key.tag].push_back({key.dialect, draft.freeze()});
    }
  }
  store_->field_names = names_.names();
  for (const Dialect& dialect : store_->dialects) {
    for (const std::string& program : dialect.programs) store_->foreign_programs |= program != own_program;
  }
  return std::move(store_);
}

Compiled compile_packs(const std::vector<PackText>& packs) {
  Compiled out;
  PackCompiler compiler(out.problems);
  for (const PackText& pack : packs) compiler.add(read_pack(pack, out.problems));
  auto store = compiler.finish();
  if (out.problems.empty()) out.rules = std::make_shared<const RuleSet>(std::move(store));
  return out;
}

}  // namespace ikewatch::rules
