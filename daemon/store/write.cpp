#include "contents.hpp"
#include "rows.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <utility>

namespace ikewatch::store {
namespace {

/// Binds the columns of each row to the statement of its table.
class RowWriter final : public RowSink {
 public:
  explicit RowWriter(Database& database) : database_(database) {}

  /// The rows that follow belong to this tunnel.
  void of(std::int64_t id, std::int64_t fingerprint) {
    id_ = id;
    fingerprint_ = fingerprint;
  }

  void begin(Table table) override {
    statement_ = &statements_[static_cast<std::size_t>(table)];
    statement_->bind(id_);
    if (table == Table::tunnels) statement_->bind(fingerprint_);
  }
  void number(std::int64_t value) override { statement_->bind(value); }
  void text(std::string_view value) override { statement_->bind(value); }
  void null() override { statement_->bind_null(); }
  void end() override { statement_->run(); }

 private:
  Database& database_;
  std::int64_t id_ = 0;
  std::int64_t fingerprint_ = 0;
  Statement* statement_ = nullptr;
  std::array<Statement, tables> statements_{{
      // in the order of Table
      {database_, "INSERT INTO tunnels VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
      {database_, "INSERT INTO ike_sas VALUES (?, ?, ?, ?, ?)"},
      {database_, "INSERT INTO child_sas VALUES (?, ?, ?, ?, ?, ?)"},
      {database_, "INSERT INTO failures VALUES (?, ?, ?, ?)"},
      {database_, "INSERT INTO findings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
      {database_, "INSERT INTO evidence VALUES (?, ?, ?, ?, ?)"},
  }};
};

/// The length keeps apart names that would run into each other.
std::string key_of(std::string_view gateway, std::string_view peer) {
  return std::to_string(gateway.size()).append(":").append(gateway).append(peer);
}

/// A tunnel that the database holds.
struct Held {
  std::int64_t id = 0;
  std::int64_t fingerprint = 0;
  bool wanted = false;  // it is in what is being saved
};

class TunnelsWriter {
 public:
  explicit TunnelsWriter(Database& database) : database_(database) { list_held(); }

  void write(const engine::TunnelMemory& tunnel);
  /// At the end: tunnels that were not written are gone.
  void remove_others();

 private:
  void list_held();
  void remove(std::int64_t id) {
    for (Statement& remove : removes_) remove.bind(id).run();
  }

  Database& database_;
  std::int64_t last_id_ = 0;
  std::unordered_map<std::string, Held> held_;
  RowWriter rows_{database_};
  std::array<Statement, tables> removes_{{
      {database_, "DELETE FROM evidence WHERE tunnel = ?"},
      {database_, "DELETE FROM findings WHERE tunnel = ?"},
      {database_, "DELETE FROM failures WHERE tunnel = ?"},
      {database_, "DELETE FROM child_sas WHERE tunnel = ?"},
      {database_, "DELETE FROM ike_sas WHERE tunnel = ?"},
      {database_, "DELETE FROM tunnels WHERE id = ?"},
  }};
};

void TunnelsWriter::list_held() {
  Statement rows(database_, "SELECT id, fingerprint, gateway, peer FROM tunnels");
  while (rows.next()) {
    held_.emplace(key_of(rows.text(2), rows.text(3)), Held{rows.number(0), rows.number(1)});
    last_id_ = std::max(last_id_, rows.number(0));
  }
}

void TunnelsWriter::write(const engine::TunnelMemory& tunnel) {
  if (tunnel.gateway.size() > max_name || tunnel.peer.size() > max_name) return;
  const std::int64_t now = fingerprint(tunnel);
  const auto [place, added] = held_.try_emplace(key_of(tunnel.gateway, tunnel.peer));
  Held& held = place->second;
  if (std::exchange(held.wanted, true)) return;  // named twice: the first counts
  if (!added && held.fingerprint == now) return;
  if (added) {
    held.id = ++last_id_;
  } else {
    remove(held.id);
  }
  rows_.of(held.id, now);
  put(rows_, tunnel);
}

void TunnelsWriter::remove_others() {
  for (const auto& [key, held] : held_) {
    if (!held.wanted) remove(held.id);
  }
}

std::map<std::string, std::string> held_positions(Database& database) {
  std::map<std::string, std::string> positions;
  Statement rows(database, "SELECT source, position FROM positions");
  while (rows.next()) positions.emplace(rows.text(0), rows.text(1));
  return positions;
}

void write_positions(Database& database, const std::map<std::string, std::string>& positions) {
  if (held_positions(database) == positions) return;
  database.run("DELETE FROM positions");
  Statement insert(database, "INSERT INTO positions VALUES (?, ?, ?)");
  for (const auto& [source, position] : positions) {
    insert.bind(source).bind(position).bind(fingerprint(source, position)).run();
  }
}

}  // namespace

void write(Database& database, const Saved& saved) {
  write_positions(database, saved.positions);
  TunnelsWriter tunnels(database);
  for (const engine::TunnelMemory& tunnel : saved.memory.tunnels) {
    if (!database.ok()) return;
    tunnels.write(tunnel);
  }
  tunnels.remove_others();
}

}  // namespace ikewatch::store
