// The part of the compiler that turns `cause:` into a choice.
#include <algorithm>

#include "pack_compiler.hpp"

namespace ikewatch::rules {
namespace {

constexpr std::string_view cookies_name = "cookies";

Outcome completed(const WrittenOutcome& written, const Outcome& base) {
  return {written.cause, written.side.value_or(base.side), written.confidence.value_or(base.confidence),
          written.cause == Cause::none ? std::uint8_t{0} : written.rank.value_or(base.rank)};
}

void add_possible(std::vector<PossibleCause>& list, const Outcome& outcome, std::string when) {
  if (outcome.cause == Cause::none) return;
  list.push_back({outcome.cause, outcome.side, outcome.confidence, outcome.rank, std::move(when)});
}

}  // namespace

std::vector<PossibleCause> possible_causes(const CauseChoice& choice, const std::string& field) {
  std::vector<PossibleCause> out;
  if (choice.kind == CauseChoice::Kind::by_cookies) {
    add_possible(out, choice.silent, "the responder's cookie is all zero");
    add_possible(out, choice.answered, "the responder has answered before");
    return out;
  }
  for (const auto& [value, outcome] : choice.values) add_possible(out, outcome, field + " is " + value);
  add_possible(out, choice.otherwise, {});
  return out;
}

CauseChoice PackCompiler::choice_of(const WrittenRule& written) {
  const Outcome base{Cause::none, written.side.value_or(Side::unknown), written.confidence.value_or(Confidence::confirmed),
                     written.rank.value_or(default_rank)};
  CauseChoice out;
  const auto& cause = written.cause;
  out.otherwise = completed(cause.by.given() ? cause.otherwise.value_or(WrittenOutcome{}) : cause.fixed, base);
  if (!cause.by.given()) return out;
  if (cause.by.text == cookies_name) {
    choose_by_cookies(written, base, out);
  } else {
    choose_by_field(written, base, out);
  }
  return out;
}

void PackCompiler::choose_by_cookies(const WrittenRule& written, const Outcome& base, CauseChoice& out) {
  out.kind = CauseChoice::Kind::by_cookies;
  out.silent = out.answered = out.otherwise;
  for (const auto& [value, outcome] : written.cause.values) {
    if (value.text == "silent") {
      out.silent = completed(outcome, base);
    } else if (value.text == "answered") {
      out.answered = completed(outcome, base);
    } else {
      fail(value.place,
           "'" + value.text + "' of cookies; write silent (the responder's cookie is all zero), answered or default");
    }
  }
  const auto is_cookies = [](const KeptField& field) { return field.name == cookies_name; };
  if (std::none_of(kept_.begin(), kept_.end(), is_cookies)) {
    fail(written.cause.by.place, "the rule's texts give no field 'cookies'; write {cookies:cookies} where they stand");
  }
}

void PackCompiler::choose_by_field(const WrittenRule& written, const Outcome& base, CauseChoice& out) {
  const Written& by = written.cause.by;
  const auto named = std::find_if(kept_.begin(), kept_.end(), [&](const KeptField& field) { return field.name == by.text; });
  if (named == kept_.end()) {
    std::vector<std::string_view> names;
    for (const KeptField& field : kept_) names.push_back(field.name);
    return fail(by.place, "the rule's texts give no field '" + by.text + "'" + yaml::did_you_mean(by.text, names, pack_quotes));
  }
  out.kind = CauseChoice::Kind::by_field;
  out.field = names_.find(by.text).value_or(FieldId{});
  for (const auto& [value, outcome] : written.cause.values)
    out.values.emplace_back(value_text(value, named->registry), completed(outcome, base));
}

/// A value as the matcher will see it; of a registry only its own names can ever come.
std::string PackCompiler::value_text(const Written& value, std::optional<Registry> registry) {
  if (!registry) return value.text;
  std::vector<std::string_view> names;
  for (const RegistryEntry& entry : entries_of(*registry)) names.push_back(entry.name);
  const bool number = !value.text.empty() && std::all_of(value.text.begin(), value.text.end(), is_digit);
  if (!number && std::find(names.begin(), names.end(), value.text) == names.end()) {
    fail(value.place,
         "'" + value.text + "' is no name of this field's registry" + yaml::did_you_mean(value.text, names, pack_quotes));
  }
  return value.text;
}

}  // namespace ikewatch::rules
