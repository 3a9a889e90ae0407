#include <ikewatch/view/page.hpp>

#include <algorithm>

namespace ikewatch::view {
namespace {

constexpr std::string_view head = R"(<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="10">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>ikewatch</title><style>
:root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.4rem .8rem .4rem 0;border-bottom:1px solid #8884;vertical-align:top}
.s{font-weight:600;padding:.1rem .5rem;border-radius:.3rem;white-space:nowrap}
.up{background:#1a7f3733}.failed,.down{background:#cf222e33}.negotiating,.phase1_up{background:#bf870033}.idle,.unknown{background:#8883}
small{opacity:.75}</style></head><body><h1>ikewatch</h1>
)";

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string row(const engine::TunnelView& tunnel) {
  const std::string state(tunnel::name_of(tunnel.state));
  std::string out = "<tr><td>" + escaped(tunnel.name) + "<br><small>" + escaped(tunnel.peer) + " at " + escaped(tunnel.gateway) +
                    "</small></td>";
  out += "<td><span class=\"s " + state + "\">" + state + "</span>" + (tunnel.flapping ? " flapping" : "");
  if (tunnel.since) out += "<br><small>since " + to_iso8601(*tunnel.since) + "</small>";
  out += "</td><td>";
  if (!tunnel.diagnoses.empty() && !tunnel.diagnoses.front().resolved) {
    const auto& diagnosis = tunnel.diagnoses.front();
    out += "<b>" + std::string(rules::name_of(diagnosis.cause)) + "</b> <small>" +
           std::string(rules::name_of(diagnosis.confidence)) + "</small><br>";
    out += escaped(diagnosis.summary);
  }
  return out += "</td></tr>\n";
}

/// What needs attention stands on top.
int urgency(tunnel::State state) {
  switch (state) {
    case tunnel::State::failed:
    case tunnel::State::down:
      return 0;
    case tunnel::State::negotiating:
    case tunnel::State::phase1_up:
      return 1;
    case tunnel::State::unknown:
      return 2;
    default:
      return 3;
  }
}

}  // namespace

std::string status_page(const engine::Snapshot& snapshot, std::string_view gateway) {
  std::vector<const engine::TunnelView*> order;
  for (const auto& tunnel : snapshot.tunnels) order.push_back(&tunnel);
  std::stable_sort(order.begin(), order.end(),
                   [](const auto* a, const auto* b) { return urgency(a->state) < urgency(b->state); });
  std::string out(head);
  out += "<p>" + std::to_string(order.size()) + " tunnels known to " + escaped(gateway) + ". ";
  out += "<a href=\"/metrics\">metrics</a> &middot; <a href=\"/api/v1/tunnels\">JSON</a></p>\n";
  out += "<table><thead><tr><th>Tunnel</th><th>State</th><th>Cause</th></tr></thead><tbody>\n";
  for (const auto* tunnel : order) out += row(*tunnel);
  return out += "</tbody></table></body></html>\n";
}

}  // namespace ikewatch::view
