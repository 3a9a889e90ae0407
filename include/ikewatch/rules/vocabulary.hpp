// The closed lists of words that the rest of the program speaks: events, causes, sides, confidence. Role: shared by packs,
// tunnels, diagnoses and every output. The order of a list is not part of any interface, the names are. Threads: constants.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace ikewatch::rules {

enum class EventKind : std::uint8_t {
  phase1_started,
  phase1_up,
  phase1_failed,
  phase1_rekeying,
  phase1_expired,
  phase1_deleted,
  phase2_started,
  phase2_up,
  phase2_failed,
  phase2_rekeying,
  phase2_expired,
  phase2_deleted,
  peer_dead,
  peer_silent,
  retransmit,
  notify_received,
  auth_failed,
  certificate_problem,
  identity_problem,
  nat_detected,
  traffic_dropped,
  policy_missing,
  daemon_started,
  daemon_stopped,
  config_error,
  resource_error,
  operator_action,
  log_gap,
  info,
};
inline constexpr std::size_t event_kinds = static_cast<std::size_t>(EventKind::info) + 1;

enum class Cause : std::uint8_t {
  none,
  psk_missing,
  psk_mismatch,
  phase1_proposal_mismatch,
  phase2_proposal_mismatch,
  pfs_mismatch,
  lifetime_mismatch,
  proxy_id_mismatch,
  policy_missing,
  id_mismatch,
  version_or_mode_mismatch,
  cert_untrusted,
  cert_expired,
  cert_revoked,
  cert_missing,
  cert_identity,
  auth_failed,
  clock_skew,
  peer_unreachable,
  peer_rejected,
  dpd_timeout,
  stale_sa,
  invalid_spi,
  replay,
  malformed_message,
  fragmentation_mtu,
  nat_traversal,
  anti_spoof_firewall,
  vendor_extension,
  config_error,
  resource_or_kernel,
  local_shutdown,
  operator_action,
};
inline constexpr std::size_t causes = static_cast<std::size_t>(Cause::operator_action) + 1;

enum class Side : std::uint8_t { unknown, local, remote, both, path };
enum class Confidence : std::uint8_t { possible, likely, confirmed };

/// What a line adds to the history of its tunnel beyond its event, so that others are read in its light (`inferences` of
/// causes.yaml).
enum class Signal : std::uint8_t {
  none,
  undecryptable,    // a message that made no sense after decryption
  clear_notice,     // a notice in the clear where all must be encrypted
  unknown_ike_sa,   // the peer uses an IKE SA that does not exist here
  unknown_spi,      // the peer uses a child SA that does not exist here
  nat_found,        // the negotiation found a NAT between the ends
  port_floated,     // the peer was heard on UDP 4500
  extension_asked,  // the peer wants a step that is no part of IKE itself: XAUTH, mode configuration
  session_told,     // the device tells by lines of their own when the session with this peer comes up and ends
};
inline constexpr std::size_t signals = static_cast<std::size_t>(Signal::session_told) + 1;

std::string_view name_of(EventKind kind);
std::string_view name_of(Cause cause);  // "none" for Cause::none, which no output shows
std::string_view name_of(Side side);
std::string_view name_of(Confidence confidence);
std::string_view name_of(Signal signal);  // "none" for Signal::none

std::optional<EventKind> event_named(std::string_view name);
std::optional<Cause> cause_named(std::string_view name);
std::optional<Side> side_named(std::string_view name);
std::optional<Confidence> confidence_named(std::string_view name);
std::optional<Signal> signal_named(std::string_view name);  // nothing for "none"

/// All names of a list, for "did you mean" and for documentation.
std::span<const std::string_view> event_names();
std::span<const std::string_view> cause_names();
std::span<const std::string_view> signal_names();

}  // namespace ikewatch::rules
