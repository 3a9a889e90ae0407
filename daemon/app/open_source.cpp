#include "open_source.hpp"

#include <utility>

namespace ikewatch::app {

Problems not_offered(const config::Settings& settings) {
  Problems problems;
  for (const config::Source& source : settings.sources) {
    const auto scheme = source.listen.scheme;
    if (source.type != config::SourceType::syslog || (scheme != config::Scheme::tls && scheme != config::Scheme::fd)) continue;
    problems.push_back({{},
                        "source " + source.name + ": " + config::to_string(source.listen) +
                            " is not offered by this version; use udp://, tcp:// or unix://"});
  }
  return problems;
}

std::unique_ptr<source::Source> open_source(const config::Source& wanted, const config::Settings& settings,
                                            const std::string& position, source::Sink sink, source::UdpShare share) {
  const std::size_t line = settings.limits.line;
  if (wanted.type == config::SourceType::file)
    return source::make_source(
        source::FileOptions{.name = wanted.name, .path = wanted.path, .from_position = position, .max_line = line},
        std::move(sink));
  if (wanted.type == config::SourceType::journald) {
    return source::make_source(source::JournalOptions{.name = wanted.name,
                                                      .units = wanted.units,
                                                      .identifiers = wanted.identifiers,
                                                      .directory = wanted.directory,
                                                      .name_space = wanted.name_space,
                                                      .cursor = position,
                                                      .max_line = line},
                               std::move(sink));
  }
  const auto address = wanted.listen.address.to_string();
  switch (wanted.listen.scheme) {
    case config::Scheme::udp:
      return source::make_source(source::UdpOptions{.name = wanted.name,
                                                    .address = address,
                                                    .port = wanted.listen.port,
                                                    .receive_buffer = wanted.receive_buffer,
                                                    .max_line = line,
                                                    .share = share},
                                 std::move(sink));
    case config::Scheme::tcp:
      return source::make_source(source::TcpOptions{.name = wanted.name,
                                                    .address = address,
                                                    .port = wanted.listen.port,
                                                    .max_connections = settings.limits.connections,
                                                    .max_line = line},
                                 std::move(sink));
    case config::Scheme::unix_socket:
      return source::make_source(
          source::UnixOptions{
              .name = wanted.name, .path = wanted.listen.path, .receive_buffer = wanted.receive_buffer, .max_line = line},
          std::move(sink));
    default:
      return nullptr;
  }
}

}  // namespace ikewatch::app
