// What the daemon answers over HTTP.
#include "daemon.hpp"

#include "log.hpp"

#include <ikewatch/view/json.hpp>
#include <ikewatch/view/page.hpp>
#include <ikewatch/view/reading.hpp>
#include <ikewatch/view/text.hpp>

#include <algorithm>

namespace ikewatch::app {
namespace {

constexpr const char* json_type = "application/json";
constexpr std::string_view tunnels_path = "/api/v1/tunnels";
constexpr std::string_view silences_path = "/api/v1/silences";

http::Response not_found() { return {404, "text/plain; charset=utf-8", "nothing here; / shows what there is\n"}; }

http::Response error(unsigned status, std::string_view what) { return {status, json_type, view::to_json("error", what)}; }

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
  tell_changes();  // alerts and history in an answer belong to the tunnels in it
  if (request.method != http::Method::get) return change(request);
  if (request.path == "/metrics") return {200, "text/plain; version=0.0.4; charset=utf-8", metrics_text()};
  if (request.path == "/-/healthy") return {200, "text/plain; charset=utf-8", "healthy\n"};
  if (request.path == "/-/ready") return {ready_ ? 200U : 503U, "text/plain; charset=utf-8", ready_ ? "ready\n" : "not ready\n"};
  if (request.path == tunnels_path && request.query == "format=text")
    return {200, "text/plain; charset=utf-8", tunnels_text(*engine_)};
  if (request.path == tunnels_path) return {200, json_type, view::to_json(whole_tunnels(*engine_))};
  if (request.path.starts_with(tunnels_path))
    return one_tunnel(request.path.substr(tunnels_path.size()), request.query == "history=1");
  if (request.path == "/api/v1/alerts") return {200, json_type, alarm_->alerts_json()};
  if (request.path == "/api/v1/stream") return {200, "text/event-stream", "retry: 2000\n\n", {}, true};
  if (request.path == silences_path) return {200, json_type, alarm_->silences_json()};
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
  const auto changes = keeper_->history({.gateway = tunnel->gateway, .tunnel = tunnel->peer, .since = {}});
  if (changes) return {200, json_type, view::to_json(*tunnel, *changes)};
  auto refusal = error(503, changes.error().what);
  refusal.fields = {{"Retry-After", "1"}};
  return refusal;
}

void Daemon::load_token() {
  if (const auto loaded = token_.load(settings_.http.token_file); !loaded)
    log(Level::error, to_string(loaded.error()) + "; nothing can be changed over HTTP before the next reload");
}

/// Only silences can be changed, and only by whoever has the token.
http::Response Daemon::change(const http::Request& request) {
  const bool one = request.path.starts_with(silences_path) && request.path.substr(silences_path.size()).starts_with('/');
  if (request.path != silences_path && !one)
    return {405, "text/plain; charset=utf-8", "only GET and HEAD are answered here\n", {{"Allow", "GET, HEAD"}}};
  if (one != (request.method == http::Method::remove)) {
    return {405,
            json_type,
            view::to_json("error", "POST sets a silence, DELETE ends the one in the path"),
            {{"Allow", one ? "DELETE" : "GET, HEAD, POST"}}};
  }
  const auto verdict = token_.check(request.authorization);
  if (verdict == Token::Verdict::none)
    return error(403, "no token is configured; write http: {token_file: FILE}, with a token in that file, and reload");
  if (verdict == Token::Verdict::bad) {
    auto refusal = error(401, "this needs the token of http.token_file: Authorization: Bearer TOKEN");
    refusal.fields = {{"WWW-Authenticate", "Bearer"}};
    return refusal;
  }
  if (!one) return begin_silence(request.body);
  if (!alarm_->end_silence(request.path.substr(silences_path.size() + 1))) return error(404, "no silence has this id");
  return {204, json_type, {}};
}

http::Response Daemon::begin_silence(std::string_view body) {
  auto silence = view::silence_request(body, std::chrono::time_point_cast<WallTime::duration>(std::chrono::system_clock::now()));
  if (!silence) return error(400, silence.error().what);
  if (!knows(silence->scope)) return error(404, "no tunnel has this name or peer; * stands for any text");
  silence->who = "HTTP";
  const auto id = alarm_->silence(std::move(*silence));
  return id ? http::Response{201, json_type, view::to_json("id", *id)} : error(400, id.error().what);
}

/// A typing error would silence nothing and look as if it did.
bool Daemon::knows(const alert::Scope& scope) const {
  const auto is_known = [this](const std::string& name) {
    bool found = name.find('*') != std::string::npos;
    if (!found) {
      engine_->for_each_tunnel([&](const engine::TunnelView& view) { found = found || view.name == name || view.peer == name; });
    }
    return found;
  };
  return std::all_of(scope.tunnel.begin(), scope.tunnel.end(), is_known);
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
