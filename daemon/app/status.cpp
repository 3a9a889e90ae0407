#include "status.hpp"

#include "ask.hpp"
#include "terminal.hpp"

#include <ikewatch/dbus/names.hpp>
#include <ikewatch/view/reading.hpp>
#include <ikewatch/view/status.hpp>

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string_view>
#include <thread>
#include <vector>

namespace ikewatch::app {
namespace {

using dbus::TunnelRow;

constexpr std::chrono::seconds patience{3};
constexpr std::chrono::milliseconds pause{200};
constexpr std::string_view clear_screen = "\x1b[H\x1b[2J";

WallTime clock_now() { return std::chrono::time_point_cast<WallTime::duration>(std::chrono::system_clock::now()); }

/// Nothing is cut where somebody else's program reads.
view::TextOptions text_options() {
  const Terminal out = standard_output();
  const bool is_terminal = isatty(STDOUT_FILENO) == 1;
  return {.colour = out.colour, .width = is_terminal ? out.width : 0, .for_more = "--history"};
}

void print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

std::optional<WallTime> since_of(const TunnelRow& row) {
  if (row.since == 0) return std::nullopt;
  return WallTime{std::chrono::microseconds(row.since)};
}

view::StatusRow shown(const TunnelRow& row) {
  return {row.gateway,  row.name,  row.peer,     tunnel::state_named(row.state).value_or(tunnel::State::unknown),
          row.flapping, row.cause, since_of(row)};
}

int verdict(const std::vector<TunnelRow>& rows) {
  return std::any_of(rows.begin(), rows.end(), [](const auto& row) { return view::is_bad(shown(row)); }) ? found_problems : done;
}

bool fits(const TunnelRow& row, const std::string& wanted) {
  return wanted.empty() || wanted == row.path || wanted == row.gateway + '/' + row.name ||
         wanted == row.gateway + '/' + row.peer || wanted == row.name || wanted == row.peer;
}

/// Those that are asked for: all, or the one that the name fits. Else it was said what is wrong.
std::optional<std::vector<TunnelRow>> chosen(std::vector<TunnelRow> rows, const std::string& wanted) {
  std::erase_if(rows, [&](const auto& row) { return !fits(row, wanted); });
  if (wanted.empty() || rows.size() == 1) return rows;
  if (rows.empty()) {
    complain(Problem{{}, "no tunnel has the name or the peer " + wanted + "; `ikewatch status` shows all of them"});
    return std::nullopt;
  }
  std::string names;
  for (const auto& row : rows) names += ' ' + row.gateway + '/' + row.name;
  complain(Problem{{}, "several gateways have a tunnel " + wanted + "; write one of:" + names});
  return std::nullopt;
}

/// The whole array, as it comes.
int print_all_json(dbus::Client& client) {
  print("[");
  bool first = true;
  const auto all = client.tunnels([&](std::string_view page) {
    const auto items = page.substr(1, page.size() - 2);
    if (items.empty()) return;
    if (!std::exchange(first, false)) print(",");
    print(items);
  });
  print("]\n");
  return all ? done : complain_of(all.failure);
}

/// The daemon does not wait for its disk; who asks may, for a while.
dbus::Answer<std::string> history_of(dbus::Client& client, const TunnelRow& row) {
  const auto end = std::chrono::steady_clock::now() + patience;
  auto kept = client.history(row.path);
  while (!kept && kept.failure.name == dbus::history_unavailable && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(pause);
    kept = client.history(row.path);
  }
  return kept;
}

int print_one_json(dbus::Client& client, const TunnelRow& row, bool history) {
  const auto json = history ? history_of(client, row) : client.explain(row.path);
  if (!json) return complain_of(json.failure);
  print(history ? json.value + '\n' : '[' + json.value + "]\n");
  return done;
}

/// Without the history where that cannot be had: the daemon may know everything else while its disk hangs.
int print_story(dbus::Client& client, const TunnelRow& row, bool whole) {
  const auto json = client.explain(row.path);
  if (!json) return complain_of(json.failure);
  const auto kept = history_of(client, row);
  const bool lacks_history = !kept && kept.failure.name == dbus::history_unavailable;
  if (!kept && !lacks_history) return complain_of(kept.failure);
  auto tunnel = view::tunnel_from_json(json.value);
  const auto history = view::history_from_json(lacks_history ? "[]" : kept.value);
  if (!tunnel || !history)
    return complain(Problem{{}, "the daemon's answer is not understood; is it of another version?"}), wrong_usage;
  auto options = text_options();
  if (options.width == 0) options.width = 100;
  tunnel->since = since_of(row);
  print(view::to_text(*tunnel, options));
  if (lacks_history) {
    const int result = complain_of(kept.failure);
    return whole ? result : done;
  }
  print(view::day_strip(*history, tunnel->state, tunnel->since, clock_now(), options));
  if (whole) print("\n" + (history->empty() ? "No change of it was kept.\n" : view::to_text(*history, options)));
  return done;
}

int print_once(dbus::Client& client, const StatusOptions& options) {
  auto rows = client.rows();
  if (!rows) return complain_of(rows.failure);
  const auto wanted = chosen(std::move(rows.value), options.tunnel);
  if (!wanted) return wrong_usage;
  int result = done;
  if (options.tunnel.empty()) {
    if (options.json) result = print_all_json(client);
    if (!options.json) {
      std::vector<view::StatusRow> table;
      for (const auto& row : *wanted) table.push_back(shown(row));
      print(view::status_table(std::move(table), text_options(), clock_now()));
    }
  } else {
    result = options.json ? print_one_json(client, wanted->front(), options.history)
                          : print_story(client, wanted->front(), options.history);
  }
  return result == done ? verdict(*wanted) : result;
}

/// Only the end of the bus, or of whoever reads, ends it.
int print_again_and_again(dbus::Client& client, const StatusOptions& options) {
  if (const auto watching = client.watch(); !watching) return complain_of(watching.failure);
  const bool redraw = standard_output().colour && !options.json;
  bool reached = false;
  do {
    if (redraw) print(clear_screen);
    const int result = print_once(client, options);
    if (result == wrong_usage || (result == not_reachable && !reached)) return result;
    reached = true;
    if (!redraw && !options.json) print("\n");
    if (std::fflush(stdout) != 0) return done;
  } while (client.wait_for_change());
  return complain_of({{}, "the bus went away"});
}

}  // namespace

int status(const StatusOptions& options) {
  if (options.history && options.tunnel.empty()) {
    complain(Problem{{}, "--history needs the name of a tunnel; `ikewatch status` shows all of them"});
    return wrong_usage;
  }
  const auto client = connect_to_daemon();
  if (!client) return not_reachable;
  return options.watch ? print_again_and_again(*client, options) : print_once(*client, options);
}

}  // namespace ikewatch::app
