#include "cross_check.hpp"

#include "check_alerting.hpp"
#include "entries.hpp"

#include <ikewatch/base/text.hpp>

#include <algorithm>
#include <array>
#include <span>
#include <unordered_map>
#include <unordered_set>

namespace ikewatch::config {
namespace {

using yaml::Mark;
using yaml::Node;
using yaml::quote;
using yaml::Report;

/// Reports a text that was seen before; empty texts are passed over.
class Unique {
 public:
  Unique(std::string what, std::string remedy, Report& report)
      : what_(std::move(what)), remedy_(std::move(remedy)), report_(report) {}

  void add(const std::string& identity, std::string_view shown, Mark at) {
    if (shown.empty()) return;
    const auto [earlier, fresh] = lines_.emplace(identity, at.line);
    if (fresh) return;
    report_.add(at, what_ + " " + quote(shown) + " stands already on line " + std::to_string(earlier->second) + "; " + remedy_);
  }

 private:
  std::string what_;
  std::string remedy_;
  Report& report_;
  std::unordered_map<std::string, std::uint32_t> lines_;
};

template <class List>
void check_names(const List& list, const Node& root, std::string_view key, std::string_view what, Report& report) {
  const Entries entries(root, key);
  Unique names("the name of the " + std::string(what), "choose another name", report);
  for (std::size_t i = 0; i < entries.size(); ++i) names.add(list[i].name, list[i].name, entries.at(i, "name"));
}

// --- sources
// ---------------------------------------------------------------------------------------------------------------------

/// A place where something listens, and the line that says so.
struct Listener {
  bool udp = false;
  SocketAddress where;
  std::uint32_t line = 0;
};

bool collide(const Listener& a, const Listener& b) {
  if (a.udp != b.udp || a.where.port != b.where.port || a.where.address.is_v4() != b.where.address.is_v4()) return false;
  return a.where.address == b.where.address || a.where.address.is_unspecified() || b.where.address.is_unspecified();
}

class Listeners {
 public:
  explicit Listeners(Report& report) : report_(report) {}

  void add(const Listener& listener, std::string_view shown, Mark at) {
    const auto earlier = std::ranges::find_if(known_, [&](const Listener& l) { return collide(l, listener); });
    if (earlier == known_.end()) return known_.push_back(listener);
    const auto place =
        earlier->line == 0 ? std::string("what the default of http.listen") : "what line " + std::to_string(earlier->line);
    report_.add(at, quote(shown) + " takes " + place + " already listens on; choose another address or port");
  }

 private:
  Report& report_;
  std::vector<Listener> known_;
};

void check_http(const Settings& settings, const Node& root, Listeners& listeners) {
  const auto* http = root.find("http");
  const auto* listen = http == nullptr ? nullptr : http->find("listen");
  listeners.add({false, settings.http.listen, listen == nullptr ? 0 : listen->at.line}, "http.listen", {});
}

void check_listen(const Source& source, Mark at, Listeners& listeners, Unique& local) {
  const auto& listen = source.listen;
  if (listen.scheme == Scheme::unix_socket || listen.scheme == Scheme::fd) {
    const auto shown = to_string(listen);
    return local.add(shown, shown, at);
  }
  if (listen.port == 0) return;  // not readable
  listeners.add({listen.scheme == Scheme::udp, {listen.address, listen.port}, at.line}, to_string(listen), at);
}

void check_clients(const Node& tls, Report& report) {
  const auto* auth = tls.find("client_auth");
  const auto* names = tls.find("allowed_names");
  const bool open = auth != nullptr && auth->text == "optional";
  if (tls.find("client_ca") == nullptr) {
    for (const auto* key : {auth, names}) {
      if (key != nullptr)
        report.add(key->key_at, quote(key->key) + " says nothing without client_ca; add client_ca or delete it");
    }
  } else if (open && names != nullptr) {
    report.add(names->key_at, "whoever shows no certificate needs no allowed name; write `client_auth: required` or delete it");
  }
}

void check_tls(const Source& source, std::size_t index, const Entries& entries, Report& report) {
  const bool wanted = source.listen.scheme == Scheme::tls;
  const bool possible = wanted || source.listen.scheme == Scheme::fd;
  if (wanted && !source.tls) {
    report.add(entries.at(index, "listen"),
               "tls:// needs a certificate; add `tls: {certificate: /path/server.pem, key: /path/server.key}`");
  }
  const auto* section = entries.find(index, "tls");
  if (section == nullptr || !source.tls) return;
  check_clients(*section, report);
  if (!possible && source.listen != Endpoint{})
    report.add(section->key_at, "tls is for tls:// and fd: endpoints only; delete it, or listen on tls://");
}

/// Keys that only some endpoints know.
void check_endpoint_keys(const Source& source, std::size_t index, const Entries& entries, Report& report) {
  const auto scheme = source.listen.scheme;
  const bool is_unix = scheme == Scheme::unix_socket;
  const bool local_stream = is_unix && source.socket == SocketKind::stream;
  const bool network_stream = scheme == Scheme::tcp || scheme == Scheme::tls || scheme == Scheme::fd;
  const auto refuse = [&](std::string_view key, bool known, std::string_view what) {
    const auto* found = entries.find(index, key);
    if (found != nullptr && !known && source.listen != Endpoint{}) report.add(found->key_at, quote(key) + std::string(what));
  };
  refuse("socket", is_unix, " is for unix:// endpoints only; delete it");
  refuse("idle_timeout", network_stream || local_stream, " is for connections, and this endpoint has none; delete it");
  refuse("max_connections_per_address", network_stream,
         " is for connections from addresses, and this endpoint has none; delete it");
}

void check_sources(const Settings& settings, const Node& root, Report& report) {
  const Entries entries(root, "sources");
  Listeners listeners(report);
  Unique local("the endpoint", "delete one of the two sources", report);
  Unique files("the file", "its lines would count twice, delete one of the two sources", report);
  check_http(settings, root, listeners);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto& source = settings.sources[i];
    if (source.type == SourceType::syslog) {
      check_listen(source, entries.at(i, "listen"), listeners, local);
      check_tls(source, i, entries, report);
      check_endpoint_keys(source, i, entries, report);
    }
    if (source.type == SourceType::file) files.add(source.path, source.path, entries.at(i, "path"));
    if (source.type == SourceType::journald && !source.directory.empty() && !source.name_space.empty()) {
      report.add(entries.at(i, "namespace"), "a journal directory has no namespaces; delete namespace or directory");
    }
  }
}

// --- gateways and tunnels
// --------------------------------------------------------------------------------------------------------

void check_addresses(const Settings& settings, const Node& root, Report& report) {
  const Entries entries(root, "gateways");
  Unique addresses("the gateway address", "one address is one gateway, delete one of the two", report);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto* list = entries.find(i, "addresses");
    for (std::size_t k = 0; k < settings.gateways[i].addresses.size(); ++k) {
      const auto& address = settings.gateways[i].addresses[k];
      if (address == Address{}) continue;  // not readable
      const auto text = address.to_string();
      addresses.add(text, text, list->children[k].at);
    }
  }
}

void check_peer(const Tunnel& tunnel, Mark at, Report& report) {
  if (tunnel.peer == Address{}) return;  // not readable
  if (tunnel.peer.is_unspecified() || tunnel.peer.is_loopback()) {
    report.add(at, quote(tunnel.peer.to_string()) + " is no peer; write the address of the far end");
  }
}

void check_label(const Tunnel& tunnel, Mark at, Report& report) {
  const auto address = Address::parse(tunnel.name);
  if (!address || *address == tunnel.peer || tunnel.peer == Address{}) return;
  report.add(at, "the name " + quote(tunnel.name) + " is an address but not that of the peer; choose another name");
}

void check_tunnels(const Settings& settings, const Node& root, std::string_view own, Report& report) {
  const Entries entries(root, "tunnels");
  const auto gateways = names_of(settings.gateways);
  Unique names("the name of the tunnel", "choose another name", report);
  Unique peers("a tunnel of the same gateway to", "a gateway has one tunnel to a peer, delete one of the two", report);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto& tunnel = settings.tunnels[i];
    const std::string gateway = tunnel.gateway.empty() ? std::string(own) : tunnel.gateway;
    names.add(gateway + '\n' + tunnel.name, tunnel.name, entries.at(i, "name"));
    if (tunnel.peer != Address{})
      peers.add(gateway + '\n' + tunnel.peer.to_string(), tunnel.peer.to_string(), entries.at(i, "peer"));
    check_peer(tunnel, entries.at(i, "peer"), report);
    check_label(tunnel, entries.at(i, "name"), report);
    const bool unknown = !gateways.empty() && !gateway.empty() && gateway != own && !gateways.contains(gateway);
    if (!unknown) continue;
    report.add(entries.at(i, "gateway"),
               "no gateway is called " + quote(gateway) + "; " + remedy_for(gateway, settings.gateways, "gateways") +
                   " (or write `gateway: " + to_printable(gateway) + "` at the top if it is this host)");
  }
}

void check_inventory_size(const Settings& settings, const Node& root, Report& report) {
  if (settings.tunnels.size() <= settings.limits.tunnels) return;
  const auto* tunnels = root.find("tunnels");
  report.add(tunnels->key_at, std::to_string(settings.tunnels.size()) + " tunnels, but limits.tunnels is " +
                                  std::to_string(settings.limits.tunnels) + "; raise the limit");
}

}  // namespace

void cross_check(const Settings& settings, const Node& root, std::string_view own_gateway, Report& report) {
  check_names(settings.sources, root, "sources", "source", report);
  check_names(settings.gateways, root, "gateways", "gateway", report);
  check_names(settings.alerts, root, "alerts", "alert", report);
  check_names(settings.maintenance, root, "maintenance", "window", report);
  check_names(settings.receivers, root, "receivers", "receiver", report);
  check_sources(settings, root, report);
  check_addresses(settings, root, report);
  check_tunnels(settings, root, own_gateway, report);
  check_inventory_size(settings, root, report);
  check_alerting(settings, root, own_gateway, report);
}

}  // namespace ikewatch::config
