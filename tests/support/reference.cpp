// reference: prints the program's tables as JSON, for tests/arch/reference_pages.py.
#include <ikewatch/config/schema.hpp>
#include <ikewatch/diagnosis/inference_format.hpp>
#include <ikewatch/metrics/catalogue.hpp>
#include <ikewatch/rules/vocabulary.hpp>
#include <ikewatch/view/pack_schema.hpp>

#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>

#include <initializer_list>
#include <iostream>
#include <span>
#include <string_view>

namespace {

using namespace ikewatch;
using Row = std::initializer_list<std::string_view>;

rapidjson::StringBuffer text;
rapidjson::PrettyWriter out(text);

void put(std::string_view word) { out.String(word.data(), static_cast<rapidjson::SizeType>(word.size())); }

void put_row(Row row) {
  out.StartArray();
  for (const auto word : row) put(word);
  out.EndArray();
}

template <class Entries, class ToRow>
void put_table(const char* name, const Entries& entries, const ToRow& to_row) {
  out.Key(name);
  out.StartArray();
  for (const auto& entry : entries) to_row(entry);
  out.EndArray();
}

void put_words(const char* name, std::span<const std::string_view> words) { put_table(name, words, put); }

std::string_view name_of(metrics::MetricKind kind) {
  return kind == metrics::MetricKind::counter ? "counter" : kind == metrics::MetricKind::gauge ? "gauge" : "histogram";
}

constexpr auto described = [](const auto& entry) { put_row({entry.name, entry.help}); };

}  // namespace

int main() {
  out.StartObject();
  put_table("options", config::option_table(), [](const config::Option& option) {
    put_row({option.path, option.help, config::facts_of(option)});
  });
  put_table("pack_keys", rules::pack_format(), [](const rules::PackKey& key) {
    put_row({key.path, key.help, view::facts_of(key)});
  });
  put_table("field_types", rules::described_field_types(), described);
  put_table("acted_fields", rules::acted_field_names(), described);
  put_table("agreed_fields", rules::agreed_field_names(), described);
  put_table("inference_keys", diagnosis::inference_format(), [](const diagnosis::InferenceKey& key) {
    put_row({key.path, key.help});
  });
  put_words("events", rules::event_names());
  put_words("causes", rules::cause_names());
  put_words("signals", rules::signal_names());
  put_table("metrics", metrics::metric_table(), [](const metrics::Metric& m) {
    put_row({m.name, name_of(m.kind), m.labels, m.help, m.meaning, m.query});
  });
  put_table("labels", metrics::metric_labels(), described);
  out.EndObject();
  std::cout << text.GetString() << '\n';
}
