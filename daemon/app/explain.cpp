#include "explain.hpp"

#include "data.hpp"
#include "exit.hpp"
#include "story.hpp"
#include "terminal.hpp"

#include <ikewatch/config/settings.hpp>
#include <ikewatch/reader/progress.hpp>
#include <ikewatch/view/text.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>

namespace ikewatch::app {
namespace {

WallTime clock_now() { return std::chrono::time_point_cast<WallTime::duration>(std::chrono::system_clock::now()); }

struct NamedFile {
  std::string gateway;
  std::string path;
};

/// `NAME=FILE`, where NAME can be no part of a path and no such file exists.
NamedFile split_name(const std::string& argument) {
  const auto equals = argument.find('=');
  const bool named = equals != std::string::npos && equals != 0 && argument.find('/') > equals;
  if (!named || access(argument.c_str(), F_OK) == 0) return {{}, argument};
  return {argument.substr(0, equals), argument.substr(equals + 1)};
}

WallTime written(const std::string& path) {
  struct stat info {};
  if (path == "-" || stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return clock_now();
  return WallTime{std::chrono::seconds{info.st_mtim.tv_sec}};
}

std::string fallback_name(const std::string& path) { return path == "-" ? "stdin" : std::filesystem::path(path).stem().string(); }

void to_stdout(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

view::TextOptions text_options(bool whole_timeline) {
  const Terminal terminal = standard_output();
  view::TextOptions options;
  options.colour = terminal.colour;
  options.width = terminal.width;
  if (whole_timeline) options.timeline = 0;
  return options;
}

void print_json(Story& story) {
  view::ReportWriter report(to_stdout);
  report.begin(story.lines());
  story.engine().for_each_tunnel([&](const engine::TunnelView& tunnel) { report.tunnel(tunnel); });
  report.end(story.engine().unattributed());
}

void print_text(Story& story, const view::TextOptions& options) {
  std::vector<std::size_t> by_state(tunnel::states);
  bool hint = false;
  story.engine().for_each_tunnel([&](const engine::TunnelView& tunnel) {
    hint = hint || view::doctor_may_see(tunnel);
    ++by_state[static_cast<std::size_t>(tunnel.state)];
    to_stdout(view::to_text(tunnel, options));
  });
  to_stdout(view::to_text(story.engine().unattributed(), options));
  if (hint)
    to_stdout("On the gateway itself, `ikewatch doctor` looks at racoon's keys, certificates, configuration and policies.\n");
  to_stdout(view::to_text(story.lines(), by_state, options));
}

/// Reads one log into the story; false where it could not be read, which was told.
/// `before`: physical lines of the logs in front of it.
bool read_log(Story& story, const NamedFile& file, const ExplainOptions& options, std::uint64_t& before) {
  story.begin({file.gateway.empty() ? options.gateway : file.gateway, fallback_name(file.path), written(file.path)});
  reader::Progress progress(reader::terminal_on_stderr(), std::chrono::steady_clock::now());
  reader::Source source;
  source.path = file.path;
  source.first_line = before + 1;
  source.advance = [&](std::uint64_t bytes, std::uint64_t size) {
    progress.update(bytes, size, std::chrono::steady_clock::now());
  };
  const auto totals = reader::read(source, [&](const reader::Line& line) { story.take(line); });
  progress.clear();
  if (!totals) {
    complain(totals.error());
    return false;
  }
  before += totals->lines;
  story.lines().total += totals->lines + totals->parted;
  if (totals->damage) complain(*totals->damage);
  return !totals->damage;
}

/// Whoever is asked about more tunnels than fit must not answer as if there were no others.
void tell_left_out(const engine::Engine& engine, std::size_t limit) {
  const std::uint64_t events = engine.left_out();
  if (events == 0) return;
  complain(Problem{{},
                   "more than " + std::to_string(limit) + " tunnels: " + std::to_string(events) +
                       " events of others are left out; a configuration with a higher limits.tunnels (--config) reads them too"});
}

struct Prepared {
  Meaning meaning;
  engine::Settings engine;
  GatewayNames names;
};

/// Rules, knowledge and, where one is named, the configuration. Nothing where a problem was told.
std::optional<Prepared> prepare(const ExplainOptions& options) {
  Prepared prepared;
  std::vector<std::string> packs;
  if (!options.config.empty()) {
    const auto text = read_file(options.config, config::max_file_bytes);
    if (!text) return complain(text.error()), std::nullopt;
    const auto read = config::read_settings(options.config, *text, host_name());
    if (!read.settings) return complain(read.problems), std::nullopt;
    prepared.engine = config::to_engine_settings(*read.settings);
    prepared.names = GatewayNames(*read.settings);
    packs = read.settings->rules.packs;
  }
  prepared.meaning = read_meaning(packs);
  complain(prepared.meaning.problems);
  if (!prepared.meaning.problems.empty()) return std::nullopt;
  if (options.whole_timeline) prepared.engine.timeline = 0;
  return prepared;
}

}  // namespace

int explain(const ExplainOptions& options) {
  auto prepared = prepare(options);
  if (!prepared) return wrong_usage;
  const auto& rules = prepared->meaning.rules;
  const auto only = options.dialect.empty() ? rules::no_dialect : rules->dialect_named(options.dialect);
  if (!options.dialect.empty() && only == rules::no_dialect) {
    complain(
        Problem{{}, "--dialect " + options.dialect + ": no rule pack speaks it; `ikewatch rules list` shows those that exist"});
    return wrong_usage;
  }
  // Static, so that the end of the process, which takes nothing apart, is its end too.
  static std::unique_ptr<Story> owner;
  const std::size_t limit = prepared->engine.max_tunnels;
  owner =
      std::make_unique<Story>(rules, prepared->meaning.knowledge, std::move(prepared->engine), std::move(prepared->names), only);
  Story& story = *owner;
  std::string buffer;
  if (options.format == Format::events) {
    story.on_event = [&](const view::EventLine& line) {
      buffer.clear();
      view::append_event(buffer, line, *rules);
      to_stdout(buffer);
    };
  }
  bool all_read = true;
  std::uint64_t lines = 0;
  for (const std::string& file : options.files) all_read = read_log(story, split_name(file), options, lines) && all_read;
  story.end();
  if (options.format != Format::events) tell_left_out(story.engine(), limit);  // events are told whatever the limit
  if (options.format == Format::json) print_json(story);
  if (options.format == Format::text) print_text(story, text_options(options.whole_timeline));
  return std::fflush(stdout) == 0 && all_read ? done : wrong_usage;
}

}  // namespace ikewatch::app
