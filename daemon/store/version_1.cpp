#include "version_1.hpp"

#include <algorithm>
#include <unordered_map>

namespace ikewatch::store {
namespace {

/// Their numbers are part of the fingerprints.
enum class Table : std::uint8_t { tunnels, ike_sas, child_sas, failures, findings, evidence };

constexpr const char* schema_sql = R"(
CREATE TABLE positions (
  source TEXT NOT NULL PRIMARY KEY,
  position TEXT NOT NULL,
  fingerprint INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE tunnels (
  id INTEGER PRIMARY KEY,
  fingerprint INTEGER NOT NULL,
  gateway TEXT NOT NULL,
  peer TEXT NOT NULL,
  dialect TEXT NOT NULL,
  state TEXT NOT NULL,
  since INTEGER,
  last_event INTEGER,
  state_changes INTEGER NOT NULL,
  peer_dead INTEGER NOT NULL,
  negotiations_1 INTEGER NOT NULL,
  negotiations_2 INTEGER NOT NULL,
  UNIQUE (gateway, peer)
) STRICT;
CREATE TABLE ike_sas (
  tunnel INTEGER NOT NULL REFERENCES tunnels,
  nth INTEGER NOT NULL,
  initiator INTEGER,
  responder INTEGER,
  since INTEGER NOT NULL,
  PRIMARY KEY (tunnel, nth),
  CHECK ((initiator IS NULL) = (responder IS NULL))
) STRICT, WITHOUT ROWID;
CREATE TABLE child_sas (
  tunnel INTEGER NOT NULL REFERENCES tunnels,
  nth INTEGER NOT NULL,
  spi_in INTEGER CHECK (spi_in BETWEEN 0 AND 4294967295),
  spi_out INTEGER CHECK (spi_out BETWEEN 0 AND 4294967295),
  since INTEGER NOT NULL,
  ends INTEGER,
  PRIMARY KEY (tunnel, nth)
) STRICT, WITHOUT ROWID;
CREATE TABLE failures (
  tunnel INTEGER NOT NULL REFERENCES tunnels,
  phase INTEGER NOT NULL,
  cause TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (tunnel, phase, cause)
) STRICT, WITHOUT ROWID;
CREATE TABLE findings (
  tunnel INTEGER NOT NULL REFERENCES tunnels,
  nth INTEGER NOT NULL,
  cause TEXT NOT NULL,
  side TEXT NOT NULL,
  confidence TEXT NOT NULL,
  rank INTEGER NOT NULL CHECK (rank BETWEEN 0 AND 255),
  resolved INTEGER NOT NULL CHECK (resolved IN (0, 1)),
  count INTEGER NOT NULL,
  first_line INTEGER NOT NULL,
  last_line INTEGER NOT NULL,
  sighting INTEGER NOT NULL,
  note TEXT NOT NULL,
  PRIMARY KEY (tunnel, nth)
) STRICT, WITHOUT ROWID;
CREATE TABLE evidence (
  tunnel INTEGER NOT NULL,
  finding INTEGER NOT NULL,
  nth INTEGER NOT NULL,
  line INTEGER NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (tunnel, finding, nth),
  FOREIGN KEY (tunnel, finding) REFERENCES findings
) STRICT, WITHOUT ROWID;
)";

/// FNV-1a, 64 bits, of all columns. Every value is preceded by its kind and its length.
class Hash {
 public:
  void begin(Table table) {
    mix('r');
    number(static_cast<std::int64_t>(table));
  }
  void number(std::int64_t value) {
    mix('n');
    for (int shift = 0; shift < 64; shift += 8) mix(static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> shift));
  }
  void text(std::string_view value) {
    mix('t');
    number(static_cast<std::int64_t>(value.size()));
    for (const char c : value) mix(static_cast<std::uint8_t>(c));
  }
  void null() { mix('0'); }
  void end() { mix('e'); }
  [[nodiscard]] std::int64_t value() const { return static_cast<std::int64_t>(hash_); }

 private:
  void mix(std::uint8_t byte) { hash_ = (hash_ ^ byte) * 0x100000001b3u; }

  std::uint64_t hash_ = 0xcbf29ce484222325u;
};

std::uint64_t count_at(const Statement& row, int column) { return static_cast<std::uint64_t>(row.number(column)); }

WallTime time_at(const Statement& row, int column) { return WallTime(std::chrono::microseconds(row.number(column))); }

std::optional<WallTime> time_if_any(const Statement& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return time_at(row, column);
}

std::optional<std::uint32_t> spi_at(const Statement& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return static_cast<std::uint32_t>(row.number(column));
}

/// Gives the columns of the present row, from `first` on, as they stand in the file.
void pass_on(Hash& sink, Table table, const Statement& row, int first = 0) {
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
    read.facts.state = *state;
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
  tunnel.facts.since = time_if_any(tunnels_, 6);
  tunnel.last_event = time_if_any(tunnels_, 7);
  tunnel.facts.changes = count_at(tunnels_, 8);
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
    tunnel::IkeSa& sa = tunnel.facts.ike.emplace_back();
    if (!ike_.is_null(1)) sa.cookies = {count_at(ike_, 1), count_at(ike_, 2)};
    sa.since = time_at(ike_, 3);
  }
}

void TunnelReader::read_children(engine::TunnelMemory& tunnel, std::int64_t id) {
  children_.bind(id);
  while (children_.next()) {
    pass_on(hash_, Table::child_sas, children_);
    tunnel.facts.children.push_back(
        {spi_at(children_, 1), spi_at(children_, 2), time_at(children_, 3), time_if_any(children_, 4)});
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
    tunnel.diagnoses.findings.push_back(std::move(*finding));
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

void read_positions(Database& database, Saved& saved) {
  Statement rows(database, "SELECT source, position, fingerprint FROM positions");
  while (rows.next()) {
    Hash hash;
    hash.text(rows.text(0));
    hash.text(rows.text(1));
    if (hash.value() != rows.number(2)) database.reject("it is damaged: a reading position is not what was saved");
    saved.sources[std::string(rows.text(0))].position = rows.text(1);
  }
}

/// What version 1 left out, as far as the rest tells it.
void complete(engine::TunnelMemory& tunnel, tunnel::TunnelIndex index) {
  tunnel.index = index;
  tunnel.name = tunnel.peer;
  for (const auto& finding : tunnel.diagnoses.findings)
    tunnel.diagnoses.next_order = std::max(tunnel.diagnoses.next_order, finding.order + 1);
  tunnel::TunnelFacts& facts = tunnel.facts;
  facts.ever_up = facts.state == tunnel::State::up;
  // There was an attempt, and it must end some day.
  if (facts.state == tunnel::State::negotiating)
    facts.attempts[1] = tunnel::Attempt{1, facts.since.value_or(WallTime{}), false, false};
}

/// Later lines name these SAs by cookie and SPI only.
void tie(tunnel::Attribution::Ties& ties, const engine::TunnelMemory& tunnel) {
  for (const auto& sa : tunnel.facts.ike) {
    if (sa.cookies) ties.cookies.places.emplace_back(sa.cookies->initiator, tunnel.index);
  }
  for (const auto& child : tunnel.facts.children) {
    if (child.spi_in) ties.spis.places.emplace_back(*child.spi_in, tunnel.index);
    if (child.spi_out) ties.spis.places.emplace_back(*child.spi_out, tunnel.index);
  }
}

void gather_gateways(engine::Memory& memory) {
  std::unordered_map<std::string, std::uint32_t> numbers;
  for (const engine::TunnelMemory& tunnel : memory.tunnels) {
    const auto [at, added] = numbers.try_emplace(tunnel.gateway, static_cast<std::uint32_t>(memory.gateways.size()));
    if (added) {
      engine::GatewayMemory& gateway = memory.gateways.emplace_back();
      gateway.index = at->second;
      gateway.name = tunnel.gateway;
      gateway.ties.emplace();
    }
    tie(*memory.gateways[at->second].ties, tunnel);
  }
}

}  // namespace

std::string version_1_schema() { return schema_sql; }

Saved read_version_1(Database& database) {
  Saved saved;
  read_positions(database, saved);
  saved.memory.tunnels = TunnelReader(database).all();
  for (std::size_t i = 0; i < saved.memory.tunnels.size(); ++i)
    complete(saved.memory.tunnels[i], static_cast<tunnel::TunnelIndex>(i));
  gather_gateways(saved.memory);
  return saved;
}

void drop_version_1(Database& database) {
  for (const char* table : {"evidence", "findings", "failures", "child_sas", "ike_sas", "tunnels", "positions"})
    database.run(("DROP TABLE " + std::string(table)).c_str());
}

}  // namespace ikewatch::store
