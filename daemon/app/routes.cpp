// What the daemon answers over HTTP.
#include "daemon.hpp"

#include <ikewatch/view/json.hpp>
#include <ikewatch/view/page.hpp>
#include <ikewatch/view/text.hpp>

namespace ikewatch::app {
namespace {

constexpr const char* json_type = "application/json";
constexpr std::string_view tunnels_path = "/api/v1/tunnels";

http::Response not_found() { return {404, "text/plain; charset=utf-8", "nothing here; / shows what there is\n"}; }

std::vector<engine::TunnelView> whole_tunnels(const engine::Engine& engine) {
  std::vector<engine::TunnelView> tunnels;
  engine.for_each_tunnel([&](const engine::TunnelView& tunnel) { tunnels.push_back(tunnel); });
  return tunnels;
}

std::string tunnels_text(const engine::Engine& engine) {
  std::string text;
  engine.for_each_tunnel([&](const engine::TunnelView& tunnel) { text += view::to_text(tunnel, {}); });
  return text;
}

}  // namespace

http::Response Daemon::answer(const http::Request& request) {
  if (request.path == "/metrics") return {200, "text/plain; version=0.0.4; charset=utf-8", metrics_text()};
  if (request.path == "/-/healthy") return {200, "text/plain; charset=utf-8", "healthy\n"};
  if (request.path == "/-/ready") return {ready_ ? 200U : 503U, "text/plain; charset=utf-8", ready_ ? "ready\n" : "not ready\n"};
  if (request.path == tunnels_path && request.query == "format=text")
    return {200, "text/plain; charset=utf-8", tunnels_text(*engine_)};
  if (request.path == tunnels_path) return {200, json_type, view::to_json(whole_tunnels(*engine_))};
  if (request.path.starts_with(tunnels_path))
    return one_tunnel(request.path.substr(tunnels_path.size()), request.query == "history=1");
  if (request.path == "/api/v1/alerts") return {200, json_type, alarm_->alerts_json()};
  if (request.path == "/api/v1/silences") return {200, json_type, alarm_->silences_json()};
  if (request.path == "/") return {200, "text/html; charset=utf-8", view::status_page(engine_->snapshot(), settings_.gateway)};
  return not_found();
}

/// `/GATEWAY/TUNNEL`, with what changed on it where that is asked for.
http::Response Daemon::one_tunnel(std::string_view path, bool history) {
  if (!path.starts_with('/')) return not_found();
  path.remove_prefix(1);
  const auto slash = path.find('/');
  if (slash == std::string_view::npos) return not_found();
  const auto tunnel = engine_->find(path.substr(0, slash), path.substr(slash + 1));
  if (!tunnel) return {404, json_type, "{\"error\":\"no such tunnel\"}"};
  if (!history) return {200, json_type, view::to_json(*tunnel)};
  tell_changes();
  return {200, json_type,
          view::to_json(*tunnel, keeper_->history({.gateway = tunnel->gateway, .tunnel = tunnel->peer, .since = {}}))};
}

std::string Daemon::metrics_text() {
  metrics::Facts facts;
  facts.sources = keeper_->totals(inputs_->facts());
  facts.store = keeper_->facts();
  facts.process = metrics::process_facts();
  facts.reload = reload_;
  alarm_->tell(facts);
  facts.version = IKEWATCH_VERSION;
  facts.revision = IKEWATCH_REVISION;
  return metrics::exposition(engine_->snapshot(), facts);
}

}  // namespace ikewatch::app
