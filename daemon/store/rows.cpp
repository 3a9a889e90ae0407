#include "rows.hpp"

#include <algorithm>
#include <tuple>
#include <vector>

namespace ikewatch::store {
namespace {

/// SQLite has signed numbers only; the conversion keeps all 64 bits and is undone by the reader.
constexpr std::int64_t as_number(std::uint64_t value) { return static_cast<std::int64_t>(value); }

void put_time(RowSink& sink, WallTime time) { sink.number(time.time_since_epoch().count()); }

void put_time(RowSink& sink, const std::optional<WallTime>& time) { time ? put_time(sink, *time) : sink.null(); }

void put_count(RowSink& sink, std::uint64_t count) { sink.number(as_number(count)); }

void put_spi(RowSink& sink, const std::optional<std::uint32_t>& spi) { spi ? sink.number(*spi) : sink.null(); }

void put_nth(RowSink& sink, std::size_t nth) { sink.number(as_number(nth)); }

void put_tunnel(RowSink& sink, const engine::TunnelMemory& tunnel) {
  sink.begin(Table::tunnels);
  sink.text(tunnel.gateway);
  sink.text(tunnel.peer);
  sink.text(cut(tunnel.dialect, max_dialect));
  sink.text(tunnel::name_of(tunnel.state));
  put_time(sink, tunnel.since);
  put_time(sink, tunnel.last_event);
  put_count(sink, tunnel.state_changes);
  put_count(sink, tunnel.peer_dead);
  put_count(sink, tunnel.negotiations[1]);
  put_count(sink, tunnel.negotiations[2]);
  sink.end();
}

void put_ike(RowSink& sink, std::size_t nth, const tunnel::IkeSa& sa) {
  sink.begin(Table::ike_sas);
  put_nth(sink, nth);
  sa.cookies ? put_count(sink, sa.cookies->initiator) : sink.null();
  sa.cookies ? put_count(sink, sa.cookies->responder) : sink.null();
  put_time(sink, sa.since);
  sink.end();
}

void put_child(RowSink& sink, std::size_t nth, const tunnel::ChildSa& sa) {
  sink.begin(Table::child_sas);
  put_nth(sink, nth);
  put_spi(sink, sa.spi_in);
  put_spi(sink, sa.spi_out);
  put_time(sink, sa.since);
  put_time(sink, sa.ends);
  sink.end();
}

struct Failures {
  int phase = 0;
  std::string_view cause;
  std::uint64_t count = 0;
};

/// By name, not in the order of the map: that is the order of the enumeration, which may change between versions.
std::vector<Failures> failures_of(const engine::TunnelMemory& tunnel) {
  std::vector<Failures> rows;
  for (const auto& [key, count] : tunnel.failures) rows.push_back({key.first, rules::name_of(key.second), count});
  std::sort(rows.begin(), rows.end(),
            [](const auto& a, const auto& b) { return std::tie(a.phase, a.cause) < std::tie(b.phase, b.cause); });
  return rows;
}

void put_failure(RowSink& sink, std::size_t /*nth*/, const Failures& failures) {
  sink.begin(Table::failures);
  sink.number(failures.phase);
  sink.text(failures.cause);
  put_count(sink, failures.count);
  sink.end();
}

void put_evidence(RowSink& sink, std::size_t finding, const std::vector<diagnosis::Evidence>& evidence) {
  for (std::size_t i = 0; i < std::min(evidence.size(), max_evidence_rows); ++i) {
    sink.begin(Table::evidence);
    put_nth(sink, finding);
    put_nth(sink, i);
    put_count(sink, evidence[i].line);
    sink.text(cut(evidence[i].text, max_evidence_text));
    sink.end();
  }
}

void put_finding(RowSink& sink, std::size_t nth, const diagnosis::Finding& finding) {
  sink.begin(Table::findings);
  put_nth(sink, nth);
  sink.text(rules::name_of(finding.cause));
  sink.text(rules::name_of(finding.side));
  sink.text(rules::name_of(finding.confidence));
  sink.number(finding.rank);
  sink.number(finding.resolved ? 1 : 0);
  put_count(sink, finding.count);
  put_count(sink, finding.first_line);
  put_count(sink, finding.last_line);
  put_count(sink, finding.order);
  sink.text(cut(finding.note, max_note));
  sink.end();
  put_evidence(sink, nth, finding.evidence);
}

template <class Item, class Put>
void put_list(RowSink& sink, const std::vector<Item>& items, Put put_item) {
  for (std::size_t i = 0; i < std::min(items.size(), max_rows); ++i) put_item(sink, i, items[i]);
}

}  // namespace

void Hash::begin(Table table) {
  mix('r');
  number(static_cast<std::int64_t>(table));
}

void Hash::number(std::int64_t value) {
  mix('n');
  for (int shift = 0; shift < 64; shift += 8) mix(static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> shift));
}

void Hash::text(std::string_view value) {
  mix('t');
  number(as_number(value.size()));
  for (const char c : value) mix(static_cast<std::uint8_t>(c));
}

void put(RowSink& sink, const engine::TunnelMemory& tunnel) {
  put_tunnel(sink, tunnel);
  put_list(sink, tunnel.ike, put_ike);
  put_list(sink, tunnel.children, put_child);
  put_list(sink, failures_of(tunnel), put_failure);
  put_list(sink, tunnel.findings, put_finding);
}

std::string_view cut(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return text;
  std::size_t end = limit;
  const auto inside_character = [&] { return (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80; };
  while (end > 0 && limit - end < 3 && inside_character()) --end;
  return text.substr(0, inside_character() ? limit : end);
}

std::int64_t fingerprint(const engine::TunnelMemory& tunnel) {
  Hash hash;
  put(hash, tunnel);
  return hash.value();
}

std::int64_t fingerprint(std::string_view source, std::string_view position) {
  Hash hash;
  hash.text(source);
  hash.text(position);
  return hash.value();
}

}  // namespace ikewatch::store
