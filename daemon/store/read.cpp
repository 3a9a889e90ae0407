#include "contents.hpp"
#include "rows.hpp"

#include <algorithm>

namespace ikewatch::store {
namespace {

std::uint64_t count_at(const Statement& row, int column) { return static_cast<std::uint64_t>(row.number(column)); }

/// Within the years of RFC 3339: a file that somebody else wrote may say any number, and times are added to.
WallTime time_at(const Statement& row, int column) {
  constexpr WallTime first{std::chrono::sys_days{std::chrono::year{0} / 1 / 1}};
  constexpr WallTime last{std::chrono::sys_days{std::chrono::year{9999} / 1 / 1}};
  return std::clamp(WallTime(std::chrono::microseconds(row.number(column))), first, last);
}

std::optional<WallTime> time_if_any(const Statement& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return time_at(row, column);
}

std::optional<std::uint32_t> spi_at(const Statement& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return static_cast<std::uint32_t>(row.number(column));
}

/// Gives the columns of the present row, from `first` on, as they stand in the file.
void pass_on(RowSink& sink, Table table, const Statement& row, int first = 0) {
  sink.begin(table);
  for (int column = first; column < row.columns(); ++column) {
    if (row.is_null(column)) {
      sink.null();
    } else if (row.is_text(column)) {
      sink.text(row.text(column));
    } else {
      sink.number(row.number(column));
    }
  }
  sink.end();
}

/// Reads one tunnel after the other with statements that are prepared once. What is read goes through the hash as it stands in
/// the file, names that mean nothing to this version included.
class TunnelReader {
 public:
  explicit TunnelReader(Database& database) : database_(database) {}

  std::vector<engine::TunnelMemory> all();

 private:
  engine::TunnelMemory tunnel();
  void read_ike(engine::TunnelMemory& tunnel, std::int64_t id);
  void read_children(engine::TunnelMemory& tunnel, std::int64_t id);
  void read_failures(engine::TunnelMemory& tunnel, std::int64_t id);
  void read_findings(engine::TunnelMemory& tunnel, std::int64_t id);
  std::vector<diagnosis::Evidence> evidence(std::int64_t id, std::int64_t finding);

  Database& database_;
  Hash hash_;  // of the present tunnel
  // The columns are those of put(), in its order.
  Statement tunnels_{database_,
                     "SELECT id, fingerprint, gateway, peer, dialect, state, since, last_event, state_changes, peer_dead, "
                     "negotiations_1, negotiations_2 FROM tunnels ORDER BY id"};
  Statement ike_{database_, "SELECT nth, initiator, responder, since FROM ike_sas WHERE tunnel = ? ORDER BY nth"};
  Statement children_{database_, "SELECT nth, spi_in, spi_out, since, ends FROM child_sas WHERE tunnel = ? ORDER BY nth"};
  Statement failures_{database_, "SELECT phase, cause, count FROM failures WHERE tunnel = ? ORDER BY phase, cause"};
  Statement findings_{database_,
                      "SELECT nth, cause, side, confidence, rank, resolved, count, first_line, last_line, sighting, note "
                      "FROM findings WHERE tunnel = ? ORDER BY nth"};
  Statement evidence_{database_, "SELECT finding, nth, line, text FROM evidence WHERE tunnel = ? AND finding = ? ORDER BY nth"};
};

std::vector<engine::TunnelMemory> TunnelReader::all() {
  std::vector<engine::TunnelMemory> all;
  while (tunnels_.next()) {
    const auto state = tunnel::state_named(tunnels_.text(5));
    engine::TunnelMemory read = tunnel();
    if (hash_.value() != tunnels_.number(1)) database_.reject("it is damaged: a tunnel is not what was saved");
    if (!state) continue;
    read.state = *state;
    all.push_back(std::move(read));
  }
  return all;
}

engine::TunnelMemory TunnelReader::tunnel() {
  hash_ = Hash();
  pass_on(hash_, Table::tunnels, tunnels_, 2);
  engine::TunnelMemory tunnel;
  tunnel.gateway = tunnels_.text(2);
  tunnel.peer = tunnels_.text(3);
  tunnel.dialect = tunnels_.text(4);
  tunnel.since = time_if_any(tunnels_, 6);
  tunnel.last_event = time_if_any(tunnels_, 7);
  tunnel.state_changes = count_at(tunnels_, 8);
  tunnel.peer_dead = count_at(tunnels_, 9);
  tunnel.negotiations = {0, count_at(tunnels_, 10), count_at(tunnels_, 11)};
  const std::int64_t id = tunnels_.number(0);
  read_ike(tunnel, id);
  read_children(tunnel, id);
  read_failures(tunnel, id);
  read_findings(tunnel, id);
  return tunnel;
}

void TunnelReader::read_ike(engine::TunnelMemory& tunnel, std::int64_t id) {
  ike_.bind(id);
  while (ike_.next()) {
    pass_on(hash_, Table::ike_sas, ike_);
    tunnel::IkeSa& sa = tunnel.ike.emplace_back();
    if (!ike_.is_null(1)) sa.cookies = {count_at(ike_, 1), count_at(ike_, 2)};
    sa.since = time_at(ike_, 3);
  }
}

void TunnelReader::read_children(engine::TunnelMemory& tunnel, std::int64_t id) {
  children_.bind(id);
  while (children_.next()) {
    pass_on(hash_, Table::child_sas, children_);
    tunnel.children.push_back({spi_at(children_, 1), spi_at(children_, 2), time_at(children_, 3), time_if_any(children_, 4)});
  }
}

void TunnelReader::read_failures(engine::TunnelMemory& tunnel, std::int64_t id) {
  failures_.bind(id);
  while (failures_.next()) {
    pass_on(hash_, Table::failures, failures_);
    const auto cause = rules::cause_named(failures_.text(1));
    if (cause) tunnel.failures[{static_cast<int>(failures_.number(0)), *cause}] = count_at(failures_, 2);
  }
}

/// Nothing where a name means nothing to this version.
std::optional<diagnosis::Finding> finding_in(const Statement& row) {
  const auto cause = rules::cause_named(row.text(1));
  const auto side = rules::side_named(row.text(2));
  const auto confidence = rules::confidence_named(row.text(3));
  if (!cause || !side || !confidence) return std::nullopt;
  diagnosis::Finding finding;
  finding.cause = *cause;
  finding.side = *side;
  finding.confidence = *confidence;
  finding.rank = static_cast<std::uint8_t>(row.number(4));
  finding.resolved = row.number(5) != 0;
  finding.count = count_at(row, 6);
  finding.first_line = count_at(row, 7);
  finding.last_line = count_at(row, 8);
  finding.order = count_at(row, 9);
  finding.note = row.text(10);
  return finding;
}

void TunnelReader::read_findings(engine::TunnelMemory& tunnel, std::int64_t id) {
  findings_.bind(id);
  while (findings_.next()) {
    pass_on(hash_, Table::findings, findings_);
    auto finding = finding_in(findings_);
    auto lines = evidence(id, findings_.number(0));
    if (!finding) continue;
    finding->evidence = std::move(lines);
    tunnel.findings.push_back(std::move(*finding));
  }
}

std::vector<diagnosis::Evidence> TunnelReader::evidence(std::int64_t id, std::int64_t finding) {
  std::vector<diagnosis::Evidence> lines;
  evidence_.bind(id).bind(finding);
  while (evidence_.next()) {
    pass_on(hash_, Table::evidence, evidence_);
    lines.push_back({count_at(evidence_, 2), std::string(evidence_.text(3))});
  }
  return lines;
}

std::map<std::string, std::string> read_positions(Database& database) {
  std::map<std::string, std::string> positions;
  Statement rows(database, "SELECT source, position, fingerprint FROM positions");
  while (rows.next()) {
    if (fingerprint(rows.text(0), rows.text(1)) != rows.number(2)) {
      database.reject("it is damaged: a reading position is not what was saved");
    }
    positions.emplace(rows.text(0), rows.text(1));
  }
  return positions;
}

}  // namespace

Saved read(Database& database) {
  Saved saved;
  saved.positions = read_positions(database);
  saved.memory.tunnels = TunnelReader(database).all();
  return saved;
}

}  // namespace ikewatch::store
