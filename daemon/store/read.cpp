#include "contents.hpp"
#include "records.hpp"

#include <algorithm>

namespace ikewatch::store {
namespace {

/// Rows that somebody changed are worse than none.
void check(Database& database, const Statement& row, int print, std::int64_t expected, bool decoded, const char* what) {
  if (decoded && row.number(print) == expected) return;
  database.reject(std::string("it is damaged: ") + what + " is not what was saved");
}

void read_sources(Database& database, Saved& saved) {
  Statement row(database, "SELECT name, fingerprint, position, memory FROM sources");
  while (row.next()) {
    const std::string name(row.text(0));
    SourceState& source = saved.sources[name];
    source.position = row.text(2);
    const bool decoded = decode(row.blob(3), source);
    check(database, row, 1, fingerprint(name, source.position + std::string(row.blob(3))), decoded, "a source");
  }
}

void read_parts(Database& database, Saved& saved) {
  Statement row(database, "SELECT name, fingerprint, memory FROM parts");
  while (row.next()) {
    check(database, row, 1, fingerprint(row.text(0), row.blob(2)), true, "a part");
    saved.parts.emplace(row.text(0), row.blob(2));
  }
}

void read_totals(Database& database, engine::Memory& memory) {
  Statement row(database, "SELECT fingerprint, memory FROM totals");
  if (!row.next()) return;
  const bool decoded = decode_totals(row.blob(1), memory);
  check(database, row, 0, fingerprint("totals", row.blob(1)), decoded, "the sum of all tunnels");
}

void read_gateways(Database& database, engine::Memory& memory) {
  Statement row(database, "SELECT id, fingerprint, name, memory FROM gateways ORDER BY id");
  while (row.next()) {
    engine::GatewayMemory& gateway = memory.gateways.emplace_back();
    gateway.index = static_cast<std::uint32_t>(row.number(0));
    gateway.name = row.text(2);
    const bool decoded = decode(row.blob(3), gateway);
    check(database, row, 1, fingerprint(row.text(2), row.blob(3)), decoded, "a gateway");
  }
}

TiePiece piece_in(const Statement& row) {
  return {static_cast<TieKind>((row.number(0) >> 8) & 0xFF), static_cast<std::uint32_t>(row.number(0) & 0xFF),
          std::string(row.blob(2))};
}

/// Pieces stand in the order of gateways, kinds and places, see tie_id().
void read_ties(Database& database, engine::Memory& memory) {
  Statement row(database, "SELECT id, fingerprint, memory FROM ties ORDER BY id");
  auto gateway = memory.gateways.begin();
  while (row.next()) {
    const std::int64_t owner = row.number(0) >> 16;
    while (gateway != memory.gateways.end() && gateway->index < owner) ++gateway;
    bool decoded = false;
    if (gateway != memory.gateways.end() && gateway->index == owner) {
      if (!gateway->ties) gateway->ties.emplace();
      decoded = decode(piece_in(row), *gateway->ties);
    } else if (owner == std::int64_t{all_gateways}) {
      if (!memory.ends) memory.ends.emplace();
      decoded = decode(piece_in(row), *memory.ends);
    }
    check(database, row, 1, fingerprint(std::to_string(row.number(0)), row.blob(2)), decoded, "what ties lines to tunnels");
  }
}

void read_tunnels(Database& database, engine::Memory& memory) {
  Statement row(database, "SELECT id, fingerprint, memory FROM tunnels ORDER BY id");
  while (row.next()) {
    engine::TunnelMemory& tunnel = memory.tunnels.emplace_back();
    tunnel.index = static_cast<tunnel::TunnelIndex>(row.number(0));
    const bool decoded = decode(row.blob(2), tunnel);
    check(database, row, 1, fingerprint(std::to_string(row.number(0)), row.blob(2)), decoded, "a tunnel");
  }
}

void list_prints(Database& database, const char* sql, Held::NumberedPrints& prints) {
  Statement row(database, sql);
  while (row.next()) prints.emplace(row.number(0), row.number(1));
}

void list_prints(Database& database, const char* sql, Held::Prints& prints) {
  Statement row(database, sql);
  while (row.next()) prints.emplace(row.text(0), row.number(1));
}

}  // namespace

Saved read(Database& database) {
  Saved saved;
  read_sources(database, saved);
  read_parts(database, saved);
  read_totals(database, saved.memory);
  read_gateways(database, saved.memory);
  read_ties(database, saved.memory);
  read_tunnels(database, saved.memory);
  return saved;
}

Held list_held(Database& database) {
  Held held;
  held.totals = database.number("SELECT fingerprint FROM totals");
  list_prints(database, "SELECT name, fingerprint FROM sources", held.sources);
  list_prints(database, "SELECT name, fingerprint FROM parts", held.parts);
  list_prints(database, "SELECT id, fingerprint FROM gateways", held.gateways);
  list_prints(database, "SELECT id, fingerprint FROM ties", held.ties);
  list_prints(database, "SELECT id, fingerprint FROM tunnels", held.tunnels);
  return held;
}

}  // namespace ikewatch::store
