#include <ikewatch/view/catalogue.hpp>

#include <algorithm>
#include <map>
#include <vector>

namespace ikewatch::view {
namespace {

using rules::Cause;
using rules::DialectId;
using rules::EventKind;
using rules::PossibleCause;
using rules::Rule;
using rules::RuleSet;

constexpr std::string_view generated =
    "<!-- Written by `ikewatch rules list --format markdown`: change the packs, not this page. -->\n\n";

struct Entry {
  const Rule* rule = nullptr;
  const PossibleCause* cause = nullptr;  // null: none
};

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

/// A cell of a table may hold no bar and no line end (GitHub Flavored Markdown, "Tables").
std::string cell(std::string text) { return replaced(replaced(std::move(text), "|", "\\|"), "\n", " "); }

/// Prose in which angle brackets and stars are meant as they stand.
std::string prose(std::string text) { return replaced(replaced(std::move(text), "<", "&lt;"), "*", "\\*"); }

std::string code(const std::string& text) {
  const bool ticks = text.find('`') != std::string::npos;
  return ticks ? "`` " + text + " ``" : "`" + text + "`";
}

std::string joined(const std::vector<std::string>& parts, std::string_view between) {
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? std::string{} : std::string(between)) + part;
  return out;
}

/// `%CRYPTO-n-IKMP_NO_SA: ` or `%ASA-n-713119: `; empty without a tag.
std::string shown_tag(const std::string& tag) {
  if (tag.empty()) return {};
  const auto dash = tag.rfind('-');
  if (dash == std::string::npos) return "%ASA-n-" + tag + ": ";
  return "%" + tag.substr(0, dash) + "-n-" + tag.substr(dash + 1) + ": ";
}

std::string messages_of(const Rule& rule) {
  const std::string tag = shown_tag(rule.tag);
  std::vector<std::string> shown;
  if (rule.by_expression) {
    for (const rules::Example& example : rule.examples) shown.push_back("for example " + code(example.line));
    return joined(shown, "<br>");
  }
  for (const std::string& text : rule.templates) shown.push_back(code(tag + readable_template(text)));
  if (shown.empty()) shown.push_back(code(tag + "<any text>"));
  return joined(shown, "<br>");
}

std::string meaning_of(const Entry& entry) {
  std::string out = prose(entry.rule->note);
  if (entry.cause == nullptr) return out;
  if (!entry.cause->when.empty()) out += " When " + prose(entry.cause->when) + ".";
  return out + " (" + std::string(rules::name_of(entry.cause->confidence)) + ", rank " + std::to_string(entry.cause->rank) + ")";
}

void add_table(std::string& out, const std::vector<Entry>& entries) {
  out += "| Message | What it means | Rule |\n|---|---|---|\n";
  for (const Entry& entry : entries) {
    out += "| " + cell(messages_of(*entry.rule)) + " | " + cell(meaning_of(entry)) + " | " + code(entry.rule->id) + " |\n";
  }
  out += "\n";
}

/// The rules of a dialect, sorted into what the page shows. What is told first stands first.
struct Sorted {
  std::map<Cause, std::vector<Entry>> by_cause;
  std::map<EventKind, std::vector<Entry>> by_event;  // of rules that name no cause
  std::size_t rules = 0;
  std::size_t messages = 0;
};

Sorted sorted(const RuleSet& rules, DialectId dialect) {
  Sorted out;
  for (const Rule& rule : rules.rules()) {
    if (rule.dialect != dialect) continue;
    ++out.rules;
    out.messages += std::max<std::size_t>(rule.templates.size(), 1);
    for (const PossibleCause& cause : rule.causes) out.by_cause[cause.cause].push_back({&rule, &cause});
    if (rule.causes.empty()) out.by_event[rule.event].push_back({&rule, nullptr});
  }
  const auto higher = [](const Entry& a, const Entry& b) { return a.cause->rank > b.cause->rank; };
  for (auto& [cause, entries] : out.by_cause) std::stable_sort(entries.begin(), entries.end(), higher);
  return out;
}

/// A sentence of the knowledge base about any two ends.
std::string general(std::string text) {
  text = replaced(replaced(std::move(text), "{peer}", "the peer"), "{gateway}", "this gateway");
  if (text.starts_with("th")) text.front() = 'T';
  return text;
}

void add_cause(std::string& out, Cause cause, const std::vector<Entry>& entries, const diagnosis::Knowledge& knowledge,
               std::string_view dialect) {
  const diagnosis::CauseEntry& known = knowledge[cause];
  out += "### " + std::string(rules::name_of(cause)) + "\n\n" + prose(general(known.summary)) + "\n\n" +
         prose(general(known.explanation)) + "\n\nWhat to do:\n\n";
  for (const std::string& check : knowledge.checks(cause, rules::Side::both, dialect)) out += "- " + general(check) + "\n";
  out += "\n";
  add_table(out, entries);
}

/// Some events have the name of a cause; a page may not have the same heading twice.
std::string heading(Cause cause) { return std::string(rules::name_of(cause)); }
std::string heading(EventKind event) { return "event " + std::string(rules::name_of(event)); }

/// As forges make it out of a heading.
std::string anchor(std::string text) { return replaced(std::move(text), " ", "-"); }

template <class Map>
std::string links_to(const Map& groups) {
  std::vector<std::string> links;
  for (const auto& [key, entries] : groups) {
    const std::string name(rules::name_of(key));
    links.push_back("[" + name + "](#" + anchor(heading(key)) + ") (" + std::to_string(entries.size()) + ")");
  }
  return joined(links, " \u00b7 ");
}

std::string counted(std::size_t number, std::string_view noun) {
  return std::to_string(number) + " " + std::string(noun) + (number == 1 ? "" : "s");
}

struct Named {
  std::string name;
  Sorted found;
};

std::vector<Named> sorted_by_dialect(const RuleSet& rules) {
  std::vector<Named> out;
  for (std::size_t i = 0; i < rules.dialect_count(); ++i) {
    const auto dialect = static_cast<DialectId>(i);
    out.push_back({std::string(rules.dialect_name(dialect)), sorted(rules, dialect)});
  }
  return out;
}

/// Links to the pages that have messages of a cause or an event; empty where there are none.
template <class Key>
std::string pages_with(const std::vector<Named>& dialects, std::map<Key, std::vector<Entry>> Sorted::*groups, Key key) {
  std::vector<std::string> links;
  for (const Named& dialect : dialects) {
    const auto& group = dialect.found.*groups;
    const auto found = group.find(key);
    if (found == group.end()) continue;
    links.push_back("[" + dialect.name + "](messages/" + dialect.name + ".md#" + anchor(heading(key)) + ") (" +
                    std::to_string(found->second.size()) + ")");
  }
  return joined(links, ", ");
}

}  // namespace

std::string readable_template(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto open = text.find('{');
    out += text.substr(0, open);
    if (open == std::string_view::npos) break;
    text.remove_prefix(open + 1);
    if (text.starts_with("{")) {
      out += '{';
      text.remove_prefix(1);
      continue;
    }
    const auto close = text.find('}');
    const auto field = text.substr(0, close);
    const auto colon = field.find(':');
    out += "<" + std::string(colon == 0 ? field.substr(1) : field.substr(0, colon)) + ">";
    text.remove_prefix(close == std::string_view::npos ? text.size() : close + 1);
  }
  return out;
}

std::string catalogue_page(const RuleSet& rules, const diagnosis::Knowledge& knowledge, DialectId dialect) {
  const std::string name(rules.dialect_name(dialect));
  const Sorted found = sorted(rules, dialect);
  std::string out = std::string(generated) + "# Messages of " + name + "\n\n" + counted(found.rules, "rule") + " for " +
                    counted(found.messages, "message") +
                    ". Words in angle brackets stand for what changes from line to line. "
                    "[How to read this](../messages.md).\n\n";
  out += "By cause: " + links_to(found.by_cause) + "\n\nWithout a cause, by event: " + links_to(found.by_event) + "\n\n";
  out += "## Messages that name a cause, or support one\n\n";
  for (const auto& [cause, entries] : found.by_cause) add_cause(out, cause, entries, knowledge, name);
  out += "## Messages without a cause\n\n";
  for (const auto& [event, entries] : found.by_event) {
    out += "### " + heading(event) + "\n\n";
    add_table(out, entries);
  }
  out.pop_back();
  return out;
}

std::string catalogue_index(const RuleSet& rules, const diagnosis::Knowledge& knowledge) {
  const std::vector<Named> dialects = sorted_by_dialect(rules);
  std::string out =
      std::string(generated) +
      "# Messages that ikewatch knows\n\n"
      "One page for each log language. A page has the messages that name a cause, by cause, with what to check at\n"
      "either end; then the rest by event: what moves the state of a tunnel, and what is harmless or internal (`info`).\n"
      "The rank tells how much a line says of the root cause: the highest one leads (0 to 100, see\n"
      "[rules.md](rules.md#rank)). `ikewatch rules try LINE` says what one line means.\n\n"
      "| Dialect | Rules | Messages |\n|---|---|---|\n";
  for (const Named& dialect : dialects) {
    out += "| [" + dialect.name + "](messages/" + dialect.name + ".md) | " + std::to_string(dialect.found.rules) + " | " +
           std::to_string(dialect.found.messages) + " |\n";
  }
  out += "\n## Causes\n\n| Cause | What it means | Messages of |\n|---|---|---|\n";
  for (std::size_t i = 1; i < rules::causes; ++i) {
    const auto cause = static_cast<Cause>(i);
    const std::string pages = pages_with(dialects, &Sorted::by_cause, cause);
    const std::string summary = cell(prose(general(knowledge[cause].summary)));
    if (!pages.empty()) out += "| " + std::string(rules::name_of(cause)) + " | " + summary + " | " + pages + " |\n";
  }
  out += "\n## Events of messages without a cause\n\n| Event | Messages of |\n|---|---|\n";
  for (std::size_t i = 0; i < rules::event_kinds; ++i) {
    const auto event = static_cast<EventKind>(i);
    const std::string pages = pages_with(dialects, &Sorted::by_event, event);
    if (!pages.empty()) out += "| " + std::string(rules::name_of(event)) + " | " + pages + " |\n";
  }
  return out;
}

}  // namespace ikewatch::view
