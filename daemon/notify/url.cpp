#include <ikewatch/base/text.hpp>
#include <ikewatch/notify/receiver.hpp>

#include <algorithm>

namespace ikewatch::notify {
namespace {

/// Visible ASCII: what may stand in a request line as it is (RFC 9112 section 3).
bool is_plain(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
}

bool is_host(std::string_view host, bool v6) {
  const auto allowed = [v6](char c) {
    return v6 ? is_hex(c) || c == ':' || c == '.' : is_alnum(c) || c == '-' || c == '.' || c == '_';
  };
  return !host.empty() && host.size() <= 255 && std::ranges::all_of(host, allowed);
}

}  // namespace

std::optional<Url> Url::parse(std::string_view text) {
  Url url;
  text = trim(text);
  if (text.size() > 4096 || !is_plain(text)) return std::nullopt;
  url.tls = consume(text, "https://");
  if (!url.tls && !consume(text, "http://")) return std::nullopt;
  text = text.substr(0, text.find('#'));
  const auto end = std::min(text.find_first_of("/?"), text.size());
  const std::string_view authority = text.substr(0, end);
  url.target = text.substr(end);
  if (!url.target.starts_with('/')) url.target.insert(0, "/");
  if (authority.find('@') != std::string_view::npos) return std::nullopt;
  const bool v6 = authority.starts_with('[');
  const auto host_end = v6 ? authority.find(']') : std::min(authority.find(':'), authority.size());
  if (host_end == std::string_view::npos) return std::nullopt;
  url.host = authority.substr(v6 ? 1 : 0, host_end - (v6 ? 1 : 0));
  auto rest = authority.substr(host_end + (v6 ? 1 : 0));
  url.port = url.tls ? "443" : "80";
  if (consume(rest, ":") && !rest.empty()) {
    const auto port = to_number<std::uint16_t>(rest);
    if (!port || *port == 0) return std::nullopt;
    url.port = std::to_string(*port);
    rest = {};
  }
  if (!rest.empty() || !is_host(url.host, v6)) return std::nullopt;
  url.authority = authority;
  return url;
}

}  // namespace ikewatch::notify
