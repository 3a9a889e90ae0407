#include <ikewatch/base/text.hpp>
#include <ikewatch/doctor/report.hpp>

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

namespace ikewatch::doctor {
namespace {

using Writer = rapidjson::Writer<rapidjson::StringBuffer>;

void put(Writer& out, std::string_view text) {
  const std::string safe = to_printable(text);
  out.String(safe.data(), static_cast<rapidjson::SizeType>(safe.size()));
}

void put_key(Writer& out, std::string_view key) { out.Key(key.data(), static_cast<rapidjson::SizeType>(key.size())); }

/// Null where there is nothing to say.
void put(Writer& out, std::string_view key, std::string_view value) {
  put_key(out, key);
  if (value.empty()) return void(out.Null());
  put(out, value);
}

void put(Writer& out, std::string_view key, std::size_t value) {
  put_key(out, key);
  out.Uint64(value);
}

void put_place(Writer& out, std::string_view key, std::size_t number) {
  put_key(out, key);
  if (number == 0) return void(out.Null());
  out.Uint64(number);
}

void put(Writer& out, const Finding& finding) {
  out.StartObject();
  put(out, "severity", name_of(finding.severity));
  put(out, "check", finding.check);
  put(out, "file", finding.place.file);
  put_place(out, "line", finding.place.line);
  put_place(out, "column", finding.place.column);
  put(out, "what", finding.what);
  put(out, "log", finding.log);
  put(out, "remedy", finding.remedy);
  put(out, "cause", finding.cause == rules::Cause::none ? std::string_view{} : rules::name_of(finding.cause));
  out.EndObject();
}

void put(Writer& out, const NotLooked& one) {
  out.StartObject();
  put(out, "what", one.what);
  put(out, "why", one.why);
  out.EndObject();
}

template <class List>
void put_list(Writer& out, std::string_view key, const List& list) {
  put_key(out, key);
  out.StartArray();
  for (const auto& one : list) put(out, one);
  out.EndArray();
}

}  // namespace

std::string to_json(const Report& report) {
  rapidjson::StringBuffer buffer;
  Writer out(buffer);
  out.StartObject();
  put(out, "version", std::size_t{1});
  put(out, "racoon_conf", report.racoon_conf);
  put(out, "problems", report.problems());
  put(out, "hints", report.count(Severity::hint));
  put_list(out, "findings", report.findings);
  put_list(out, "well", report.well);
  put_list(out, "not_looked_at", report.not_looked_at);
  out.EndObject();
  return std::string(buffer.GetString(), buffer.GetSize()) + '\n';
}

}  // namespace ikewatch::doctor
