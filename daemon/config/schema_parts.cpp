#include "schema_parts.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace ikewatch::config {
namespace {

/// Stands in an expression as its name in angle brackets; may use those above it.
struct Part {
  std::string_view name;
  std::string_view expression;
};
constexpr std::array parts = {
    Part{"<socket>", R"((<v4>|\\[<v6>\\]):<port>)"},
    Part{"<v6>", R"([0-9A-Fa-f:]*:[0-9A-Fa-f:]*(<v4>)?(%[^\\]]*)?)"},
    Part{"<v4>", R"(<octet>([.]<octet>){3})"},
    Part{"<octet>", R"((25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9]))"},
    Part{"<port>", R"(([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))"},
};

std::string expanded(std::string_view expression) {
  std::string text(expression);
  for (const auto& [name, meaning] : parts) {
    for (std::size_t at = 0; (at = text.find(name, at)) != std::string::npos; at += meaning.size())
      text.replace(at, name.size(), meaning);
  }
  return text;
}

constexpr std::string_view amount_of(Kind kind) { return kind == Kind::duration ? "(ms|s|m|h|d)" : "(B|KiB|MiB|GiB)"; }

std::string quantity(Kind kind) {
  const std::string expression = "^(0|(0|[1-9][0-9]*)" + std::string(amount_of(kind)) + ")$";
  return R"({"anyOf": [{"const": 0}, {"type": "string", "pattern": ")" + expression + R"("}]})";
}

std::string pattern(std::string_view expression) {
  return R"({"type": "string", "maxLength": 4096, "pattern": ")" + expanded(expression) + R"("})";
}

/// Names may be made of digits alone, which YAML takes for a number.
std::string name_pattern(std::string_view expression) {
  return R"({"type": ["string", "integer"], "pattern": ")" + std::string(expression) + R"("})";
}

constexpr Extra extras[] = {
    {"sources[]", "syslog", "allOf",
     R"([{"if": {"properties": {"listen": {"pattern": "^tls:"}}}, "then": {"required": ["tls"]}}, )"
     R"({"if": {"properties": {"listen": {"pattern": "^(udp|tcp|unix):"}}}, "then": {"properties": {"tls": false}}}, )"
     R"({"if": {"properties": {"listen": {"pattern": "^(udp|tcp|tls|fd):"}}}, "then": {"properties": {"socket": false}}}, )"
     R"({"if": {"properties": {"listen": {"pattern": "^udp:"}}}, "then": {"properties": {"idle_timeout": false}}}, )"
     R"({"if": {"properties": {"listen": {"pattern": "^(udp|unix):"}}}, "then": {"properties": {"max_connections_per_address": false}}}])"},
    {"sources[]", "journald", "not", R"({"required": ["directory", "namespace"]})"},
    {"sources[].tls", "", "dependentRequired", R"({"client_auth": ["client_ca"], "allowed_names": ["client_ca"]})"},
    {"sources[].tls", "", "if", R"({"properties": {"client_auth": {"const": "optional"}}, "required": ["client_auth"]})"},
    {"sources[].tls", "", "then", R"({"properties": {"allowed_names": false}})"},
    {"alerts[].when", "", "minProperties", "1"},
    {"alerts[].when", "", "dependentRequired", R"({"up": ["source"], "gap": ["source"]})"},
    {"alerts[].when", "", "dependentSchemas",
     R"({"daemon": {"maxProperties": 1}, "source": {"minProperties": 2, "properties": {"state": false, "cause": false, "tunnel": false, )"
     R"("gateway": false, "flapping": false, "phase": false, "mode": false}}})"},
    {"receivers[].tls", "", "dependentRequired", R"({"certificate": ["key"], "key": ["certificate"]})"},
    {"receivers[]", "alertmanager", "oneOf", R"([{"required": ["url"]}, {"required": ["urls"]}])"},
    {"receivers[]", "webhook", "anyOf", R"([{"required": ["url"]}, {"required": ["url_file"]}])"},
    {"receivers[]", "slack", "anyOf", R"([{"required": ["url"]}, {"required": ["url_file"]}, {"required": ["secret_file"]}])"},
    {"receivers[]", "pagerduty", "required", R"(["secret_file"])"},
    {"receivers[]", "template", "anyOf", R"([{"required": ["url"]}, {"required": ["url_file"]}])"},
    {"receivers[]", "template", "required", R"(["body"])"},
};

constexpr std::array names = {
    std::pair{Kind::name, std::string_view("name")},
    std::pair{Kind::duration, std::string_view("time")},
    std::pair{Kind::size, std::string_view("size")},
    std::pair{Kind::address, std::string_view("address")},
    std::pair{Kind::endpoint, std::string_view("endpoint")},
    std::pair{Kind::socket_address, std::string_view("socket_address")},
    std::pair{Kind::url, std::string_view("url")},
    std::pair{Kind::path, std::string_view("path")},
    std::pair{Kind::unit, std::string_view("unit")},
    std::pair{Kind::pattern, std::string_view("pattern")},
    std::pair{Kind::dialect, std::string_view("dialect")},
    std::pair{Kind::timezone, std::string_view("timezone")},
    std::pair{Kind::certificate_name, std::string_view("certificate_name")},
    std::pair{Kind::clock, std::string_view("time_of_day")},
};

std::string schema_of(Kind kind) {
  switch (kind) {
    case Kind::name:
      return name_pattern("^[A-Za-z0-9][A-Za-z0-9._:@-]{0,127}$");
    case Kind::pattern:
      return name_pattern("^[A-Za-z0-9._:@*-]{1,128}$");
    case Kind::duration:
    case Kind::size:
      return quantity(kind);
    case Kind::address:
      return pattern("^(<v4>|<v6>)$");
    case Kind::endpoint:
      return pattern("^((udp|tcp|tls)://<socket>|unix:///.{0,106}|fd:[!-.0-9;-~]{1,255})$");
    case Kind::socket_address:
      return pattern("^<socket>$");
    case Kind::url:
      return pattern(R"(^https?://(\\[[^/?#@ ]*\\]|[^\\[:/?#@ ]+)(:<port>)?([/?#][^ \\t\\n]*)?$)");
    case Kind::path:
      return pattern(R"(^/[^\\n]*$)");
    case Kind::unit:
      return pattern(R"(^[A-Za-z0-9:_.@\\\\-]+[.](service|scope|socket|slice|mount|timer|path|target|device|swap)$)");
    case Kind::dialect:
      return pattern("^[a-z][a-z0-9-]{0,63}$");
    case Kind::timezone:
      return pattern("^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$");
    case Kind::certificate_name:
      return pattern(R"(^((\\*[.])?[A-Za-z0-9_-]+([.][A-Za-z0-9_-]+)*|<v6>)$)");
    default:
      return pattern("^([01][0-9]|2[0-3]):[0-5][0-9]$");
  }
}

}  // namespace

std::vector<KindSchema> kind_schemas() {
  std::vector<KindSchema> all;
  all.reserve(names.size());
  for (const auto& [kind, name] : names) all.push_back({name, schema_of(kind)});
  return all;
}

std::string_view schema_name(Kind kind) {
  const auto* found = std::ranges::find(names, kind, [](const auto& entry) { return entry.first; });
  return found == names.end() ? "time_of_day" : found->second;
}

std::vector<Extra> extras_of(std::string_view path, std::string_view type) {
  std::vector<Extra> found;
  std::ranges::copy_if(extras, std::back_inserter(found), [&](const Extra& e) { return e.path == path && e.type == type; });
  return found;
}

}  // namespace ikewatch::config
