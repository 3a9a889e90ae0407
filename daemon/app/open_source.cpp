#include "open_source.hpp"

#include "log.hpp"

#include <utility>

namespace ikewatch::app {
namespace {

using config::Scheme;

source::TlsOptions tls_options(const config::Tls& tls) {
  source::TlsOptions options;
  options.certificate = tls.certificate;
  options.key = tls.key;
  options.client_ca = tls.client_ca;
  const bool required = tls.client_auth == config::ClientAuth::required;
  options.client_auth = required ? source::ClientAuth::required : source::ClientAuth::optional;
  options.allowed_names = tls.allowed_names;
  options.minimum = tls.minimum == config::TlsVersion::tls13 ? source::TlsVersion::tls13 : source::TlsVersion::tls12;
  options.handshake_timeout = tls.handshake_timeout;
  return options;
}

std::optional<source::TlsOptions> tls_options(const config::Source& wanted) {
  if (!wanted.tls) return std::nullopt;
  return tls_options(*wanted.tls);
}

void notice(const std::string& sentence) { log(Level::notice, sentence); }

source::StreamLimits stream_limits(const config::Source& wanted, const config::Settings& settings) {
  source::StreamLimits limits;
  limits.connections = settings.limits.connections;
  limits.connections_per_address = wanted.max_connections_per_address;
  limits.idle_timeout = wanted.idle_timeout;
  limits.notice = notice;
  return limits;
}

std::unique_ptr<source::Source> open_unix(const config::Source& wanted, const config::Settings& settings, source::Sink sink) {
  const auto line = settings.limits.line;
  if (wanted.socket == config::SocketKind::stream) {
    source::UnixStreamOptions options{.name = wanted.name, .path = wanted.listen.path, .max_line = line};
    options.limits = stream_limits(wanted, settings);
    return source::make_source(std::move(options), std::move(sink));
  }
  return source::make_source(
      source::UnixOptions{
          .name = wanted.name, .path = wanted.listen.path, .receive_buffer = wanted.receive_buffer, .max_line = line},
      std::move(sink));
}

std::unique_ptr<source::Source> open_syslog(const config::Source& wanted, const config::Settings& settings, source::Sink sink,
                                            source::UdpShare share) {
  const auto& listen = wanted.listen;
  const auto line = settings.limits.line;
  switch (listen.scheme) {
    case Scheme::udp:
      return source::make_source(source::UdpOptions{.name = wanted.name,
                                                    .address = listen.address.to_string(),
                                                    .port = listen.port,
                                                    .receive_buffer = wanted.receive_buffer,
                                                    .max_line = line,
                                                    .share = share,
                                                    .notice = notice},
                                 std::move(sink));
    case Scheme::unix_socket:
      return open_unix(wanted, settings, std::move(sink));
    case Scheme::fd:
      return source::make_source(source::FdOptions{.name = wanted.name,
                                                   .descriptor = listen.name,
                                                   .tls = tls_options(wanted),
                                                   .limits = stream_limits(wanted, settings),
                                                   .receive_buffer = wanted.receive_buffer,
                                                   .max_line = line},
                                 std::move(sink));
    case Scheme::tcp:
    case Scheme::tls:
      break;
  }
  return source::make_source(source::TcpOptions{.name = wanted.name,
                                                .address = listen.address.to_string(),
                                                .port = listen.port,
                                                .tls = tls_options(wanted),
                                                .limits = stream_limits(wanted, settings),
                                                .max_line = line},
                             std::move(sink));
}

std::unique_ptr<source::Source> open_journal(const config::Source& wanted, const config::Settings& settings,
                                             const std::string& position, source::Sink sink) {
  return source::make_source(source::JournalOptions{.name = wanted.name,
                                                    .units = wanted.units,
                                                    .identifiers = wanted.identifiers,
                                                    .directory = wanted.directory,
                                                    .name_space = wanted.name_space,
                                                    .cursor = position,
                                                    .max_line = settings.limits.line},
                             std::move(sink));
}

Place place_of(const config::Tls& tls, source::TlsFile file, const std::string& config_path) {
  const auto& spot = file == source::TlsFile::certificate ? tls.certificate_at
                     : file == source::TlsFile::key       ? tls.key_at
                                                          : tls.client_ca_at;
  return {config_path, spot.line, spot.column};
}

}  // namespace

std::unique_ptr<source::Source> open_source(const config::Source& wanted, const config::Settings& settings,
                                            const std::string& position, source::Sink sink, source::UdpShare share) {
  switch (wanted.type) {
    case config::SourceType::file:
      return source::make_source(
          source::FileOptions{
              .name = wanted.name, .path = wanted.path, .from_position = position, .max_line = settings.limits.line},
          std::move(sink));
    case config::SourceType::journald:
      return open_journal(wanted, settings, position, std::move(sink));
    case config::SourceType::syslog:
      break;
  }
  return open_syslog(wanted, settings, std::move(sink), share);
}

Findings examine_certificates(const config::Settings& settings, const std::string& config_path) {
  Findings all;
  for (const config::Source& source : settings.sources) {
    if (!source.tls) continue;
    for (const auto& finding : source::examine_tls(tls_options(*source.tls))) {
      auto& list = finding.is_warning ? all.warnings : all.problems;
      list.push_back({place_of(*source.tls, finding.file, config_path), finding.what});
    }
  }
  return all;
}

}  // namespace ikewatch::app
