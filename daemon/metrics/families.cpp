#include "families.hpp"

namespace ikewatch::metrics {

using prometheus::ClientMetric;
using prometheus::MetricType;

ClientMetric& Family::series(std::initializer_list<Label> labels) {
  ClientMetric& metric = family_.metric.emplace_back();
  for (const Label& label : labels) metric.label.push_back({std::string(label.name), std::string(label.value)});
  return metric;
}

void Family::add(std::initializer_list<Label> labels, double value) {
  ClientMetric& metric = series(labels);
  if (family_.type == MetricType::Counter) metric.counter.value = value;
  if (family_.type == MetricType::Gauge) metric.gauge.value = value;
}

void Family::add_histogram(std::initializer_list<Label> labels, ClientMetric::Histogram histogram) {
  series(labels).histogram = std::move(histogram);
}

Family family_of(Known known) {
  const Metric& metric = *known.metric;
  const auto type = metric.kind == MetricKind::counter ? MetricType::Counter
                    : metric.kind == MetricKind::gauge ? MetricType::Gauge
                                                       : MetricType::Histogram;
  return {std::string(metric.name), std::string(metric.help), type};
}

}  // namespace ikewatch::metrics
