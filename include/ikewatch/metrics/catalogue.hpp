// Every metric family once: name, type, labels, help text and what the manual says. Role: exposition.cpp makes families by these
// entries, docs/metrics.md is made of them. Ownership: constants. Threads: none.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace ikewatch::metrics {

enum class MetricKind : std::uint8_t { gauge, counter, histogram };

struct Metric {
  std::string_view name;
  MetricKind kind = MetricKind::gauge;
  std::string_view labels = {};   // names, with blanks between
  std::string_view help;          // the HELP line
  std::string_view meaning = {};  // more, for the manual; may be empty
  std::string_view query = {};    // PromQL that shows what it is for; may be empty
};

/// In the order of the exposition.
std::span<const Metric> metric_table();

struct MetricLabel {
  std::string_view name;
  std::string_view help;
};
/// What each label holds.
std::span<const MetricLabel> metric_labels();

}  // namespace ikewatch::metrics
