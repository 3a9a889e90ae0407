// Where alerts outlive a restart: one file beside the store, exchanged as a whole. Role: app. Threads: the loop's.
#pragma once

#include <ikewatch/base/result.hpp>

#include <filesystem>
#include <string>
#include <string_view>

namespace ikewatch::app {

/// The text that was written last; empty where there is none yet. A Problem where it cannot be read.
Result<std::string> read_alert_file(const std::filesystem::path& directory);
/// After a crash or a power cut either the former text is there or this one.
Result<void> write_alert_file(const std::filesystem::path& directory, std::string_view text);

}  // namespace ikewatch::app
