#include <ikewatch/rules/rule_set.hpp>
#include <ikewatch/rules/values.hpp>

#include <algorithm>
#include <array>

#include "matcher.hpp"
#include "rule_store.hpp"

namespace ikewatch::rules {
namespace {

const Outcome& outcome_of(const CauseChoice& choice, const Event& event) {
  if (choice.kind == CauseChoice::Kind::fixed) return choice.otherwise;
  if (choice.kind == CauseChoice::Kind::by_cookies) {
    const auto cookies = parse_cookies(event.field(FieldId::cookies));
    if (cookies.responder.empty()) return choice.otherwise;
    return cookies.answered() ? choice.answered : choice.silent;
  }
  const auto text = event.field(choice.field);
  for (const auto& [value, outcome] : choice.values) {
    if (value == text) return outcome;
  }
  return choice.otherwise;
}

/// Takes the first rule that fits and makes the event of it.
class FirstMatch {
 public:
  static constexpr int budget = steps_per_line;
  static constexpr bool collects = false;

  FirstMatch(const RuleStore& store, Event& event) : store_(store), event_(event) {}

  bool operator()(FormId id, Captures captures, const Candidate& candidate) {
    const Form& form = store_.forms[id];
    const Rule& rule = store_.rules[form.rule];
    event_.rule = &rule;
    event_.kind = rule.event;
    event_.field_count = 0;
    for (std::size_t i = 0; i < captures.size(); ++i) {
      const Slot slot = store_.slots[form.slots + i];
      if (slot != unkept) add({FieldId{slot}, captures[i].text()});
    }
    add_prefix(*candidate.prefix);
    const Outcome& outcome = outcome_of(store_.choices[form.rule], event_);
    event_.cause = outcome.cause;
    event_.side = outcome.side;
    event_.confidence = outcome.confidence;
    event_.rank = outcome.rank;
    return true;
  }

 private:
  void add(const Field& field) {
    if (event_.field_count < Event::max_fields) event_.fields[event_.field_count++] = field;
  }

  /// What the text itself says goes before what stands in front of it.
  void add_prefix(const Prefix& prefix) {
    for (const Field& field : prefix.all_fields()) {
      if (event_.field(field.id).empty()) add(field);
    }
  }

  const RuleStore& store_;
  Event& event_;
};

/// Collects every rule that fits by its own texts.
class EveryMatch {
 public:
  static constexpr int budget = 200 * steps_per_line;
  static constexpr bool collects = true;

  explicit EveryMatch(const RuleStore& store) : store_(store) {}

  bool operator()(FormId id, Captures, const Candidate&) {
    any_ = true;
    const Form& form = store_.forms[id];
    const Rule* rule = &store_.rules[form.rule];
    if (!form.any_text && std::find(found.begin(), found.end(), rule) == found.end()) found.push_back(rule);
    return false;
  }

  [[nodiscard]] bool any() const { return any_; }

  std::vector<const Rule*> found;

 private:
  const RuleStore& store_;
  bool any_ = false;
};

}  // namespace

bool is_heading(std::string_view text) {
  constexpr std::array<std::string_view, 8> words{"Subject: ", "Re: ", "RE: ", "Fwd: ", "Fw: ", "FW: ", "AW: ", "Title: "};
  return std::any_of(words.begin(), words.end(), [text](auto word) { return text.starts_with(word); });
}

StartingPoints::StartingPoints(std::string_view text) {
  add(0);
  add_behind_address(text, 0);
  const auto front = text.substr(0, reach);
  if (const auto blank = front.find(' '); blank != std::string_view::npos) {
    add(blank + 1);
    add_behind_address(text, blank + 1);
  }
  for (auto colon = front.find(": "); colon != std::string_view::npos; colon = front.find(": ", colon + 2)) add(colon + 2);
}

void StartingPoints::add_behind_address(std::string_view text, std::size_t at) {
  const auto address = text.substr(at, address_length(text.substr(at)));
  const auto end = at + address.size();
  if (!address.empty() && end < text.size() && text[end] == ' ') add(end + 1, address);
}

void StartingPoints::add(std::size_t at, std::string_view address) {
  for (const StartingPoint& point : all()) {
    if (point.at == at) return;
  }
  if (count_ < most) points_[count_++] = {at, address};
}

RuleSet::RuleSet(std::unique_ptr<const RuleStore> store) : store_(std::move(store)) {}
RuleSet::~RuleSet() = default;

Verdict RuleSet::match(const syslog::Record& record, const MatchOptions& options, Event& event) const {
  FirstMatch sink(*store_, event);
  return Matcher(*store_, options, sink).run(record);
}

std::vector<const Rule*> RuleSet::all_matches(const syslog::Record& record, const MatchOptions& options) const {
  EveryMatch sink(*store_);
  Matcher(*store_, options, sink).run(record);
  return std::move(sink.found);
}

const std::vector<Rule>& RuleSet::rules() const { return store_->rules; }
std::size_t RuleSet::dialect_count() const { return store_->dialects.size(); }

std::string_view RuleSet::dialect_name(DialectId dialect) const {
  return dialect < store_->dialects.size() ? std::string_view(store_->dialects[dialect].name) : std::string_view{};
}

DialectId RuleSet::dialect_named(std::string_view name) const {
  for (std::size_t i = 0; i < store_->dialects.size(); ++i) {
    if (store_->dialects[i].name == name) return static_cast<DialectId>(i);
  }
  return no_dialect;
}

std::string_view RuleSet::field_name(FieldId field) const {
  const auto index = static_cast<std::size_t>(field);
  return index < store_->field_names.size() ? std::string_view(store_->field_names[index]) : std::string_view{};
}

}  // namespace ikewatch::rules
