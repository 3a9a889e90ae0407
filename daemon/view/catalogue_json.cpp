#include <ikewatch/base/text.hpp>
#include <ikewatch/view/catalogue.hpp>

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

namespace ikewatch::view {
namespace {

using Writer = rapidjson::Writer<rapidjson::StringBuffer>;

/// Packs are text that people write; what is not UTF-8 must not become JSON (RFC 8259 section 8.1).
void put(Writer& out, std::string_view text) {
  const std::string safe = is_printable(text) ? std::string(text) : to_printable(text);
  out.String(safe.data(), static_cast<rapidjson::SizeType>(safe.size()));
}

void put(Writer& out, std::string_view key, std::string_view value) {
  out.Key(key.data(), static_cast<rapidjson::SizeType>(key.size()));
  put(out, value);
}

void put_cause(Writer& out, const rules::PossibleCause& cause) {
  out.StartObject();
  put(out, "cause", rules::name_of(cause.cause));
  put(out, "side", rules::name_of(cause.side));
  put(out, "confidence", rules::name_of(cause.confidence));
  out.Key("rank");
  out.Uint(cause.rank);
  if (!cause.when.empty()) put(out, "when", cause.when);
  out.EndObject();
}

void put_rule(Writer& out, const rules::Rule& rule, std::string_view dialect) {
  out.StartObject();
  put(out, "id", rule.id);
  put(out, "dialect", dialect);
  if (!rule.tag.empty()) put(out, "tag", rule.tag);
  out.Key(rule.by_expression ? "regex" : "match");
  out.StartArray();
  for (const std::string& text : rule.templates) put(out, text);
  out.EndArray();
  put(out, "event", rules::name_of(rule.event));
  out.Key("phase");
  out.Uint(rule.phase);
  out.Key("causes");
  out.StartArray();
  for (const rules::PossibleCause& cause : rule.causes) put_cause(out, cause);
  out.EndArray();
  put(out, "note", rule.note);
  out.EndObject();
}

}  // namespace

std::string catalogue_json(const rules::RuleSet& rules, rules::DialectId only) {
  rapidjson::StringBuffer text;
  Writer out(text);
  out.StartObject();
  out.Key("version");
  out.Uint(1);
  out.Key("rules");
  out.StartArray();
  for (const rules::Rule& rule : rules.rules()) {
    if (only == rules::no_dialect || rule.dialect == only) put_rule(out, rule, rules.dialect_name(rule.dialect));
  }
  out.EndArray();
  out.EndObject();
  return std::string(text.GetString(), text.GetSize()) + "\n";
}

}  // namespace ikewatch::view
