#include <ikewatch/view/pack_schema.hpp>

#include <ikewatch/base/text.hpp>
#include <ikewatch/rules/vocabulary.hpp>

#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>

#include <vector>

namespace ikewatch::view {
namespace {

using rules::PackKey;
using rules::PackKind;
using Writer = rapidjson::PrettyWriter<rapidjson::StringBuffer>;

std::vector<const PackKey*> keys_in(std::string_view section) {
  std::vector<const PackKey*> found;
  for (const PackKey& key : rules::pack_format()) {
    if (key.parent() == section) found.push_back(&key);
  }
  return found;
}

/// What several keys of a rule must be to each other.
constexpr std::string_view one_matcher = R"([{"required": ["match"]}, {"required": ["regex"]}, {"required": ["tag"]}])";
constexpr std::string_view two_matchers = R"({"required": ["match", "regex"]})";
constexpr std::string_view name_of_field = R"({"pattern": "^[a-z][a-z0-9_]{0,31}$"})";
constexpr std::string_view any_text = R"({"type": ["string", "number"]})";
constexpr std::string_view texts =
    R"([{"type": ["string", "number"]}, {"type": "array", "items": {"type": ["string", "number"]}}])";

class PackSchema {
 public:
  PackSchema() : out_(text_) {
    out_.SetIndent(' ', 2);
    out_.SetFormatOptions(rapidjson::kFormatSingleLineArray);
  }

  std::string whole() {
    out_.StartObject();
    member("$schema", "https://json-schema.org/draft/2020-12/schema");
    member("$id", "urn:ikewatch:schema:rules:1");
    member("$comment", "Made of the table of keys: ikewatch check --schema rules.");
    member("title", "Rule pack of ikewatch");
    section("");
    out_.EndObject();
    return std::string(text_.GetString(), text_.GetSize()) + "\n";
  }

 private:
  void name(std::string_view text) { out_.Key(text.data(), static_cast<rapidjson::SizeType>(text.size())); }
  void string(std::string_view text) { out_.String(text.data(), static_cast<rapidjson::SizeType>(text.size())); }
  void member(std::string_view key, std::string_view text) {
    name(key);
    string(text);
  }
  void raw(std::string_view key, std::string_view json) {
    name(key);
    out_.RawValue(json.data(), json.size(), rapidjson::kObjectType);
  }

  void section(std::string_view path) {
    member("type", "object");
    name("properties");
    out_.StartObject();
    for (const PackKey* key : keys_in(path)) {
      if (key->key() == "*") continue;
      name(key->key());
      value(*key);
    }
    out_.EndObject();
    required(path);
    name("additionalProperties");
    const PackKey* free = free_key(path);
    free == nullptr ? static_cast<void>(out_.Bool(false)) : value(*free);
    if (path == "rules[].cause") raw("minProperties", "2");
    if (path != "rules[]") return;
    raw("anyOf", one_matcher);
    raw("not", two_matchers);
    raw("dependentRequired", R"({"rank": ["cause"]})");
  }

  static const PackKey* free_key(std::string_view path) {
    for (const PackKey* key : keys_in(path)) {
      if (key->key() == "*") return key;
    }
    return nullptr;
  }

  void required(std::string_view path) {
    name("required");
    out_.StartArray();
    for (const PackKey* key : keys_in(path)) {
      if (key->required) string(key->key());
    }
    out_.EndArray();
  }

  void value(const PackKey& key) {
    out_.StartObject();
    member("description", std::string(key.help) + "\n\n" + facts_of(key));
    if (!key.fallback.empty()) fallback(key);
    shape(key);
    out_.EndObject();
  }

  void fallback(const PackKey& key) {
    const bool plain = key.kind == PackKind::number || key.kind == PackKind::boolean;
    plain ? raw("default", key.fallback) : member("default", key.fallback);
  }

  void shape(const PackKey& key) {
    switch (key.kind) {
      case PackKind::section:
        return section(key.path);
      case PackKind::list:
        return list(key);
      case PackKind::texts:
        return raw("anyOf", texts);
      case PackKind::text:
        return raw("type", R"(["string", "number"])");
      case PackKind::word:
        return raw("enum", words(key.words()));
      case PackKind::words:
        return raw("anyOf", R"([{"enum": )" + words(key.words()) + R"(}, {"type": "array", "items": {"enum": )" +
                                words(key.words()) + "}}]");
      case PackKind::number:
        return number(key.most);
      case PackKind::boolean:
        return member("type", "boolean");
      case PackKind::version:
        return raw("const", "1");
      case PackKind::dialect:
        return pattern("^[a-z0-9]+(-[a-z0-9]+)*$");
      case PackKind::identifier:
        return pattern("^[a-z0-9]+(-[a-z0-9]+)*[.][a-z0-9]+(-[a-z0-9]+)*$");
      case PackKind::cause:
      case PackKind::outcome:
        return cause_or_section(key);
      case PackKind::fields:
        member("type", "object");
        raw("propertyNames", name_of_field);
        return raw("additionalProperties", any_text);
    }
  }

  void number(unsigned most) {
    member("type", "integer");
    raw("minimum", "0");
    raw("maximum", std::to_string(most));
  }

  void pattern(std::string_view expression) {
    member("type", "string");
    member("pattern", expression);
  }

  void list(const PackKey& key) {
    member("type", "array");
    if (key.most > 0) raw("maxItems", std::to_string(key.most));
    if (key.path == "rules[].examples") raw("minItems", "1");
    name("items");
    out_.StartObject();
    section(std::string(key.path) + "[]");
    out_.EndObject();
  }

  void cause_or_section(const PackKey& key) {
    name("anyOf");
    out_.StartArray();
    out_.StartObject();
    raw("enum", words(rules::cause_names(), "none"));
    out_.EndObject();
    out_.StartObject();
    section(key.key() == "default" ? "rules[].cause.*" : key.path);
    out_.EndObject();
    out_.EndArray();
  }

  static std::string words(rules::Words list, std::string_view more = {}) {
    std::string text;
    for (const std::string_view word : list) text += (text.empty() ? "\"" : ", \"") + std::string(word) + "\"";
    return "[" + text + (more.empty() ? "" : ", \"" + std::string(more) + "\"") + "]";
  }

  rapidjson::StringBuffer text_;
  Writer out_;
};

std::string words_of(const PackKey& key) {
  std::string text;
  if (key.words().size() > 12) return key.kind == PackKind::words ? "list of words" : "word of the list below";
  for (const std::string_view word : key.words()) text += (text.empty() ? "" : ", ") + std::string(word);
  return text;
}

std::string kind_of(const PackKey& key) {
  switch (key.kind) {
    case PackKind::section:
      return "section";
    case PackKind::list:
      return key.most > 0 ? "list, at most " + std::to_string(key.most) : "list";
    case PackKind::texts:
      return key.most > 0 ? "text, or list of at most " + std::to_string(key.most) : "text, or list of texts";
    case PackKind::text:
      return "text";
    case PackKind::word:
      return words_of(key);
    case PackKind::words:
      return "one or a list of: " + words_of(key);
    case PackKind::number:
      return "number; 0 to " + std::to_string(key.most);
    case PackKind::boolean:
      return "true or false";
    case PackKind::version:
      return "number";
    case PackKind::dialect:
    case PackKind::identifier:
      return "name";
    case PackKind::cause:
    case PackKind::outcome:
      return "cause, or section";
    case PackKind::fields:
      return "section with names of fields";
  }
  return {};
}

}  // namespace

std::string pack_schema() { return PackSchema().whole(); }

std::string facts_of(const rules::PackKey& key) {
  std::string facts = kind_of(key);
  const bool closed = key.kind == PackKind::word && key.words().size() <= 12;
  if (!closed && is_lower(facts[0])) facts[0] = static_cast<char>(facts[0] - 32);
  if (key.required) facts += "; required";
  if (!key.fallback.empty()) facts += "; default " + std::string(key.fallback);
  return facts + ".";
}

}  // namespace ikewatch::view
