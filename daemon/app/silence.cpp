#include "silence.hpp"

#include "ask.hpp"
#include "terminal.hpp"

#include <ikewatch/view/reading.hpp>
#include <ikewatch/view/status.hpp>

#include <unistd.h>

#include <cstdio>
#include <string_view>

namespace ikewatch::app {
namespace {

int misused(const std::string& what) { return complain(Problem{{}, what}), wrong_usage; }

int list(dbus::Client& client, bool json) {
  const auto answer = client.silences();
  if (!answer) return complain_of(answer.failure);
  if (json) return std::puts(answer.value.c_str()), done;
  const auto silences = view::silences_from_json(answer.value);
  if (!silences) return misused("the daemon's answer is not understood; is it of another version?");
  const Terminal out = standard_output();
  const auto now = std::chrono::time_point_cast<WallTime::duration>(std::chrono::system_clock::now());
  const auto text =
      view::silence_table(*silences, {.colour = out.colour, .width = isatty(STDOUT_FILENO) == 1 ? out.width : 0}, now);
  std::fputs(text.c_str(), stdout);
  return done;
}

int end(dbus::Client& client, const std::string& id) {
  const auto answer = client.end_silence(id);
  return answer ? done : complain_of(answer.failure);
}

int begin(dbus::Client& client, const SilenceOptions& options, seconds length) {
  const auto answer = client.silence(options.tunnel, static_cast<std::uint64_t>(length.count()), options.why);
  if (!answer) return complain_of(answer.failure);
  std::puts(answer.value.c_str());
  return done;
}

}  // namespace

int silence(const SilenceOptions& options) {
  const bool set = !options.tunnel.empty() || !options.length.empty();
  if ((options.list ? 1 : 0) + (options.end.empty() ? 0 : 1) + (set ? 1 : 0) != 1)
    return misused(
        "say what to silence and for how long, or --list, or --end ID: ikewatch silence branch-lyon 2h --why \"new router\"");
  const auto length = parse_duration(options.length);
  if (set && (!length || length->count() == 0))
    return misused("how long? `" + options.length + "` is no length of time; write 45m, 2h or 1d");
  const auto client = connect_to_daemon();
  if (!client) return not_reachable;
  if (options.list) return list(*client, options.json);
  return set ? begin(*client, options, *length) : end(*client, options.end);
}

}  // namespace ikewatch::app
