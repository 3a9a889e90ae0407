// The configuration as values, with every default. Role: config -> app, which hands each room its own part. Ownership: plain
// structs, self-contained. Threads: no shared state; read once, then shared as const.
#pragma once

#include <ikewatch/alert/rule.hpp>
#include <ikewatch/alert/silence.hpp>
#include <ikewatch/base/address.hpp>
#include <ikewatch/base/result.hpp>
#include <ikewatch/engine/engine.hpp>
#include <ikewatch/rules/vocabulary.hpp>
#include <ikewatch/tunnel/state.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ikewatch::config {

using Duration = std::chrono::milliseconds;

/// A file longer than this is refused unread.
inline constexpr std::size_t max_file_bytes = 1024 * 1024;

enum class Scheme : std::uint8_t { udp, tcp, tls, unix_socket, fd };

/// Where syslog is received: `udp://192.0.2.1:514`, `tcp://[2001:db8::1]:514`, `tls://...`, `unix:///run/x.sock`, `fd:NAME`.
struct Endpoint {
  Scheme scheme = Scheme::udp;
  Address address;         // udp, tcp, tls
  std::uint16_t port = 0;  // udp, tcp, tls; never 0 there
  std::string path;        // unix_socket: absolute, at most 107 bytes (sun_path of unix(7))
  std::string name;        // fd: FileDescriptorName= of the systemd socket unit

  bool operator==(const Endpoint&) const = default;
};

/// The form that parse accepts, for messages and logs.
std::string to_string(const Endpoint& endpoint);

/// An address with a port, both given: `127.0.0.1:10097`, `[::1]:10097`.
struct SocketAddress {
  Address address;
  std::uint16_t port = 0;

  bool operator==(const SocketAddress&) const = default;
};

enum class SourceType : std::uint8_t { journald, syslog, file };

/// Where a value stands in the file. A value that moved is no other value, so all are equal.
struct Spot {
  std::uint32_t line = 0;
  std::uint32_t column = 0;

  bool operator==(const Spot& /*other*/) const { return true; }
};

enum class ClientAuth : std::uint8_t { optional, required };
enum class TlsVersion : std::uint8_t { tls12, tls13 };

struct Tls {
  std::string certificate{};  // PEM file, absolute path
  std::string key{};          // PEM file, absolute path
  std::string client_ca{};    // PEM file; empty: clients are asked for no certificate
  ClientAuth client_auth = ClientAuth::required;
  std::vector<std::string> allowed_names{};  // host names, `*.` for the first label, or IP addresses; empty: all of client_ca
  TlsVersion minimum = TlsVersion::tls12;
  Duration handshake_timeout{10'000};
  Spot certificate_at{}, key_at{}, client_ca_at{};

  bool operator==(const Tls&) const = default;
};

enum class SocketKind : std::uint8_t { datagram, stream };

/// One place where lines come from. Only the members of its type have a meaning.
struct Source {
  std::string name;
  SourceType type = SourceType::journald;
  std::vector<std::string> units;                     // journald: entries of any of these units, or of any of the identifiers
  std::vector<std::string> identifiers;               // journald; both empty: the whole journal
  std::string name_space;                             // journald: empty is the default one
  std::string directory;                              // journald: empty is the journal of this host
  Endpoint listen;                                    // syslog
  std::size_t receive_buffer = std::size_t{8} << 20;  // syslog, bytes asked of the kernel
  SocketKind socket = SocketKind::datagram;           // syslog over unix://
  std::size_t max_connections_per_address = 256;      // syslog over tcp://, tls://, fd:
  Duration idle_timeout{86'400'000};                  // syslog over connections; 0: never
  std::optional<Tls> tls;                             // syslog over tls://, or fd:
  std::string path;                                   // file, or a glob(7) pattern

  bool operator==(const Source&) const = default;
};

/// What is watched when the file has no `sources`: the racoon of this host, through its journal.
std::vector<Source> default_sources();

struct Gateway {
  std::string name;
  std::vector<Address> addresses;  // where its syslog comes from; empty: known by the host name in its lines
  std::string dialect;             // empty: found out from its lines
  std::string timezone;            // IANA name; empty: the zone of this host

  bool operator==(const Gateway&) const = default;
};

enum class Mode : std::uint8_t { always_on, on_demand };

struct Tunnel {
  std::string name;
  std::string gateway;  // empty: this host
  Address peer;
  Mode mode = Mode::always_on;

  bool operator==(const Tunnel&) const = default;
};

enum class Severity : std::uint8_t { critical, error, warning, info };

/// All conditions that are given must hold; a list holds when one of its values does.
struct When {
  std::vector<tunnel::State> state;
  std::vector<rules::Cause> cause;   // of the root diagnosis
  std::vector<std::string> tunnel;   // names or peers; `*` stands for any text
  std::vector<std::string> gateway;  // names; `*` stands for any text
  std::optional<bool> flapping;
  std::optional<int> phase;        // 1 or 2: where the last negotiation failed
  std::optional<Duration> silent;  // no line about the tunnel, or from the source, for this long
  std::optional<Mode> mode;        // of the inventory
  // Of sources, not of tunnels:
  std::vector<std::string> source;     // names; `*` stands for any text
  std::optional<bool> up;              // it can be read
  std::optional<bool> gap;             // it lost lines a short while ago
  std::vector<alert::Trouble> daemon;  // of ikewatch itself, not of tunnels

  bool operator==(const When&) const = default;
};

struct Alert {
  std::string name;
  When when;
  Duration hold{0};         // `for`: the condition must hold this long before it fires
  Duration clear_after{0};  // and be gone this long before it is resolved
  Severity severity = Severity::warning;
  std::map<std::string, std::string> labels;
  std::map<std::string, std::string> annotations;

  bool operator==(const Alert&) const = default;
};

/// A time in which nobody is told, again and again.
struct Maintenance {
  std::string name;
  std::vector<int> days;         // 0 is Sunday; empty: every day
  std::chrono::minutes from{0};  // local time
  std::chrono::minutes to{0};    // not after `from`: of the next day
  std::string timezone;          // IANA name; empty: the zone of this host
  std::vector<std::string> tunnel;
  std::vector<std::string> gateway;
  std::vector<std::string> alert;

  bool operator==(const Maintenance&) const = default;
};

enum class ReceiverType : std::uint8_t { alertmanager, webhook, slack, pagerduty, webhook_template };

/// How a receiver proves who it is, and we to it.
struct ClientTls {
  std::string ca;           // PEM file of the authorities to trust; empty: those of this host
  std::string certificate;  // PEM files, both or none
  std::string key;

  bool operator==(const ClientTls&) const = default;
};

struct Receiver {
  std::string name;
  ReceiverType type = ReceiverType::webhook;
  std::vector<std::string> urls;     // from `url` or `urls`; may be empty for slack (secret_file holds it) and pagerduty
  std::string secret_file;           // absolute path; read at the start and at every reload
  std::string url_file;              // absolute path of a file with the URL, where the URL itself is the secret
  std::string body;                  // template: the body of the request
  std::vector<std::string> headers;  // template: `Name: value`
  std::optional<ClientTls> tls;      // beside the authorities that this host trusts
  Duration timeout{15000};           // for the whole request
  std::vector<std::string> alerts;   // empty: every alert

  bool operator==(const Receiver&) const = default;
};

struct Rules {
  std::vector<std::string> packs;  // files or directories of *.yaml, beside the packs that ship

  bool operator==(const Rules&) const = default;
};

struct Http {
  SocketAddress listen = {*Address::parse("127.0.0.1"), 10097};
  std::string token_file;  // absolute path, read at the start and at every reload; empty: nothing can be changed over HTTP

  bool operator==(const Http&) const = default;
};

struct Dbus {
  bool enabled = true;
  std::string group = "ikewatch";  // its members may change what root may

  bool operator==(const Dbus&) const = default;
};

struct StateStore {
  std::string directory = "/var/lib/ikewatch";
  Duration history = std::chrono::days(30);  // how long changes of tunnels are kept

  bool operator==(const StateStore&) const = default;
};

enum class LogLevel : std::uint8_t { error, warning, notice, info, debug };

/// What the daemon tells of itself.
struct Log {
  LogLevel level = LogLevel::info;

  bool operator==(const Log&) const = default;
};

struct Limits {
  std::size_t tunnels = 10000;     // known at a time, configured ones included
  std::size_t line = 8192;         // bytes; what is longer is cut
  std::size_t connections = 1024;  // open at a time, syslog and HTTP together
  std::size_t timeline = 256;      // entries kept for each tunnel
  std::size_t threads = 0;         // that read and match lines; 0: as many as there are cores

  bool operator==(const Limits&) const = default;
};

struct Settings {
  int version = 1;
  std::string gateway;  // empty: the hostname
  std::vector<Source> sources = default_sources();
  std::vector<Gateway> gateways;
  std::vector<Tunnel> tunnels;
  Rules rules;
  std::vector<Alert> alerts;
  std::vector<Maintenance> maintenance;
  std::vector<Receiver> receivers;
  Http http;
  Dbus dbus;
  StateStore state;
  Log log;
  Limits limits;

  bool operator==(const Settings&) const = default;
};

/// The words of the file for the closed lists.
std::string_view name_of(Scheme scheme);
std::string_view name_of(SourceType type);
std::string_view name_of(Mode mode);
std::string_view name_of(Severity severity);
std::string_view name_of(ReceiverType type);
std::string_view name_of(LogLevel level);

struct ReadSettings {
  std::optional<Settings> settings;  // only when there is no problem
  Problems problems;                 // in the order of the file, at most 100
};

/// Reads a whole configuration file. `name` stands in the problems; nothing is opened. `hostname` is the gateway name of this
/// host where the file sets none: it fills Settings::gateway and is accepted as the gateway of a tunnel.
ReadSettings read_settings(const std::string& name, std::string_view text, std::string_view hostname = {});

/// The part that the alert room needs. `zone_of` gives the zone of a name, nothing where this host does not know it; it is asked
/// with an empty name for the zone of this host.
std::vector<alert::Rule> to_alert_rules(const Settings& settings);
using ZoneOf = std::function<std::optional<alert::Zone>(const std::string& name)>;
std::vector<alert::Window> to_windows(const Settings& settings, const ZoneOf& zone_of);

/// The part that the engine needs. Tunnels and gateways without a gateway name get Settings::gateway: fill that in first.
engine::Settings to_engine_settings(const Settings& settings);

}  // namespace ikewatch::config
