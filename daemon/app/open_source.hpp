// Makes the source that an entry of the configuration describes. Role: config's words -> source's options, each type in its own
// way. Ownership: the caller owns what is returned. Threads: see source.hpp.
#pragma once

#include <ikewatch/config/settings.hpp>
#include <ikewatch/source/make.hpp>

#include <memory>
#include <string>

namespace ikewatch::app {

/// Not started. `position`: where to go on reading, as Source::position() gave it; empty: none is known. `share`: which of
/// several sockets of a UDP source.
std::unique_ptr<source::Source> open_source(const config::Source& wanted, const config::Settings& settings,
                                            const std::string& position, source::Sink sink, source::UdpShare share = {});

struct Findings {
  Problems problems;
  Problems warnings;
};

/// Looks at the files that `settings`, read from `config_path`, names for TLS: with these problems the sources would not start.
Findings examine_certificates(const config::Settings& settings, const std::string& config_path);

}  // namespace ikewatch::app
