#include <ikewatch/config/schema.hpp>

#include <ikewatch/base/text.hpp>

#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>

#include <algorithm>

#include "schema_parts.hpp"

namespace ikewatch::config {
namespace {

using Writer = rapidjson::PrettyWriter<rapidjson::StringBuffer>;

bool has_word(std::string_view words, std::string_view word) {
  return (" " + std::string(words) + " ").find(" " + std::string(word) + " ") != std::string::npos;
}

class Schema {
 public:
  Schema() : out_(text_) {
    out_.SetIndent(' ', 2);
    out_.SetFormatOptions(rapidjson::kFormatSingleLineArray);
  }

  std::string whole() {
    out_.StartObject();
    member("$schema", "https://json-schema.org/draft/2020-12/schema");
    member("$id", "urn:ikewatch:schema:config:1");
    member("$comment", "Made of the option table: ikewatch check --schema config.");
    member("title", "Configuration of ikewatch");
    section_members("");
    definitions();
    out_.EndObject();
    return std::string(text_.GetString(), text_.GetSize()) + "\n";
  }

 private:
  void key(std::string_view name) { out_.Key(name.data(), static_cast<rapidjson::SizeType>(name.size())); }
  void string(std::string_view text) { out_.String(text.data(), static_cast<rapidjson::SizeType>(text.size())); }
  void member(std::string_view name, std::string_view text) {
    key(name);
    string(text);
  }
  void member(std::string_view name, std::uint64_t number) {
    key(name);
    out_.Uint64(number);
  }
  void raw(std::string_view name, std::string_view json) {
    key(name);
    out_.RawValue(json.data(), json.size(), rapidjson::kObjectType);
  }

  void definitions() {
    key("$defs");
    out_.StartObject();
    for (const KindSchema& kind : kind_schemas()) raw(kind.name, kind.json);
    out_.EndObject();
  }

  void section_members(std::string_view path) {
    member("type", "object");
    key("properties");
    out_.StartObject();
    for (const Option* option : options_in(path)) {
      key(option->key());
      value(*option);
    }
    out_.EndObject();
    required(path, "");
    key("additionalProperties");
    out_.Bool(false);
    for (const Extra& extra : extras_of(path, "")) raw(extra.keyword, extra.json);
    if (const Option* type = option_in(path, "type")) by_type(*type, path);
  }

  /// The keys that must be there: of every type with an empty one, else those of this type alone.
  void required(std::string_view path, std::string_view type) {
    const auto wanted = [&](const Option* option) {
      return option->required && (type.empty() ? option->only_for.empty() : has_word(option->only_for, type));
    };
    if (std::ranges::none_of(options_in(path), wanted)) return;
    key("required");
    out_.StartArray();
    for (const Option* option : options_in(path)) {
      if (wanted(option)) string(option->key());
    }
    out_.EndArray();
  }

  /// Which keys the section has beside its key `type`.
  void by_type(const Option& type, std::string_view path) {
    key("allOf");
    out_.StartArray();
    for (const std::string_view word : type.choices()) {
      out_.StartObject();
      raw("if", R"({"properties": {"type": {"const": ")" + std::string(word) + R"("}}, "required": ["type"]})");
      key("then");
      out_.StartObject();
      foreign_keys(path, word);
      required(path, word);
      for (const Extra& extra : extras_of(path, word)) raw(extra.keyword, extra.json);
      out_.EndObject();
      out_.EndObject();
    }
    out_.EndArray();
  }

  void foreign_keys(std::string_view path, std::string_view type) {
    key("properties");
    out_.StartObject();
    for (const Option* option : options_in(path)) {
      if (option->only_for.empty() || has_word(option->only_for, type)) continue;
      key(option->key());
      out_.Bool(false);
    }
    out_.EndObject();
  }

  void value(const Option& option) {
    out_.StartObject();
    member("description", std::string(option.help) + "\n\n" + facts_of(option));
    fallback(option);
    shape(option);
    out_.EndObject();
  }

  void fallback(const Option& option) {
    if (option.fallback.empty()) return;
    const bool plain = to_number<std::uint64_t>(option.fallback).has_value();
    plain ? raw("default", option.fallback) : member("default", option.fallback);
  }

  void shape(const Option& option) {
    switch (option.kind) {
      case Kind::section:
        return section_members(option.path);
      case Kind::free_section:
        return free_section(option);
      case Kind::list:
        return option.single ? one_or_list(option) : list(option);
      case Kind::number:
        member("type", "integer");
        member("minimum", option.least);
        return member("maximum", option.most);
      case Kind::boolean:
        return member("type", "boolean");
      case Kind::choice:
        return choice(option);
      case Kind::text:
        raw("type", R"(["string", "number"])");
        if (option.least > 0) member("minLength", option.least);
        return member("maxLength", option.most);
      default:
        return member("$ref", "#/$defs/" + std::string(schema_name(option.kind)));
    }
  }

  void list(const Option& option) {
    member("type", "array");
    if (option.least > 0) member("minItems", option.least);
    member("maxItems", option.most);
    key("items");
    value(*options_in(option.path)[0]);
  }

  void one_or_list(const Option& option) {
    key("anyOf");
    out_.StartArray();
    value(*options_in(option.path)[0]);
    out_.StartObject();
    list(option);
    out_.EndObject();
    out_.EndArray();
  }

  void free_section(const Option& option) {
    member("type", "object");
    member("maxProperties", option.most);
    raw("propertyNames", R"({"pattern": "^(?!__)[A-Za-z_][A-Za-z0-9_]{0,127}$"})");
    key("additionalProperties");
    value(*options_in(option.path)[0]);
  }

  /// YAML takes `1.2` for a number, so a word that looks like one may be one.
  void choice(const Option& option) {
    key("enum");
    out_.StartArray();
    for (const std::string_view word : option.choices()) {
      string(word);
      if (is_digit(word[0])) out_.RawValue(word.data(), word.size(), rapidjson::kNumberType);
    }
    out_.EndArray();
  }

  rapidjson::StringBuffer text_;
  Writer out_;
};

}  // namespace

std::string json_schema() { return Schema().whole(); }

}  // namespace ikewatch::config
