// The one list of keys, those of sources in source_options.hpp, of alerts in alerting_options.hpp. Whoever adds a key adds it
// here, to settings.hpp and to build.cpp; the tests compare the three.
#include "alerting_options.hpp"
#include "source_options.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace ikewatch::config {
namespace {

constexpr std::uint64_t many = 100'000;

constexpr Option first[] = {
    {.path = "version",
     .kind = Kind::number,
     .required = true,
     .least = 1,
     .most = 1,
     .example = "1",
     .help = "The version of this file's format; 1 is the only one."},
    {.path = "gateway",
     .kind = Kind::name,
     .example = "edge-1",
     .help = "The name of this host as a gateway; without it, its hostname."},
};

constexpr Option rest[] = {
    {.path = "gateways",
     .kind = Kind::list,
     .most = many,
     .example = "[{name: par-rtr1, addresses: [192.0.2.1]}]",
     .help = "Devices that send their log here; others are known by the host name in their lines."},
    {.path = "gateways[]", .kind = Kind::section, .help = "One gateway."},
    {.path = "gateways[].name",
     .kind = Kind::name,
     .required = true,
     .example = "par-rtr1",
     .help = "The name of the gateway in every output."},
    {.path = "gateways[].addresses",
     .kind = Kind::list,
     .most = 256,
     .example = "[192.0.2.1]",
     .help = "The addresses that its syslog comes from."},
    {.path = "gateways[].addresses[]", .kind = Kind::address, .example = "192.0.2.1", .help = "An IPv4 or IPv6 address."},
    {.path = "gateways[].dialect",
     .kind = Kind::dialect,
     .example = "cisco-ios",
     .help = "The log language of the gateway (racoon, cisco-ios, cisco-asa, or that of a rule pack); without it, found out."},
    {.path = "gateways[].timezone",
     .kind = Kind::timezone,
     .example = "Europe/Paris",
     .help = "The time zone of stamps that name none; without it, that of this host."},

    {.path = "tunnels",
     .kind = Kind::list,
     .most = 1'000'000,
     .example = "[{name: branch-lyon, peer: 198.51.100.7}]",
     .help = "The inventory: tunnels that are shown from the first second, up or not."},
    {.path = "tunnels[]", .kind = Kind::section, .help = "One tunnel."},
    {.path = "tunnels[].name",
     .kind = Kind::name,
     .required = true,
     .example = "branch-lyon",
     .help = "The name of the tunnel in every output, unique on its gateway."},
    {.path = "tunnels[].gateway",
     .kind = Kind::name,
     .example = "par-rtr1",
     .help = "The gateway whose tunnel it is; without it, this host."},
    {.path = "tunnels[].peer",
     .kind = Kind::address,
     .required = true,
     .example = "198.51.100.7",
     .help = "The address of the far IKE end as the gateway sees it, without port."},
    {.path = "tunnels[].mode",
     .kind = Kind::choice,
     .fallback = "always_on",
     .choices = modes,
     .example = "on_demand",
     .help = "Whether the tunnel should always be up, or only while there is traffic for it."},

    {.path = "rules", .kind = Kind::section, .help = "Rule packs of your own."},
    {.path = "rules.packs",
     .kind = Kind::list,
     .most = 256,
     .example = "[/etc/ikewatch/rules.d]",
     .help = "Files, or directories of *.yaml files, that are read beside the packs that ship."},
    {.path = "rules.packs[]", .kind = Kind::path, .example = "/etc/ikewatch/rules.d", .help = "A file or directory."},
};

constexpr Option last[] = {
    {.path = "http", .kind = Kind::section, .help = "The status page, the API and the metrics."},
    {.path = "http.listen",
     .kind = Kind::socket_address,
     .fallback = "127.0.0.1:10097",
     .example = "127.0.0.1:10097",
     .help = "The address and port; there is no log-in, so keep it on this host or behind a proxy."},
    {.path = "http.token_file",
     .kind = Kind::path,
     .example = "/run/credentials/ikewatch.service/http-token",
     .help = "A file with the token that whoever sets or ends a silence over HTTP has to show; without it, nobody can."},

    {.path = "dbus", .kind = Kind::section, .help = "The interface for programs and commands on this host."},
    {.path = "dbus.enabled",
     .kind = Kind::boolean,
     .fallback = "true",
     .example = "false",
     .help = "Whether the system bus is used: for `ikewatch status` and `ikewatch silence`, and to hear of units of systemd."},
    {.path = "dbus.group",
     .kind = Kind::name,
     .fallback = "ikewatch",
     .example = "netadmin",
     .help = "The group whose members may set silences and reload, as root may; everybody may read."},

    {.path = "state", .kind = Kind::section, .help = "What outlives a restart."},
    {.path = "state.directory",
     .kind = Kind::path,
     .fallback = "/var/lib/ikewatch",
     .example = "/var/lib/ikewatch",
     .help = "Where reading positions, tunnels and pending notifications are kept."},
    {.path = "state.history",
     .kind = Kind::duration,
     .fallback = "30d",
     .least = 60'000,
     .most = 3650 * days,
     .example = "30d",
     .help = "How long changes of tunnels and their causes are kept, at most the last 1000000 of them."},

    {.path = "log", .kind = Kind::section, .help = "What the daemon tells of itself, in the journal or on standard error."},
    {.path = "log.level",
     .kind = Kind::choice,
     .fallback = "info",
     .choices = log_levels,
     .example = "notice",
     .help = "What is less urgent than this is not told: error, warning, notice, info or debug."},

    {.path = "limits",
     .kind = Kind::section,
     .help = "Bounds on what strangers can make the program hold; what exceeds them is counted."},
    {.path = "limits.tunnels",
     .kind = Kind::number,
     .fallback = "10000",
     .least = 1,
     .most = 1'000'000,
     .example = "10000",
     .help = "Tunnels known at a time, the inventory included."},
    {.path = "limits.line",
     .kind = Kind::size,
     .fallback = "8KiB",
     .least = 512,
     .most = mib,
     .example = "8KiB",
     .help = "The length of a line; the rest is cut off."},
    {.path = "limits.connections",
     .kind = Kind::number,
     .fallback = "1024",
     .least = 1,
     .most = 65'536,
     .example = "1024",
     .help = "Connections open at a time, for each TCP source."},
    {.path = "limits.timeline",
     .kind = Kind::number,
     .fallback = "256",
     .least = 1,
     .most = 65'536,
     .example = "256",
     .help = "Timeline entries kept for each tunnel."},
    {.path = "limits.threads",
     .kind = Kind::number,
     .fallback = "0",
     .most = 256,
     .example = "4",
     .help = "Threads that read and match lines, from the start on; 0 is as many as there are cores."},
};

constexpr auto table = [] {
  std::array<Option,
             std::size(first) + std::size(source_options) + std::size(rest) + std::size(alerting_options) + std::size(last)>
      all{};
  auto* end = std::copy(std::begin(first), std::end(first), all.begin());
  end = std::copy(std::begin(source_options), std::end(source_options), end);
  end = std::copy(std::begin(rest), std::end(rest), end);
  end = std::copy(std::begin(alerting_options), std::end(alerting_options), end);
  std::copy(std::begin(last), std::end(last), end);
  return all;
}();

}  // namespace

std::span<const Option> option_table() { return table; }

}  // namespace ikewatch::config
