#include <ikewatch/view/status.hpp>

#include "columns.hpp"
#include "paint.hpp"

#include <ikewatch/base/text.hpp>

#include <algorithm>
#include <array>

namespace ikewatch::view {
namespace {

using tunnel::State;

constexpr std::chrono::minutes block{30};
constexpr std::size_t blocks = 48;

int urgency(const StatusRow& row) {
  if (is_bad(row)) return 0;
  if (row.flapping || row.state == State::negotiating || row.state == State::phase1_up) return 1;
  return row.state == State::unknown ? 2 : 3;
}

bool goes_before(const StatusRow& a, const StatusRow& b) {
  return std::tuple(urgency(a), std::string_view(a.gateway), std::string_view(a.name)) <
         std::tuple(urgency(b), std::string_view(b.gateway), std::string_view(b.name));
}

std::string age(std::optional<WallTime> since, WallTime now) {
  if (!since) return "-";
  const auto span = std::chrono::floor<std::chrono::seconds>(now - *since);
  constexpr std::chrono::hours long_time{72};
  return span < long_time ? to_human(span) : std::to_string(span / std::chrono::hours(24)) + " days";
}

std::string state_words(const StatusRow& row) {
  return std::string(tunnel::name_of(row.state)) + (row.flapping ? ", flapping" : "");
}

std::vector<Column> columns_for(const std::vector<StatusRow>& rows, WallTime now) {
  std::vector<Column> columns = {{"TUNNEL", 12, false, {}}, {"PEER", 8, true, {}}, {"GATEWAY", 8, false, {}},
                                 {"STATE", 24, false, {}},  {"FOR", 8, false, {}}, {"CAUSE", 10, false, {}}};
  for (const auto& row : rows) {
    const std::string cells[] = {to_printable(row.name),    row.peer == row.name ? "" : to_printable(row.peer),
                                 to_printable(row.gateway), state_words(row),
                                 age(row.since, now),       to_printable(row.cause)};
    for (std::size_t i = 0; i < columns.size(); ++i) columns[i].cells.push_back(cells[i]);
  }
  return columns;
}

void append_cell(std::string& line, const std::string& text, std::size_t width, std::string_view style,
                 const TextOptions& options) {
  const std::string shown = cut(text, width);
  line += style.empty() ? shown : painted(shown, style, options);
  line.append(width - columns_of(shown) + 2, ' ');
}

std::string table(const std::vector<Column>& columns, const TextOptions& options,
                  const std::function<std::string_view(std::size_t row, std::size_t column)>& style) {
  const auto widths = fit(columns, options.width);
  std::string text;
  for (std::size_t row = 0; row <= columns.front().cells.size(); ++row) {  // the first is the title
    std::string line;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (widths[i] == 0) continue;
      const bool title = row == 0;
      append_cell(line, title ? columns[i].title : columns[i].cells[row - 1], widths[i], title ? dim : style(row - 1, i),
                  options);
    }
    text += std::string(trim_right(line)) + '\n';
  }
  return text;
}

std::string summary(const std::vector<StatusRow>& rows, const TextOptions& options) {
  std::array<std::size_t, tunnel::states> counts{};
  for (const auto& row : rows) ++counts[static_cast<std::size_t>(row.state)];
  std::string text = std::to_string(rows.size()) + (rows.size() == 1 ? " tunnel" : " tunnels");
  std::string_view between = ": ";
  for (const State state :
       {State::failed, State::down, State::phase1_up, State::negotiating, State::unknown, State::up, State::idle}) {
    const auto count = counts[static_cast<std::size_t>(state)];
    if (count == 0) continue;
    text += std::string(between) + std::to_string(count) + ' ' + painted(tunnel::name_of(state), style_of(state), options);
    between = ", ";
  }
  return text + ".\n";
}

/// What was seen of the tunnel within half an hour.
struct Share {
  std::chrono::microseconds up{0};
  std::chrono::microseconds not_up{0};
};

void add_span(std::array<Share, blocks>& shares, State state, WallTime from, WallTime to, WallTime begin) {
  if (state == State::unknown || state == State::idle) return;
  for (std::size_t i = 0; i < blocks; ++i) {
    const WallTime first = begin + block * i;
    const auto overlap = std::min(to, first + block) - std::max(from, first);
    if (overlap <= overlap.zero()) continue;
    (state == State::up ? shares[i].up : shares[i].not_up) += overlap;
  }
}

std::string mark(const Share& share, const TextOptions& options) {
  if (share.up.count() == 0 && share.not_up.count() == 0) return painted("·", dim, options);
  if (share.not_up.count() == 0) return painted("█", green, options);
  return share.up.count() == 0 ? painted("▁", red, options) : painted("▄", yellow, options);
}

std::string names_of(const alert::Scope& scope) {
  std::string text;
  const auto add = [&](const std::vector<std::string>& names, std::string_view what) {
    for (const auto& name : names) text += (text.empty() ? "" : ", ") + std::string(what) + to_printable(name);
  };
  add(scope.tunnel, "");
  add(scope.gateway, "at ");
  add(scope.alert, "alert ");
  return text;
}

}  // namespace

bool is_bad(const StatusRow& row) { return row.state == State::failed || row.state == State::down; }

std::string status_table(std::vector<StatusRow> rows, const TextOptions& options, WallTime now) {
  if (rows.empty()) return "No tunnel is known yet.\n";
  std::sort(rows.begin(), rows.end(), goes_before);
  constexpr std::size_t state_column = 3;
  const auto style = [&](std::size_t row, std::size_t column) {
    return column == state_column ? style_of(rows[row].state) : std::string_view{};
  };
  return table(columns_for(rows, now), options, style) + '\n' + summary(rows, options);
}

std::string day_strip(const std::vector<engine::Change>& history, State present, std::optional<WallTime> since, WallTime now,
                      const TextOptions& options) {
  const WallTime begin = now - block * blocks;
  std::array<Share, blocks> shares{};
  WallTime last = begin;
  State state = State::unknown;
  bool known = false;
  for (const auto& change : history) {
    if (change.kind != engine::ChangeKind::state || change.at > now) continue;
    add_span(shares, known ? state : change.from, last, change.at, begin);
    state = change.to;
    last = std::max(change.at, begin);
    known = true;
  }
  add_span(shares, present, std::max(last, since.value_or(last)), now, begin);
  std::string text = "  Last day:  ";
  for (const auto& share : shares) text += mark(share, options);
  text += "\n             24 hours ago" + std::string(blocks - 15, ' ') + "now\n";
  text += "             █ up  ▄ up in part  ▁ not up  · idle or not known; half an hour each\n";
  return text;
}

std::string silence_table(const std::vector<alert::Silence>& silences, const TextOptions& options, WallTime now) {
  if (silences.empty()) return "No silence is in force.\n";
  std::vector<Column> columns = {
      {"ID", 12, false, {}}, {"OF", 12, false, {}}, {"FOR", 8, false, {}}, {"WHO", 4, false, {}}, {"WHY", 10, false, {}}};
  for (const auto& silence : silences) {
    const std::string cells[] = {silence.id, names_of(silence.scope),
                                 silence.ends_at > now ? to_human(std::chrono::floor<seconds>(silence.ends_at - now)) : "0s",
                                 to_printable(silence.who), to_printable(silence.why)};
    for (std::size_t i = 0; i < columns.size(); ++i) columns[i].cells.push_back(cells[i]);
  }
  return table(columns, options, [](std::size_t, std::size_t) { return std::string_view{}; });
}

}  // namespace ikewatch::view
