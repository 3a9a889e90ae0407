#include "history.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace ikewatch::store {
namespace {

using engine::Change;
using engine::ChangeKind;

constexpr std::size_t removed_at_once = 1000;
constexpr std::array<std::string_view, 3> kinds{"state", "flapping", "diagnosis"};  // in the order of ChangeKind

std::optional<ChangeKind> kind_named(std::string_view name) {
  const auto found = std::find(kinds.begin(), kinds.end(), name);
  if (found == kinds.end()) return std::nullopt;
  return static_cast<ChangeKind>(found - kinds.begin());
}

std::optional<Change> change_in(const Statement& row) {
  const auto kind = kind_named(row.text(1));
  const auto from = tunnel::state_named(row.text(5));
  const auto to = tunnel::state_named(row.text(6));
  const auto cause = rules::cause_named(row.text(8));
  const auto side = rules::side_named(row.text(9));
  const auto confidence = rules::confidence_named(row.text(10));
  const auto micros = row.number(0);
  if (!kind || !from || !to || !side || !confidence) return std::nullopt;
  if (micros > std::int64_t{1} << 57 || micros < -(std::int64_t{1} << 57)) return std::nullopt;
  Change change;
  change.kind = *kind;
  change.at = WallTime(std::chrono::microseconds(micros));
  change.gateway = row.text(2);
  change.tunnel = row.text(3);
  change.peer = row.text(4);
  change.from = *from;
  change.to = *to;
  change.flapping = row.number(7) != 0;
  change.cause = cause.value_or(rules::Cause::none);
  change.side = *side;
  change.confidence = *confidence;
  change.text = row.text(11);
  return change;
}

}  // namespace

void append(Database& database, const std::vector<Change>& changes) {
  if (changes.empty()) return;
  Statement row(database, "INSERT INTO history VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  for (const Change& change : changes) {
    row.bind(change.at.time_since_epoch().count()).bind(kinds[static_cast<std::size_t>(change.kind)]);
    row.bind(change.gateway).bind(change.tunnel).bind(change.peer);
    row.bind(tunnel::name_of(change.from)).bind(tunnel::name_of(change.to)).bind(std::int64_t{change.flapping ? 1 : 0});
    row.bind(rules::name_of(change.cause)).bind(rules::name_of(change.side)).bind(rules::name_of(change.confidence));
    row.bind(change.text).run();
  }
}

/// Numbers have no gaps, since only the oldest rows go: their span is how many there are.
void prune(Database& database, const Options& options, WallTime now, std::size_t added) {
  const std::int64_t last = database.number("SELECT max(id) FROM history");
  const std::int64_t too_old = (now - options.history).time_since_epoch().count();
  const auto most =
      static_cast<std::int64_t>(std::min<std::uint64_t>(options.history_rows, std::numeric_limits<std::int64_t>::max()));
  std::int64_t until = 0;
  Statement row(database, "SELECT id, at FROM history ORDER BY id LIMIT ?");
  row.bind(static_cast<std::int64_t>(added + removed_at_once));
  while (row.next() && (row.number(1) < too_old || last - row.number(0) >= most)) until = row.number(0);
  if (until != 0) Statement(database, "DELETE FROM history WHERE id <= ?").bind(until).run();
}

std::vector<Change> find(Database& database, const HistoryQuery& query) {
  Statement row(
      database,
      "SELECT at, kind, gateway, tunnel, peer, from_state, to_state, flapping, cause, side, confidence, text FROM history "
      "WHERE (tunnel = ?1 OR peer = ?1) AND (?2 = '' OR gateway = ?2) AND at >= ?3 ORDER BY id DESC LIMIT ?4");
  const std::int64_t since = query.since ? query.since->time_since_epoch().count() : std::numeric_limits<std::int64_t>::min();
  row.bind(query.tunnel).bind(query.gateway).bind(since);
  row.bind(static_cast<std::int64_t>(std::min<std::size_t>(query.limit, 1U << 20)));
  std::vector<Change> changes;
  while (row.next()) {
    if (auto change = change_in(row)) changes.push_back(std::move(*change));
  }
  std::reverse(changes.begin(), changes.end());
  return changes;
}

}  // namespace ikewatch::store
