// A tunnel and its diagnosis, as the engine hands them out, for tests of what shows them.
#pragma once

#include <ikewatch/engine/view.hpp>

namespace ikewatch::view {

/// 2026-11-22 10:00:00 UTC.
inline constexpr WallTime ten_o_clock{std::chrono::sys_days{std::chrono::year{2026} / 11 / 22} + std::chrono::hours{10}};

/// What a stranger may write into a log: markup, quotes, a control character of a terminal, bytes that are no UTF-8.
inline constexpr std::string_view hostile = "</script><b>\"'&\\ \x1b[31m";

inline engine::DiagnosisView a_missing_key() {
  engine::DiagnosisView diagnosis;
  diagnosis.cause = rules::Cause::psk_missing;
  diagnosis.side = rules::Side::local;
  diagnosis.confidence = rules::Confidence::confirmed;
  diagnosis.count = 3;
  diagnosis.first_line = 4;
  diagnosis.last_line = 31;
  diagnosis.evidence = {{4, "racoon: ERROR: couldn't find the pskey for 198.51.100.7."}};
  diagnosis.summary = "There is no pre-shared key for branch-lyon.";
  diagnosis.explanation = "No line of the key file begins with the address of the peer.";
  diagnosis.checks = {"Add a line with the address and the key to psk.txt.", "Keep its mode at 0600."};
  return diagnosis;
}

inline engine::TunnelView a_failed_tunnel() {
  engine::TunnelView tunnel;
  tunnel.gateway = "edge-1";
  tunnel.peer = "198.51.100.7";
  tunnel.name = "branch-lyon";
  tunnel.dialect = "racoon";
  tunnel.state = tunnel::State::failed;
  tunnel.since = ten_o_clock;
  tunnel.diagnoses = {a_missing_key()};
  tunnel.timeline = {{3, ten_o_clock, rules::EventKind::phase1_started, tunnel::State::negotiating, "begin"},
                     {4, std::nullopt, rules::EventKind::phase1_failed, tunnel::State::failed, "no key"}};
  return tunnel;
}

inline engine::TunnelView a_tunnel_that_stands() {
  engine::TunnelView tunnel;
  tunnel.gateway = "edge-1";
  tunnel.peer = tunnel.name = "203.0.113.9";
  tunnel.dialect = "racoon";
  tunnel.state = tunnel::State::up;
  tunnel.phase1 = tunnel::State::up;
  tunnel.children = {{tunnel::State::up, 0x0a04c9f0, std::nullopt, std::nullopt, "10.20.0.0/16"}};
  return tunnel;
}

}  // namespace ikewatch::view
