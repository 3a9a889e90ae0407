#include "metric_table.hpp"

namespace ikewatch::metrics {
namespace {

constexpr MetricLabel labels[] = {
    {"gateway", "The device whose log it is: its name in the configuration, else the host name in its lines, else its address."},
    {"tunnel", "The name of the tunnel in the inventory, else the address of its peer."},
    {"peer", "The address of the far IKE end as the gateway sees it."},
    {"dialect", "The log language: `racoon`, `cisco-ios`, `cisco-asa`, or that of a rule pack."},
    {"state", "A state of a tunnel."},
    {"phase", "`1` (IKE SA) or `2` (child SA)."},
    {"cause", "One of the causes in [messages.md](messages.md), or `unknown`."},
    {"event", "One of the events in [rules.md](rules.md)."},
    {"source", "The name of the source in the configuration."},
    {"reason", "Why: a word of a closed list."},
    {"alert", "The name of the alert in the configuration."},
    {"severity", "`critical`, `error`, `warning` or `info`."},
    {"receiver", "The name of the receiver in the configuration."},
    {"version", "The version of the program."},
    {"revision", "The revision that it was built from."},
};

}  // namespace

std::span<const Metric> metric_table() { return metrics_described; }
std::span<const MetricLabel> metric_labels() { return labels; }

}  // namespace ikewatch::metrics
