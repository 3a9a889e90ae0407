// The fields that templates may name.
#include <ikewatch/alert/template.hpp>

#include <ikewatch/base/text.hpp>

#include <algorithm>
#include <array>

namespace ikewatch::alert {
namespace {

constexpr std::array<std::string_view, 7> identity_names = {"alertname", "gateway", "tunnel",   "peer",
                                                            "severity",  "source",  "component"};

const std::string* find(const Texts& texts, std::string_view name) {
  const auto found = std::ranges::find_if(texts, [&](const auto& entry) { return entry.first == name; });
  return found == texts.end() ? nullptr : &found->second;
}

std::string text_or_empty(const std::string* text) { return text == nullptr ? std::string{} : *text; }

std::string members_text(const Notice& notice) {
  std::string text;
  for (const Member& member : notice.members) {
    text += (text.empty() ? "" : ", ") + member.tunnel + " (" + member.gateway + (member.over ? ", over)" : ")");
  }
  if (notice.member_count > notice.members.size())
    text += " and " + std::to_string(notice.member_count - notice.members.size()) + " more";
  return text;
}

std::string duration_text(const Notice& notice, WallTime now) {
  return to_human(std::chrono::floor<seconds>(notice.ends_at.value_or(now) - notice.starts_at));
}

struct Field {
  std::string_view name;
  std::string (*text)(const Notice&, WallTime);
};

/// What is neither a label nor an annotation.
constexpr std::array<Field, 12> others = {{
    {"peer", [](const Notice& n, WallTime) { return n.peer; }},
    {"state", [](const Notice& n, WallTime) { return n.state; }},
    {"confidence", [](const Notice& n, WallTime) { return n.confidence; }},
    {"status", [](const Notice& n, WallTime) { return std::string(n.kind == NoticeKind::resolved ? "resolved" : "firing"); }},
    {"since", [](const Notice& n, WallTime) { return to_iso8601(std::chrono::floor<seconds>(n.starts_at)); }},
    {"until",
     [](const Notice& n, WallTime) { return n.ends_at ? to_iso8601(std::chrono::floor<seconds>(*n.ends_at)) : std::string{}; }},
    {"duration", duration_text},
    {"count", [](const Notice& n, WallTime) { return n.member_count == 0 ? std::string{} : std::to_string(n.member_count); }},
    {"members", [](const Notice& n, WallTime) { return members_text(n); }},
    {"times", [](const Notice& n, WallTime) { return n.times > 1 ? std::to_string(n.times) : std::string{}; }},
    {"id", [](const Notice& n, WallTime) { return n.id; }},
    {"key", [](const Notice& n, WallTime) { return n.key; }},
}};

constexpr std::array<std::string_view, 11> texts_of_contract = {
    "alertname", "gateway", "tunnel", "severity", "source", "component", "cause", "side", "summary", "description", "checks"};

constexpr auto make_names() {
  std::array<std::string_view, others.size() + texts_of_contract.size()> names{};
  std::size_t at = 0;
  for (const Field& field : others) names[at++] = field.name;
  for (const auto name : texts_of_contract) names[at++] = name;
  return names;
}
constexpr auto all_names = make_names();

}  // namespace

std::span<const std::string_view> notice_fields() { return all_names; }
std::span<const std::string_view> identity_fields() { return identity_names; }

Lookup fields_of(const Notice& notice, WallTime now) {
  return [&notice, now](std::string_view name) -> std::optional<std::string> {
    if (consume(name, "label.")) return text_or_empty(find(notice.labels, name));
    if (consume(name, "annotation.")) return text_or_empty(find(notice.annotations, name));
    const auto other = std::ranges::find(others, name, &Field::name);
    if (other != others.end()) return other->text(notice, now);
    if (std::ranges::find(texts_of_contract, name) == texts_of_contract.end()) return std::nullopt;
    if (const auto* label = find(notice.labels, name)) return *label;
    return text_or_empty(find(notice.annotations, name));
  };
}

}  // namespace ikewatch::alert
