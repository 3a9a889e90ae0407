// Builds metric families by name. Role: private to the metrics room. Threads: a value.
#pragma once

#include <prometheus/metric_family.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "metric_table.hpp"

namespace ikewatch::metrics {

struct Label {
  std::string_view name;
  std::string_view value;
};

/// A family under construction; add() appends one series.
class Family {
 public:
  Family(std::string name, std::string help, prometheus::MetricType type) {
    family_ = {std::move(name), std::move(help), type, {}};
  }

  void add(std::initializer_list<Label> labels, double value);
  void add_histogram(std::initializer_list<Label> labels, prometheus::ClientMetric::Histogram histogram);
  [[nodiscard]] prometheus::MetricFamily take() { return std::move(family_); }

 private:
  prometheus::ClientMetric& series(std::initializer_list<Label> labels);
  prometheus::MetricFamily family_;
};

/// `family_of("ikewatch_tunnel_up")`: by its entry in the table.
Family family_of(Known known);

}  // namespace ikewatch::metrics
