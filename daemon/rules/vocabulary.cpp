#include <ikewatch/rules/vocabulary.hpp>

#include <array>

namespace ikewatch::rules {
namespace {

constexpr std::array<std::string_view, event_kinds> event_list{
    "phase1_started",   "phase1_up",      "phase1_failed",   "phase1_rekeying", "phase1_expired", "phase1_deleted",
    "phase2_started",   "phase2_up",      "phase2_failed",   "phase2_rekeying", "phase2_expired", "phase2_deleted",
    "peer_dead",        "peer_silent",    "retransmit",      "notify_received", "auth_failed",    "certificate_problem",
    "identity_problem", "nat_detected",   "traffic_dropped", "policy_missing",  "daemon_started", "daemon_stopped",
    "config_error",     "resource_error", "operator_action", "log_gap",         "info",
};

constexpr std::array<std::string_view, causes> cause_list{
    "none",
    "psk_missing",
    "psk_mismatch",
    "phase1_proposal_mismatch",
    "phase2_proposal_mismatch",
    "pfs_mismatch",
    "lifetime_mismatch",
    "proxy_id_mismatch",
    "policy_missing",
    "id_mismatch",
    "version_or_mode_mismatch",
    "cert_untrusted",
    "cert_expired",
    "cert_revoked",
    "cert_missing",
    "cert_identity",
    "auth_failed",
    "clock_skew",
    "peer_unreachable",
    "peer_rejected",
    "dpd_timeout",
    "stale_sa",
    "invalid_spi",
    "replay",
    "malformed_message",
    "fragmentation_mtu",
    "nat_traversal",
    "anti_spoof_firewall",
    "vendor_extension",
    "config_error",
    "resource_or_kernel",
    "local_shutdown",
    "operator_action",
};

constexpr std::array<std::string_view, 5> side_list{"unknown", "local", "remote", "both", "path"};
constexpr std::array<std::string_view, 3> confidence_list{"possible", "likely", "confirmed"};

constexpr std::array<std::string_view, signals> signal_list{
    "none",      "undecryptable", "clear_notice",    "unknown_ike_sa", "unknown_spi",
    "nat_found", "port_floated",  "extension_asked", "session_told",
};

template <class Enum>
std::string_view name_in(std::span<const std::string_view> list, Enum value) {
  const auto index = static_cast<std::size_t>(value);
  return index < list.size() ? list[index] : std::string_view{};
}

template <class Enum>
std::optional<Enum> value_in(std::span<const std::string_view> list, std::string_view name) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (list[i] == name) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

}  // namespace

std::string_view name_of(EventKind kind) { return name_in(event_list, kind); }
std::string_view name_of(Cause cause) { return name_in(cause_list, cause); }
std::string_view name_of(Side side) { return name_in(side_list, side); }
std::string_view name_of(Confidence confidence) { return name_in(confidence_list, confidence); }
std::string_view name_of(Signal signal) { return name_in(signal_list, signal); }

std::optional<EventKind> event_named(std::string_view name) { return value_in<EventKind>(event_list, name); }
std::optional<Cause> cause_named(std::string_view name) { return value_in<Cause>(cause_list, name); }
std::optional<Side> side_named(std::string_view name) { return value_in<Side>(side_list, name); }
std::optional<Confidence> confidence_named(std::string_view name) { return value_in<Confidence>(confidence_list, name); }
std::optional<Signal> signal_named(std::string_view name) {
  const auto signal = value_in<Signal>(signal_list, name);
  return signal == Signal::none ? std::nullopt : signal;
}

std::span<const std::string_view> event_names() { return event_list; }
std::span<const std::string_view> cause_names() { return std::span(cause_list).subspan(1); }
std::span<const std::string_view> signal_names() { return std::span(signal_list).subspan(1); }

}  // namespace ikewatch::rules
