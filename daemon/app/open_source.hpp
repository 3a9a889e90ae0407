// Makes the source that an entry of the configuration describes. Role: config's words -> source's options, each type in its own
// way. Ownership: the caller owns what is returned. Threads: see source.hpp.
#pragma once

#include <ikewatch/config/settings.hpp>
#include <ikewatch/source/make.hpp>

#include <memory>
#include <string>

namespace ikewatch::app {

/// Sources that the configuration allows and this version cannot open yet.
Problems not_offered(const config::Settings& settings);

/// Not started. `position`: where to go on reading, as Source::position() gave it; empty: none is known. Null where
/// not_offered() has something to say. `share`: which of several sockets of a UDP source.
std::unique_ptr<source::Source> open_source(const config::Source& wanted, const config::Settings& settings,
                                            const std::string& position, source::Sink sink, source::UdpShare share = {});

}  // namespace ikewatch::app
