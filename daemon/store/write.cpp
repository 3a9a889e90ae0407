#include "contents.hpp"
#include "records.hpp"

#include <unordered_set>
#include <utility>

namespace ikewatch::store {
namespace {

std::int64_t micros(WallTime time) { return time.time_since_epoch().count(); }

void bind_time(Statement& row, const std::optional<WallTime>& time) { time ? row.bind(micros(*time)) : row.bind_null(); }

std::int64_t as_number(std::uint64_t value) { return static_cast<std::int64_t>(value); }

std::int64_t tie_id(std::uint32_t gateway, const TiePiece& piece) {
  return std::int64_t{gateway} << 16 | std::int64_t{static_cast<std::uint8_t>(piece.kind)} << 8 | std::int64_t{piece.nth & 0xFFU};
}

/// True where the row has to be written.
template <class Prints, class Key>
bool differs(Prints& prints, const Key& key, std::int64_t print) {
  const auto [at, added] = prints.try_emplace(key, print);
  return added || std::exchange(at->second, print) != print;
}

template <class Prints, class Keep>
void remove_others(Database& database, Prints& prints, const char* sql, const Keep& keep) {
  Statement remove(database, sql);
  std::erase_if(prints, [&](const auto& held) {
    if (keep(held.first)) return false;
    remove.bind(held.first).run();
    return true;
  });
}

void write_sources(Database& database, const Saved& saved, Held& held) {
  remove_others(database, held.sources, "DELETE FROM sources WHERE name = ?",
                [&](const std::string& name) { return saved.sources.contains(name); });
  Statement row(database, "REPLACE INTO sources VALUES (?, ?, ?, ?, ?, ?)");
  for (const auto& [name, source] : saved.sources) {
    const std::string blob = encode(source);
    const auto print = fingerprint(name, source.position + blob);
    if (!differs(held.sources, name, print)) continue;
    row.bind(name)
        .bind(print)
        .bind(source.position)
        .bind(as_number(source.lines))
        .bind(as_number(source.bytes))
        .bind_blob(blob)
        .run();
  }
}

void write_parts(Database& database, const Saved& saved, Held& held) {
  remove_others(database, held.parts, "DELETE FROM parts WHERE name = ?",
                [&](const std::string& name) { return saved.parts.contains(name); });
  Statement row(database, "REPLACE INTO parts VALUES (?, ?, ?)");
  for (const auto& [name, bytes] : saved.parts) {
    const auto print = fingerprint(name, bytes);
    if (differs(held.parts, name, print)) row.bind(name).bind(print).bind_blob(bytes).run();
  }
}

void write_totals(Database& database, const engine::Memory& memory, Held& held) {
  const std::string blob = encode_totals(memory);
  const auto print = fingerprint("totals", blob);
  if (std::exchange(held.totals, print) == print) return;
  Statement row(database, "REPLACE INTO totals VALUES (1, ?, ?)");
  row.bind(print).bind_blob(blob).run();
}

class GatewaysWriter {
 public:
  GatewaysWriter(Database& database, Held& held) : database_(database), held_(held) {}

  void write(const engine::GatewayMemory& gateway) {
    const std::string blob = encode(gateway);
    const auto print = fingerprint(gateway.name, blob);
    if (differs(held_.gateways, gateway.index, print))
      gateway_.bind(gateway.index).bind(print).bind(gateway.name).bind(micros(gateway.now)).bind_blob(blob).run();
    if (gateway.ties) write_ties(gateway.index, encode(*gateway.ties));
  }
  void write(const engine::EndsByCookies::Facts& ends) { write_ties(all_gateways, encode(ends)); }
  void remove_others(const engine::Memory& memory) {
    std::unordered_set<std::int64_t> wanted;
    for (const auto& gateway : memory.gateways) wanted.insert(gateway.index);
    store::remove_others(database_, held_.gateways, "DELETE FROM gateways WHERE id = ?",
                         [&](std::int64_t id) { return wanted.contains(id); });
    store::remove_others(database_, held_.ties, "DELETE FROM ties WHERE id = ?",
                         [&](std::int64_t id) { return pieces_.contains(id); });
  }

 private:
  void write_ties(std::uint32_t gateway, const std::vector<TiePiece>& pieces) {
    for (const TiePiece& piece : pieces) {
      const auto id = tie_id(gateway, piece);
      pieces_.insert(id);
      const auto print = fingerprint(std::to_string(id), piece.bytes);
      if (differs(held_.ties, id, print)) tie_.bind(id).bind(print).bind_blob(piece.bytes).run();
    }
  }

  Database& database_;
  Held& held_;
  std::unordered_set<std::int64_t> pieces_;
  Statement gateway_{database_, "REPLACE INTO gateways VALUES (?, ?, ?, ?, ?)"};
  Statement tie_{database_, "REPLACE INTO ties VALUES (?, ?, ?)"};
};

void write_tunnels(Database& database, const engine::Memory& memory, Held& held) {
  std::unordered_set<std::int64_t> wanted;
  Statement row(database, "REPLACE INTO tunnels VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  for (const engine::TunnelMemory& tunnel : memory.tunnels) {
    if (!database.ok()) return;
    wanted.insert(tunnel.index);
    const std::string blob = encode(tunnel);
    const auto print = fingerprint(std::to_string(tunnel.index), blob);
    if (!differs(held.tunnels, tunnel.index, print)) continue;
    row.bind(tunnel.index).bind(print).bind(tunnel.gateway).bind(tunnel.peer).bind(tunnel.name).bind(tunnel.dialect);
    row.bind(tunnel::name_of(tunnel.facts.state));
    bind_time(row, tunnel.facts.since);
    bind_time(row, tunnel.last_event);
    row.bind(as_number(tunnel.facts.changes)).bind_blob(blob).run();
  }
  if (!memory.whole) return;
  remove_others(database, held.tunnels, "DELETE FROM tunnels WHERE id = ?", [&](std::int64_t id) { return wanted.contains(id); });
}

}  // namespace

void write(Database& database, const Saved& saved, Held& held) {
  write_sources(database, saved, held);
  write_parts(database, saved, held);
  write_totals(database, saved.memory, held);
  GatewaysWriter gateways(database, held);
  for (const engine::GatewayMemory& gateway : saved.memory.gateways) gateways.write(gateway);
  if (saved.memory.ends) gateways.write(*saved.memory.ends);
  if (saved.memory.whole) gateways.remove_others(saved.memory);
  write_tunnels(database, saved.memory, held);
}

}  // namespace ikewatch::store
