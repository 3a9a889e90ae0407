#include <ikewatch/diagnosis/knowledge.hpp>

#include "yaml_walk.hpp"

#include <ikewatch/base/text.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace ikewatch::diagnosis {

namespace {

using rules::Cause;
using rules::Side;

constexpr std::array<std::string_view, 2> file_keys{"version", "causes"};
constexpr std::array<std::string_view, 4> entry_keys{"side", "summary", "explanation", "advice"};
constexpr std::array<std::string_view, 2> end_keys{"local", "remote"};
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
std::string read_text(const YamlNode& node, const std::string& owner, std::size_t longest, YamlProblems& problems) {
  if (!expect(node, YamlKind::scalar, owner, problems)) return {};
  std::string mistake;
  if (trim(node.text).empty()) mistake = " is empty: write a sentence";
  if (!is_printable(node.text)) mistake = " must be one line of printable text: join the lines, or begin a folded text with >-";
  if (node.text.size() > longest) mistake = " is longer than " + std::to_string(longest) + " bytes: shorten it";
  if (mistake.empty()) return node.text;
  problems.add(node, owner + mistake);
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

void check_placeholders(const YamlNode& node, const std::string& owner, YamlProblems& problems) {
  const auto foreign = foreign_placeholder(node.text);
  if (!foreign.empty())
    problems.add(node, owner + " has an unknown placeholder " + quoted(foreign) + hint(foreign, placeholders));
}

Side read_side(const YamlNode& node, const std::string& owner, YamlProblems& problems) {
  if (!expect(node, YamlKind::scalar, owner, problems)) return Side::unknown;
  if (const auto side = rules::side_named(node.text)) return *side;
  problems.add(node, owner + " cannot be " + quoted(node.text) + hint(node.text, side_names));
  return Side::unknown;
}

std::vector<std::string> read_checks(const YamlNode& node, const std::string& owner, YamlProblems& problems) {
  if (!expect(node, YamlKind::sequence, owner, problems)) return {};
  if (node.items.empty()) problems.add(node, owner + " is empty: write a check, or remove the key");
  if (node.items.size() > max_checks)
    problems.add(node, owner + " has more than " + std::to_string(max_checks) + " checks: keep the best");
  std::vector<std::string> checks;
  for (const auto& item : node.items) checks.push_back(read_text(item, "a check in " + owner, max_check, problems));
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

bool check_dialect(const YamlNode& key, const std::string& owner, YamlProblems& problems) {
  if (is_dialect_name(key.text) && !is_slip(key.text)) return true;
  problems.add(key, owner + ": " + quoted(key.text) + " is not the name of a dialect" + hint(key.text, shipped_dialects));
  return false;
}

Advice read_ends(const YamlEntry& entry, const std::string& owner, YamlProblems& problems) {
  Advice advice;
  if (entry.key.text != "any") advice.dialect = entry.key.text;
  if (!expect(entry.value, YamlKind::map, owner, problems)) return advice;
  expect_keys(entry.value, end_keys, owner, problems);
  if (const auto* local = find(entry.value, "local")) advice.local = read_checks(*local, "\"local\" of " + owner, problems);
  if (const auto* remote = find(entry.value, "remote")) advice.remote = read_checks(*remote, "\"remote\" of " + owner, problems);
  return advice;
}

// Without advice for any dialect at both ends, some reader would be told nothing.
void check_general(const YamlNode& node, const std::string& owner, YamlProblems& problems) {
  const auto* any = find(node, "any");
  if (any == nullptr) return problems.add(node, owner + " has no \"any\": add checks that hold for every dialect");
  if (any->kind != YamlKind::map) return;
  for (const auto end : end_keys) {
    if (find(*any, end) != nullptr) continue;
    problems.add(*any, "\"any\" in " + owner + " has no " + quoted(end) + ": add checks for this end");
  }
}

std::vector<Advice> read_advice(const YamlNode& node, const std::string& owner, YamlProblems& problems) {
  if (!expect(node, YamlKind::map, owner, problems)) return {};
  std::vector<Advice> advice;
  for (const auto& entry : node.entries) {
    if (!check_dialect(entry.key, owner, problems)) continue;
    advice.push_back(read_ends(entry, quoted(entry.key.text) + " in " + owner, problems));
  }
  check_general(node, owner, problems);
  return advice;
}

// One cause: what each key of its map fills.
class EntryReader {
 public:
  EntryReader(const YamlEntry& source, YamlProblems& problems) : source_(source), name_(source.key.text), problems_(problems) {}

  CauseEntry read() {
    if (!expect(source_.value, YamlKind::map, name_, problems_)) return {};
    expect_keys(source_.value, entry_keys, name_, problems_);
    CauseEntry entry;
    if (const auto* side = required("side")) entry.side = read_side(*side, owner("side"), problems_);
    if (const auto* summary = required("summary")) entry.summary = read_summary(*summary);
    if (const auto* text = required("explanation")) {
      entry.explanation = read_text(*text, owner("explanation"), max_explanation, problems_);
    }
    if (const auto* advice = required("advice")) entry.advice = read_advice(*advice, owner("advice"), problems_);
    return entry;
  }

 private:
  [[nodiscard]] std::string owner(std::string_view key) const { return quoted(key) + " of " + name_; }

  const YamlNode* required(std::string_view key) {
    const auto* node = find(source_.value, key);
    if (node == nullptr) problems_.add(source_.key, name_ + " has no " + quoted(key) + ": add it");
    return node;
  }

  std::string read_summary(const YamlNode& node) {
    auto text = read_text(node, owner("summary"), max_summary, problems_);
    if (!text.empty()) check_placeholders(node, owner("summary"), problems_);
    return text;
  }

  const YamlEntry& source_;
  const std::string& name_;
  YamlProblems& problems_;
};

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

void read_causes(const YamlNode& node, Knowledge& knowledge, YamlProblems& problems) {
  if (!expect(node, YamlKind::map, "\"causes\"", problems)) return;
  const auto names = real_cause_names();
  for (const auto& entry : node.entries) {
    if (const auto cause = real_cause(entry.key.text)) {
      knowledge.entries_[static_cast<std::size_t>(*cause)] = EntryReader(entry, problems).read();
    } else {
      problems.add(entry.key, "unknown cause " + quoted(entry.key.text) + hint(entry.key.text, names));
    }
  }
  for (const auto name : names) {
    if (find(node, name) == nullptr) problems.add(node, "cause " + quoted(name) + " is missing: add an entry for it");
  }
}

void check_version(const YamlNode& root, YamlProblems& problems) {
  const auto* version = find(root, "version");
  if (version == nullptr) return problems.add(root, "the file has no \"version\": add \"version: 1\" as its first line");
  if (!expect(*version, YamlKind::scalar, "\"version\"", problems) || version->text == "1") return;
  problems.add(*version, "version " + quoted(version->text) + " is not known: write 1");
}

void read_file(const YamlNode& root, Knowledge& knowledge, YamlProblems& problems) {
  if (!expect(root, YamlKind::map, "the file", problems)) return;
  expect_keys(root, file_keys, "the file", problems);
  check_version(root, problems);
  if (const auto* causes = find(root, "causes")) return read_causes(*causes, knowledge, problems);
  problems.add(root, "the file has no \"causes\": add it with an entry for each cause");
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
  ReadKnowledge result;
  YamlProblems problems(name, result.problems);
  auto knowledge = std::make_shared<Knowledge>();
  if (const auto root = read_yaml(text, problems)) read_file(*root, *knowledge, problems);
  if (result.problems.empty()) result.knowledge = std::move(knowledge);
  return result;
}

}  // namespace ikewatch::diagnosis
