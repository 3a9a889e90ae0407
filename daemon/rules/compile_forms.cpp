// The part of the compiler that turns templates and regular expressions into tries and captures.
#include <algorithm>

#include "pack_compiler.hpp"

namespace ikewatch::rules {
namespace {

constexpr int regex_memory = 1 << 20;  // bytes; RE2 fails to compile beyond, never at match time
constexpr std::size_t longest_regex = 1024;

std::uint16_t short_of(std::size_t size) { return static_cast<std::uint16_t>(std::min<std::size_t>(size, 0xFFFF)); }

/// The longest run of plain text in a regular expression, for the same test that templates have; too small rather than too large.
std::size_t plain_bytes(std::string_view pattern) {
  std::size_t longest = 0;
  std::size_t run = 0;
  int depth = 0;
  for (const char c : pattern) {
    if (c == '(' || c == '[') ++depth;
    if (c == ')' || c == ']') --depth;
    const bool plain = depth == 0 && (is_alnum(c) || c == ' ' || c == ',' || c == ':' || c == '_' || c == '\'' || c == '-');
    run = plain ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

RE2::Options regex_options() {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(regex_memory);
  options.set_encoding(RE2::Options::EncodingLatin1);  // lines are bytes
  options.set_dot_nl(true);
  return options;
}

}  // namespace

void PackCompiler::add_forms(const WrittenRule& written, DialectId dialect) {
  for (const Written& form : written.forms) add_template(written, form, dialect);
  if (written.regex.given()) add_regex(written, dialect);
  if (!written.forms.empty() || written.regex.given() || !written.tag.given()) return;
  add_template(written, Written{"{:rest}", written.tag.place}, dialect);
  store_->forms.back().any_text = true;
  store_->forms.back().last_resort = written.fallback;
}

FormId PackCompiler::new_form(const WrittenRule& written, std::size_t literal_bytes) {
  Form form;
  form.rule = static_cast<std::uint32_t>(store_->rules.size());
  form.slots = static_cast<std::uint32_t>(store_->slots.size());
  form.literal_bytes = short_of(literal_bytes);
  form.levels = written.levels;
  store_->forms.push_back(form);
  return static_cast<FormId>(store_->forms.size() - 1);
}

void PackCompiler::add_slot(const Written& form, std::string_view name, std::optional<Registry> registry) {
  auto slot = unkept;
  if (!name.empty()) {
    const auto id = names_.intern(name);
    if (!id) fail(form.place, "more than a thousand different field names; use those that exist");
    if (id) slot = static_cast<Slot>(*id);
    const auto same = [&](const KeptField& field) { return field.name == name && field.registry == registry; };
    if (std::none_of(kept_.begin(), kept_.end(), same)) kept_.push_back({std::string(name), registry});
  }
  store_->slots.push_back(slot);
  ++store_->forms.back().slot_count;
}

void PackCompiler::add_template(const WrittenRule& written, const Written& form, DialectId dialect) {
  const Template parsed = parse_template(form.text);
  if (!parsed.error.empty()) {
    return fail(form.place, "byte " + std::to_string(parsed.error_at + 1) + " of the template: " + parsed.error);
  }
  Draft& draft = scopes_[{dialect, written.tag.text}];
  const FormId id = new_form(written, parsed.literal_bytes);
  for (const Segment& segment : parsed.segments) {
    if (!segment.literal) add_slot(form, segment.text, registry_of(segment.type));
  }
  report_same(form, id, (written.fallback ? draft.fallback : draft.own).add(parsed, id));
  if (written.tag.given() && !written.fallback) lend(parsed, id, dialect);
}

/// The text of a tagged rule is found again where the tag is lost: in console debug and in what people post.
void PackCompiler::lend(const Template& parsed, FormId form, DialectId dialect) {
  if (parsed.literal_bytes < sure_literal_bytes) return;
  scopes_[{dialect, std::string{}}].borrowed.add(parsed, form);
}

void PackCompiler::report_same(const Written& form, FormId id, const std::vector<FormId>& others) {
  const Form& mine = store_->forms[id];
  for (const FormId other_id : others) {
    const Form& other = store_->forms[other_id];
    if ((mine.levels & other.levels) == 0) continue;
    const bool same_rule = other.rule == store_->rules.size();
    fail(form.place, same_rule ? "this rule has the same text twice" : "the same text as rule " + store_->rules[other.rule].id);
  }
}

void PackCompiler::add_regex(const WrittenRule& written, DialectId dialect) {
  if (written.regex.text.size() > longest_regex) return fail(written.regex.place, "a regular expression of more than 1024 bytes");
  auto pattern = std::make_unique<RE2>(written.regex.text, regex_options());
  if (!pattern->ok()) return fail(written.regex.place, "regular expression: " + pattern->error());
  const auto groups = static_cast<std::size_t>(pattern->NumberOfCapturingGroups());
  if (groups > most_kept_fields)
    return fail(written.regex.place, "more than 12 groups; write those that nobody needs as (?:...)");
  const FormId id = new_form(written, plain_bytes(written.regex.text));
  const auto& named = pattern->CapturingGroupNames();
  for (std::size_t i = 1; i <= groups; ++i) {
    const auto name = named.find(static_cast<int>(i));
    add_slot(written.regex, name == named.end() ? std::string_view{} : std::string_view(name->second), std::nullopt);
  }
  Draft& draft = scopes_[{dialect, written.tag.text}];
  (written.fallback ? draft.fallback_regexes : draft.own_regexes).push_back({id, std::move(pattern)});
}

}  // namespace ikewatch::rules
