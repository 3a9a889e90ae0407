#include <ikewatch/diagnosis/knowledge.hpp>

#include <ikewatch/base/text.hpp>
#include <ikewatch/yaml/strict_map.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "inference_reader.hpp"

namespace ikewatch::diagnosis {

namespace {

using rules::Cause;
using rules::Side;
using yaml::MapKey;
using yaml::Node;
using yaml::Report;

constexpr char quotes = '"';  // around words of the file in what its writers are told

constexpr std::array<std::string_view, 5> side_names{"local", "remote", "both", "path", "unknown"};
constexpr std::array<std::string_view, 4> shipped_dialects{"any", "racoon", "cisco-ios", "cisco-asa"};
constexpr std::array<std::string_view, 2> placeholders{"{peer}", "{gateway}"};

// Longer ones no longer fit where they are shown: a notification, a table, a terminal.
constexpr std::size_t max_summary = 160;
constexpr std::size_t max_explanation = 1200;
constexpr std::size_t max_check = 200;
constexpr std::size_t max_checks = 8;

// ---- reading ----

// A text on one line that people can read; empty where it is not, which is then a problem.
std::string read_text(const Node& node, const std::string& owner, std::size_t longest, Report& report) {
  if (!expect(node, Node::Kind::scalar, owner, report)) return {};
  std::string mistake;
  if (trim(node.text).empty()) mistake = " is empty: write a sentence";
  if (!is_printable(node.text)) mistake = " must be one line of printable text: join the lines, or begin a folded text with >-";
  if (node.text.size() > longest) mistake = " is longer than " + std::to_string(longest) + " bytes: shorten it";
  if (mistake.empty()) return std::string(node.text);
  report.add(node.at, owner + mistake);
  return {};
}

// The first word in braces that nobody would replace; empty where there is none.
std::string_view foreign_placeholder(std::string_view text) {
  for (auto start = text.find_first_of("{}"); start != std::string_view::npos; start = text.find_first_of("{}", start)) {
    const auto end = text.find('}', start);
    const auto word = text.substr(start, end == std::string_view::npos ? end : end - start + 1);
    if (std::ranges::find(placeholders, word) == placeholders.end()) return word;
    start += word.size();
  }
  return {};
}

void check_placeholders(const Node& node, const std::string& owner, Report& report) {
  const auto foreign = foreign_placeholder(node.text);
  if (!foreign.empty())
    report.add(node.at,
               owner + " has an unknown placeholder " + report.quote(foreign) + yaml::hint(foreign, placeholders, quotes));
}

std::vector<std::string> read_checks(const Node& node, const std::string& owner, Report& report) {
  if (!expect(node, Node::Kind::list, owner, report)) return {};
  if (node.children.empty()) report.add(node.at, owner + " is empty: write a check, or remove the key");
  if (node.children.size() > max_checks)
    report.add(node.at, owner + " has more than " + std::to_string(max_checks) + " checks: keep the best");
  std::vector<std::string> checks;
  for (const auto& item : node.children) checks.push_back(read_text(item, "a check in " + owner, max_check, report));
  return checks;
}

bool is_dialect_name(std::string_view name) {
  const auto fits = [](char c) { return is_lower(c) || is_digit(c) || c == '-'; };
  return !name.empty() && is_lower(name.front()) && std::ranges::all_of(name, fits);
}

// Any well-formed name will do, since packs may bring dialects of their own; but one letter beside a shipped one is a slip.
bool is_slip(std::string_view name) {
  return std::ranges::any_of(shipped_dialects, [&](auto shipped) { return edit_distance(name, shipped, 1) == 1; });
}

bool check_dialect(const Node& ends, const std::string& owner, Report& report) {
  if (is_dialect_name(ends.key) && !is_slip(ends.key)) return true;
  report.add(ends.key_at, owner + ": " + report.quote(ends.key) + " is not the name of a dialect" +
                              yaml::hint(ends.key, shipped_dialects, quotes));
  return false;
}

// What is being read, and how problems call it.
template <class Value>
struct Draft {
  std::string name;
  Value value;

  [[nodiscard]] std::string name_of(const Node& part, const Report& report) const {
    return report.quote(part.key) + " of " + name;
  }
};

using AdviceDraft = Draft<Advice>;

void local_checks(const Node& node, Report& report, AdviceDraft& draft) {
  draft.value.local = read_checks(node, draft.name_of(node, report), report);
}
void remote_checks(const Node& node, Report& report, AdviceDraft& draft) {
  draft.value.remote = read_checks(node, draft.name_of(node, report), report);
}

constexpr MapKey<AdviceDraft> end_keys[]{{"local", local_checks}, {"remote", remote_checks}};
// Without advice for any dialect at both ends, some reader would be told nothing.
constexpr std::string_view end_remedy = "add checks for this end";
constexpr MapKey<AdviceDraft> any_keys[]{{"local", local_checks, end_remedy}, {"remote", remote_checks, end_remedy}};

Advice read_ends(const Node& node, const std::string& owner, Report& report) {
  const bool any = node.key == "any";
  AdviceDraft draft{owner, {}};
  if (!any) draft.value.dialect = node.key;
  yaml::read_map<AdviceDraft>(node, owner, any ? any_keys : end_keys, report, draft);
  return std::move(draft.value);
}

std::vector<Advice> read_advice(const Node& node, const std::string& owner, Report& report) {
  if (!expect(node, Node::Kind::map, owner, report)) return {};
  std::vector<Advice> advice;
  for (const Node& ends : node.children) {
    if (!check_dialect(ends, owner, report)) continue;
    advice.push_back(read_ends(ends, report.quote(ends.key) + " in " + owner, report));
  }
  if (node.find("any") == nullptr) report.add(node.at, owner + " has no \"any\"; add checks that hold for every dialect");
  return advice;
}

using EntryDraft = Draft<CauseEntry>;

void entry_side(const Node& node, Report& report, EntryDraft& draft) {
  const auto side = yaml::read_word<Side>(node, draft.name_of(node, report), rules::side_named, side_names, report);
  draft.value.side = side.value_or(Side::unknown);
}

void entry_summary(const Node& node, Report& report, EntryDraft& draft) {
  const auto owner = draft.name_of(node, report);
  draft.value.summary = read_text(node, owner, max_summary, report);
  if (!draft.value.summary.empty()) check_placeholders(node, owner, report);
}

void entry_explanation(const Node& node, Report& report, EntryDraft& draft) {
  draft.value.explanation = read_text(node, draft.name_of(node, report), max_explanation, report);
}

void entry_advice(const Node& node, Report& report, EntryDraft& draft) {
  draft.value.advice = read_advice(node, draft.name_of(node, report), report);
}

constexpr MapKey<EntryDraft> entry_keys[]{{"side", entry_side, "add it"},
                                          {"summary", entry_summary, "add it"},
                                          {"explanation", entry_explanation, "add it"},
                                          {"advice", entry_advice, "add it"}};

CauseEntry read_entry(const Node& node, Report& report) {
  EntryDraft draft{std::string(node.key), {}};
  yaml::read_map<EntryDraft>(node, draft.name, entry_keys, report, draft);
  return std::move(draft.value);
}

// The causes that a file may name: all but "none".
std::vector<std::string_view> real_cause_names() {
  std::vector<std::string_view> names;
  for (std::size_t i = 1; i < rules::causes; ++i) names.push_back(rules::name_of(static_cast<Cause>(i)));
  return names;
}

std::optional<Cause> real_cause(std::string_view name) {
  const auto cause = rules::cause_named(name);
  return cause == Cause::none ? std::nullopt : cause;
}

void read_causes(const Node& node, Report& report, Knowledge& knowledge) {
  if (!expect(node, Node::Kind::map, "\"causes\"", report)) return;
  const auto names = real_cause_names();
  for (const Node& entry : node.children) {
    if (const auto cause = real_cause(entry.key)) {
      knowledge.entries_[static_cast<std::size_t>(*cause)] = read_entry(entry, report);
    } else {
      report.add(entry.key_at, "unknown cause " + report.quote(entry.key) + yaml::hint(entry.key, names, quotes));
    }
  }
  for (const auto name : names) {
    if (node.find(name) == nullptr) report.add(node.at, "cause " + report.quote(name) + " is missing: add an entry for it");
  }
}

void read_version(const Node& node, Report& report, Knowledge&) {
  if (!expect(node, Node::Kind::scalar, "\"version\"", report) || node.text == "1") return;
  report.add(node.at, "version " + report.quote(node.text) + " is not known: write 1");
}

void read_inference_list(const Node& node, Report& report, Knowledge& knowledge) {
  read_inferences(node, report, knowledge.inferences);
}

constexpr MapKey<Knowledge> file_keys[]{{"version", read_version, "add \"version: 1\" as its first line"},
                                        {"causes", read_causes, "add it with an entry for each cause"},
                                        {"inferences", read_inference_list}};

void read_file(const Node& root, Report& report, Knowledge& knowledge) {
  if (root.kind != Node::Kind::missing) return yaml::read_map<Knowledge>(root, "the file", file_keys, report, knowledge);
  report.add(yaml::Mark{1, 1}, "the file is empty: it must begin with \"version: 1\"");
}

// ---- answering ----

using List = std::vector<std::string> Advice::*;

// The dialect's own checks for this end, else those for any.
const std::vector<std::string>& checks_for(const CauseEntry& entry, std::string_view dialect, List end) {
  static const std::vector<std::string> nothing;
  const auto* found = &nothing;
  for (const auto& advice : entry.advice) {
    if ((advice.*end).empty()) continue;
    if (advice.dialect == dialect) return advice.*end;
    if (advice.dialect.empty()) found = &(advice.*end);
  }
  return *found;
}

}  // namespace

std::vector<std::string> Knowledge::checks(Cause cause, Side side, std::string_view dialect) const {
  const auto& entry = (*this)[cause];
  std::vector<std::string> out;
  if (side != Side::remote) out = checks_for(entry, dialect, &Advice::local);
  if (side == Side::local) return out;
  for (const auto& check : checks_for(entry, dialect, &Advice::remote)) out.push_back("At the peer: " + check);
  return out;
}

ReadKnowledge read_knowledge(const std::string& name, const std::string& text) {
  Report report(name, quotes);
  auto knowledge = std::make_shared<Knowledge>();
  if (const auto tree = yaml::read(text, {}, report)) read_file(tree->root(), report, *knowledge);
  if (report.count() > 0) return {nullptr, report.take()};
  return {std::move(knowledge), {}};
}

}  // namespace ikewatch::diagnosis
