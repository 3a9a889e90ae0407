#include "history.hpp"

#include "data.hpp"
#include "exit.hpp"
#include "gateways.hpp"

#include <ikewatch/config/settings.hpp>
#include <ikewatch/store/store.hpp>
#include <ikewatch/view/json.hpp>
#include <ikewatch/view/text.hpp>

#include <cstdio>

namespace ikewatch::app {
namespace {

constexpr std::size_t most_changes = 100'000;

/// Nothing where a problem was told.
std::optional<std::string> directory_of(const HistoryOptions& options) {
  if (!options.state.empty()) return options.state;
  if (options.config.empty()) return config::Settings{}.state.directory;
  const auto text = read_file(options.config, config::max_file_bytes);
  if (!text) return complain(text.error()), std::nullopt;
  const auto read = config::read_settings(options.config, *text, host_name());
  if (!read.settings) return complain(read.problems), std::nullopt;
  return read.settings->state.directory;
}

}  // namespace

int history(const HistoryOptions& options) {
  const auto directory = directory_of(options);
  if (!directory) return wrong_usage;
  const auto changes = store::Store::read_history(
      *directory, {.gateway = options.gateway, .tunnel = options.tunnel, .since = {}, .limit = most_changes});
  if (!changes) return complain(changes.error()), wrong_usage;
  const std::string text = options.format == Format::json ? view::to_json(*changes) + '\n' : view::to_text(*changes, {});
  std::fwrite(text.data(), 1, text.size(), stdout);
  if (changes->empty() && options.format != Format::json)
    complain(Problem{{}, "no change of a tunnel " + options.tunnel + " was kept in " + *directory});
  return done;
}

}  // namespace ikewatch::app
