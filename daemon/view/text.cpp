#include <ikewatch/view/text.hpp>

#include "paint.hpp"

#include <ikewatch/base/text.hpp>

#include <algorithm>

namespace ikewatch::view {

using tunnel::State;

std::string painted(std::string_view text, std::string_view style, const TextOptions& options) {
  return view::painted(text, style, options.colour);
}

std::string_view style_of(State state) {
  switch (state) {
    case State::up:
      return green;
    case State::failed:
    case State::down:
      return red;
    case State::negotiating:
    case State::phase1_up:
      return yellow;
    default:
      return dim;
  }
}

namespace {

std::string_view word_for(State state) {
  switch (state) {
    case State::up:
      return "UP";
    case State::failed:
      return "FAILED";
    case State::down:
      return "DOWN";
    case State::negotiating:
      return "NEGOTIATING";
    case State::phase1_up:
      return "PHASE 1 UP, NO CHILD SA";
    case State::idle:
      return "IDLE";
    case State::unknown:
      return "UNKNOWN";
  }
  return "";
}

std::string_view words_for(rules::Side side) {
  switch (side) {
    case rules::Side::local:
      return "act at this end";
    case rules::Side::remote:
      return "act at the peer";
    case rules::Side::both:
      return "compare both ends";
    case rules::Side::path:
      return "look at the path between";
    case rules::Side::unknown:
      return "which end must act is not in this log";
  }
  return "";
}

std::string headline(const engine::TunnelView& tunnel, const TextOptions& options) {
  std::string out = painted(tunnel.name, bold, options);
  if (tunnel.name != tunnel.peer) out += " (" + tunnel.peer + ")";
  if (!tunnel.gateway.empty()) out += " at " + tunnel.gateway;
  if (!tunnel.dialect.empty()) out += ", " + tunnel.dialect;
  out += ": " + painted(word_for(tunnel.state), style_of(tunnel.state), options);
  if (tunnel.flapping) out += painted(", flapping", yellow, options);
  if (tunnel.since) out += " since " + to_iso8601(*tunnel.since);
  return out += '\n';
}

std::string cause_line(const engine::DiagnosisView& diagnosis, bool root, const TextOptions& options) {
  const std::string_view kind = diagnosis.resolved ? "Was" : root ? "Cause" : "Also";
  std::string out =
      "  " + std::string(kind) + ": " + painted(rules::name_of(diagnosis.cause), diagnosis.resolved ? dim : red, options);
  out += " (" + std::string(rules::name_of(diagnosis.confidence)) + ", " + std::string(words_for(diagnosis.side));
  if (diagnosis.count > 1) out += ", " + std::to_string(diagnosis.count) + " lines";
  return out += ")\n";
}

std::string evidence_lines(const engine::DiagnosisView& diagnosis, const TextOptions& options) {
  std::string out = "    Evidence:\n";
  for (const auto& evidence : diagnosis.evidence) {
    std::string where = evidence.line != 0 ? std::to_string(evidence.line) : std::string("-");
    where.insert(0, where.size() < 8 ? 8 - where.size() : 0, ' ');
    out += painted(where, dim, options) + "  " + evidence.text + '\n';
  }
  return out;
}

std::string diagnosis_text(const engine::DiagnosisView& diagnosis, bool root, const TextOptions& options) {
  std::string out = cause_line(diagnosis, root, options);
  out += wrapped(diagnosis.summary, "    ", options.width);
  if (diagnosis.resolved) return out;
  out += evidence_lines(diagnosis, options);
  if (!root) return out;
  out += "    Why:\n" + wrapped(diagnosis.explanation, "      ", options.width);
  if (diagnosis.checks.empty()) return out;
  out += "    Check:\n";
  for (const std::string& check : diagnosis.checks) out += wrapped(check, "        ", options.width, "      - ");
  return out;
}

std::string padded(std::string_view text, std::size_t width) {
  std::string out(text);
  out.append(out.size() < width ? width - out.size() : 1, ' ');
  return out;
}

std::string timeline_text(const engine::TunnelView& tunnel, const TextOptions& options) {
  if (tunnel.timeline.empty()) return {};
  const std::size_t shown = options.timeline == 0 ? tunnel.timeline.size() : std::min(options.timeline, tunnel.timeline.size());
  std::string out = "  Timeline";
  if (shown < tunnel.timeline.size())
    out += " (the last " + std::to_string(shown) + ", " + std::string(options.for_more) + " for every one)";
  out += ":\n";
  for (std::size_t i = tunnel.timeline.size() - shown; i < tunnel.timeline.size(); ++i) {
    const auto& entry = tunnel.timeline[i];
    out += "    " + padded(entry.time ? to_iso8601(*entry.time) : std::string("line ") + std::to_string(entry.line), 27);
    out += padded(rules::name_of(entry.event), 20) + painted(tunnel::name_of(entry.state), style_of(entry.state), options) + '\n';
  }
  return out;
}

}  // namespace

std::string to_text(const engine::TunnelView& tunnel, const TextOptions& options) {
  std::string out = headline(tunnel, options);
  bool root = true;
  for (const auto& diagnosis : tunnel.diagnoses) {
    out += diagnosis_text(diagnosis, root, options);
    root = false;
  }
  return out + timeline_text(tunnel, options) + '\n';
}

std::string to_text(const std::vector<engine::DiagnosisView>& unattributed, const TextOptions& options) {
  if (unattributed.empty()) return {};
  std::string out = painted("Of no single tunnel", bold, options) + ":\n";
  bool root = true;
  for (const auto& diagnosis : unattributed) {
    out += diagnosis_text(diagnosis, root, options);
    root = false;
  }
  return out + '\n';
}

bool doctor_may_see(const engine::TunnelView& tunnel) {
  using rules::Cause;
  using rules::Side;
  constexpr Cause seen[] = {Cause::psk_missing,       Cause::psk_mismatch,   Cause::proxy_id_mismatch, Cause::policy_missing,
                            Cause::id_mismatch,       Cause::cert_untrusted, Cause::cert_expired,      Cause::cert_revoked,
                            Cause::cert_missing,      Cause::cert_identity,  Cause::clock_skew,        Cause::config_error,
                            Cause::resource_or_kernel};
  if (tunnel.dialect != "racoon") return false;
  return std::any_of(tunnel.diagnoses.begin(), tunnel.diagnoses.end(), [&](const engine::DiagnosisView& diagnosis) {
    const bool here = diagnosis.side == Side::local || diagnosis.side == Side::both;
    return here && !diagnosis.resolved && std::find(std::begin(seen), std::end(seen), diagnosis.cause) != std::end(seen);
  });
}

std::string to_text(const LineCounts& lines, const std::vector<std::size_t>& tunnels_by_state, const TextOptions& options) {
  std::string out;
  std::size_t all = 0;
  for (std::size_t state = 0; state < tunnels_by_state.size(); ++state) {
    if (tunnels_by_state[state] == 0) continue;
    all += tunnels_by_state[state];
    if (!out.empty()) out += ", ";
    const auto name = tunnel::name_of(static_cast<State>(state));
    out += std::to_string(tunnels_by_state[state]) + ' ' + painted(name, style_of(static_cast<State>(state)), options);
  }
  std::string head = std::to_string(all) + (all == 1 ? " tunnel" : " tunnels");
  if (!out.empty()) head += ": " + out;
  head += ". " + std::to_string(lines.total) + " lines, " + std::to_string(lines.vpn) + " of IKE daemons";
  if (lines.unmatched() != 0) head += ", " + std::to_string(lines.unmatched()) + " of them not known to any rule";
  return head + ".\n";
}

}  // namespace ikewatch::view
