// From a Record to the rules that fit it. Role: the body of RuleSet::match() and all_matches(); which dialect speaks, which tries
// are asked in which order. Ownership: borrows the store and the record. Threads: one object, one line, one thread.
#pragma once

#include <algorithm>
#include <array>
#include <cstring>
#include <span>
#include <string_view>

#include "prefix.hpp"
#include "rule_store.hpp"
#include "tag.hpp"
#include "trie_walk.hpp"

namespace ikewatch::rules {

/// Where the text of an unclaimed line may begin behind words that we do not know ("ipsec,error ", "Site-to-site VPN: "), and the
/// bare address right before that place, which some makers write instead of racoon's bracket.
struct StartingPoint {
  std::size_t at = 0;
  std::string_view address;
};

class StartingPoints {
 public:
  explicit StartingPoints(std::string_view text);
  [[nodiscard]] std::span<const StartingPoint> all() const { return {points_.data(), count_}; }

 private:
  void add(std::size_t at, std::string_view address = {});
  void add_behind_address(std::string_view text, std::size_t at);

  static constexpr std::size_t most = 5;    // the text as it stands, and four more
  static constexpr std::size_t reach = 64;  // bytes of unknown prefix
  std::array<StartingPoint, most> points_;
  std::size_t count_ = 0;
};

/// `Subject: Re: phase1 negotiation failed`: what people talk about, not what a device said.
bool is_heading(std::string_view text);

/// The line as one dialect sees it.
struct Candidate {
  const Prefix* prefix = nullptr;
  std::uint16_t least_literal = 0;  // forms with less literal text do not count here
};

/// `Sink` is called as bool(FormId, captures, const Candidate&): true when it has enough.
template <class Sink>
class Matcher {
 public:
  Matcher(const RuleStore& store, const MatchOptions& options, Sink& sink) : store_(store), options_(options), sink_(sink) {}

  Verdict run(const syslog::Record& record) {
    if (record.foreign && !store_.foreign_programs) return {};
    if (const auto dialect = dialect_of_program(record.program); dialect != no_dialect) return claimed_by(dialect, record.text);
    if (record.foreign) return {};
    if (!record.tag.empty()) return tagged(record);
    if (const auto dialect = dialect_of_opener(record.text); dialect != no_dialect) return claimed_by(dialect, record.text);
    return options_.headless ? unclaimed(record.text) : Verdict{};
  }

 private:
  [[nodiscard]] bool wanted(DialectId dialect) const { return options_.only == no_dialect || options_.only == dialect; }

  [[nodiscard]] DialectId dialect_of_program(std::string_view program) const {
    if (program.empty()) return no_dialect;
    return first_dialect([&](const Dialect& dialect) {
      for (const std::string& claim : dialect.programs) {
        if (claim == program) return true;
      }
      return false;
    });
  }

  [[nodiscard]] DialectId dialect_of_opener(std::string_view text) const {
    if (text.empty()) return no_dialect;
    text = trim_left(text);
    return first_dialect([&](const Dialect& dialect) {
      for (const std::string& claim : dialect.openers) {
        if (text.starts_with(claim)) return true;
      }
      return false;
    });
  }

  [[nodiscard]] DialectId dialect_of_glob(std::string_view key) const {
    return first_dialect([&](const Dialect& dialect) {
      for (const std::string& claim : dialect.tags) {
        if (glob_fits(claim, key)) return true;
      }
      return false;
    });
  }

  /// Of several dialects that claim a line the one that the user named, else the first.
  template <class Claims>
  DialectId first_dialect(Claims claims) const {
    DialectId found = no_dialect;
    for (std::size_t i = 0; i < store_.dialects.size(); ++i) {
      const auto id = static_cast<DialectId>(i);
      if (id != options_.only && found != no_dialect) continue;
      if (claims(store_.dialects[i])) found = id;
    }
    return found;
  }

  Verdict claimed_by(DialectId id, std::string_view text) {
    if (!wanted(id)) return {};
    const Dialect& dialect = store_.dialects[id];
    const Prefix prefix = read_prefix(dialect.prefix, text);
    return {search(dialect.untagged, {&prefix, 0}, true, true) ? Standing::matched : Standing::unmatched, id};
  }

  Verdict tagged(const syslog::Record& record) {
    const TagKey key(record.tag);
    if (key.text().empty()) return {};
    const auto found = store_.tagged.find(key.text());
    if (found != store_.tagged.end()) {
      for (const TaggedScope& scope : found->second) {
        if (wanted(scope.dialect) && in_tagged_scope(scope, record.text)) return {Standing::matched, scope.dialect};
      }
    }
    const auto claimed = dialect_of_glob(key.text());
    if (claimed == no_dialect || !wanted(claimed)) return {};
    if (with_any_tag(claimed, record.text)) return {Standing::matched, claimed};
    last_resort_ = true;
    const bool by_tag_alone =
        found != store_.tagged.end() && std::any_of(found->second.begin(), found->second.end(), [&](const auto& scope) {
          return scope.dialect == claimed && in_tagged_scope(scope, record.text);
        });
    return {by_tag_alone ? Standing::matched : Standing::unmatched, claimed};
  }

  bool in_tagged_scope(const TaggedScope& tagged_scope, std::string_view text) {
    const Prefix prefix = read_tagged_prefix(store_.dialects[tagged_scope.dialect].prefix, text);
    return search(tagged_scope.scope, {&prefix, 0}, false, true);
  }

  /// A message that is known from debug output, or under another tag: devices print some texts under several numbers.
  bool with_any_tag(DialectId id, std::string_view text) {
    const Dialect& dialect = store_.dialects[id];
    const Prefix prefix = read_tagged_prefix(dialect.prefix, text);
    return search(dialect.untagged, {&prefix, sure_literal_bytes}, true, false);
  }

  Verdict unclaimed(std::string_view text) {
    if (is_heading(text)) return {};
    const StartingPoints points(text);
    Evidence seen = Evidence::none;
    for (const StartingPoint& point : points.all()) {
      for (std::size_t i = 0; i < store_.dialects.size(); ++i) {
        const auto id = static_cast<DialectId>(i);
        if (!wanted(id)) continue;
        Prefix prefix = read_prefix(store_.dialects[i].prefix, text.substr(point.at));
        prefix.add(FieldId::prefix, point.address);
        if (search(store_.dialects[i].untagged, {&prefix, least_literal(prefix.evidence)}, true, false))
          return {Standing::matched, id};
        if (point.at == 0 && prefix.evidence > seen) seen = prefix.evidence;
      }
    }
    if (seen != Evidence::none) {
      if (const auto id = unclaimed_fallback(text); id != no_dialect) return {Standing::matched, id};
    }
    // Who named the dialect vouches for the lines that look like it.
    if (options_.only != no_dialect && seen != Evidence::none) return {Standing::unmatched, options_.only};
    return {};
  }

  /// racoon's own file has no program that could claim its lines: the prefix alone says whose they are.
  DialectId unclaimed_fallback(std::string_view text) {
    for (std::size_t i = 0; i < store_.dialects.size(); ++i) {
      const auto id = static_cast<DialectId>(i);
      if (!wanted(id)) continue;
      const Prefix prefix = read_prefix(store_.dialects[i].prefix, text);
      if (prefix.evidence == Evidence::none) continue;
      const Candidate candidate{&prefix, least_literal(prefix.evidence)};
      if (in_fallback(store_.dialects[i].untagged, without_ends(prefix.body), candidate)) return id;
    }
    return no_dialect;
  }

  static std::uint16_t least_literal(Evidence evidence) {
    constexpr std::uint16_t behind_level_word = 6;
    if (evidence == Evidence::strong) return 1;
    return evidence == Evidence::weak ? behind_level_word : sure_literal_bytes;
  }

  bool search(const Scope& scope, const Candidate& candidate, bool borrow, bool fall_back) {
    const auto line = without_ends(candidate.prefix->body);
    if constexpr (Sink::collects) {
      walk(scope.own, line, candidate);
      any_regex(scope.own_regexes, line, candidate);
      return sink_.any();
    }
    if (walk(scope.own, line, candidate) || any_regex(scope.own_regexes, line, candidate)) return true;
    if (borrow && walk(scope.borrowed, line, candidate)) return true;
    return fall_back && in_fallback(scope, line, candidate);
  }

  bool in_fallback(const Scope& scope, std::string_view line, const Candidate& candidate) {
    return walk(scope.fallback, line, candidate) || any_regex(scope.fallback_regexes, line, candidate);
  }

  bool counts(const Form& form, const Candidate& candidate) const {
    return form.last_resort == last_resort_ && (form.levels & mask_of(candidate.prefix->level)) != 0 &&
           form.literal_bytes >= candidate.least_literal;
  }

  bool walk(const Trie& trie, std::string_view line, const Candidate& candidate) {
    auto accept = [&](FormId form, Captures captures) {
      return counts(store_.forms[form], candidate) && sink_(form, captures, candidate);
    };
    return TrieWalk<decltype(accept)>(trie, line, budget_, accept).run();
  }

  bool any_regex(const std::vector<RegexForm>& list, std::string_view line, const Candidate& candidate) {
    for (const RegexForm& regex : list) {
      const Form& form = store_.forms[regex.form];
      if (!counts(form, candidate) || !(budget_ > 0)) continue;
      std::array<re2::StringPiece, most_kept_fields + 1> groups;
      const re2::StringPiece text(line.data(), line.size());
      const auto count = static_cast<int>(form.slot_count) + 1;
      if (!regex.pattern->Match(text, 0, text.size(), RE2::ANCHOR_BOTH, groups.data(), count)) continue;
      if (offer(regex.form, groups, form.slot_count, candidate)) return true;
    }
    return false;
  }

  bool offer(FormId form, const std::array<re2::StringPiece, most_kept_fields + 1>& groups, std::size_t count,
             const Candidate& candidate) {
    std::array<Capture, most_kept_fields> captures;
    for (std::size_t i = 0; i < count; ++i) captures[i] = {groups[i + 1].data(), groups[i + 1].size()};
    return sink_(form, Captures(captures.data(), count), candidate);
  }

  const RuleStore& store_;
  const MatchOptions& options_;
  Sink& sink_;
  int budget_ = Sink::budget;
  bool last_resort_ = false;  // nothing fits: rules for any text of the tag that are a fallback
};

}  // namespace ikewatch::rules
