#include "records.hpp"

#include "archive.hpp"

// Each record() names its fields once, for both directions. A field that is added later goes to the end of its record, behind a
// look at archive.version().
namespace ikewatch::store {

template <class Archive>
void record(Archive& archive, Of<Archive, tunnel::IkeCookies>& cookies) {
  fields(archive, cookies.initiator, cookies.responder);
}

template <class Archive>
void record(Archive& archive, Of<Archive, tunnel::IkeSa>& sa) {
  fields(archive, sa.cookies, sa.since);
}

template <class Archive>
void record(Archive& archive, Of<Archive, tunnel::ChildSa>& sa) {
  fields(archive, sa.spi_in, sa.spi_out, sa.since, sa.ends);
}

template <class Archive>
void record(Archive& archive, Of<Archive, tunnel::Attempt>& attempt) {
  fields(archive, attempt.phase, attempt.started, attempt.answered, attempt.failed);
}

template <class Archive>
void record(Archive& archive, Of<Archive, tunnel::TunnelFacts>& facts) {
  fields(archive, facts.state, facts.since, facts.ike, facts.children, facts.attempts, facts.failed, facts.last_expired,
         facts.ups_and_downs, facts.ups_and_downs_seen, facts.half_broken, facts.changes, facts.surprises, facts.ever_up);
}

template <class Archive>
void record(Archive& archive, Of<Archive, diagnosis::Evidence>& evidence) {
  fields(archive, evidence.line, evidence.text);
}

template <class Archive>
void record(Archive& archive, Of<Archive, diagnosis::Finding>& finding) {
  fields(archive, finding.cause, finding.side, finding.confidence, finding.rank, finding.resolved, finding.resolved_last,
         finding.count, finding.first_line, finding.last_line, finding.order, finding.note, finding.detail, finding.evidence);
}

template <class Archive>
void record(Archive& archive, Of<Archive, diagnosis::History::Trace>& trace) {
  fields(archive, trace.last, trace.count);
}

template <class Archive>
void record(Archive& archive, Of<Archive, diagnosis::History::Facts>& history) {
  fields(archive, history.traces, history.child_changed, history.last_up);
}

template <class Archive>
void record(Archive& archive, Of<Archive, engine::FarEndMemory>& far_end) {
  fields(archive, far_end.tunnel, far_end.certain);
}

template <class Archive>
void record(Archive& archive, Of<Archive, engine::CaseMemory>& diagnoses) {
  fields(archive, diagnoses.findings, diagnoses.next_order);
}

template <class Archive>
void record(Archive& archive, Of<Archive, engine::TimelineEntry>& entry) {
  fields(archive, entry.line, entry.time, entry.event, entry.state, entry.text);
}

template <class Archive>
void record(Archive& archive, Of<Archive, engine::HeldMemory>& held) {
  fields(archive, held.raw, held.rule, held.kind, held.cause, held.side, held.confidence, held.rank, held.fields, held.line,
         held.time, held.now);
}

template <class Archive>
void record(Archive& archive, Of<Archive, engine::BurstMemory>& burst) {
  fields(archive, burst.tunnel, burst.at, burst.closed, burst.refused);
}

template <class Archive>
void record(Archive& archive, Of<Archive, engine::DurationHistogram>& histogram) {
  fields(archive, histogram.counts, histogram.sum_seconds);
}

template <class Archive>
void record(Archive& archive, Of<Archive, engine::TunnelMemory>& tunnel) {
  fields(archive, tunnel.gateway, tunnel.peer, tunnel.name, tunnel.dialect, tunnel.configured, tunnel.initiates, tunnel.flapping,
         tunnel.turn, tunnel.facts, tunnel.last_event, tunnel.peer_dead, tunnel.negotiations, tunnel.failures, tunnel.diagnoses,
         tunnel.timeline, tunnel.history, tunnel.far_end, tunnel.began, tunnel.looked_for, tunnel.vouched, tunnel.stranger,
         tunnel.stamped, tunnel.events, tunnel.first_event);
}

template <class Archive>
void record(Archive& archive, Of<Archive, engine::GatewayMemory>& gateway) {
  fields(archive, gateway.now, gateway.log, gateway.burst, gateway.held, gateway.ending, gateway.diagnoses, gateway.refused,
         gateway.locals);
}

template <class Archive>
void record(Archive& archive, Of<Archive, SourceState>& source) {
  fields(archive, source.lines, source.bytes, source.malformed, source.dropped, source.last_line);
}

template <class Archive>
void totals(Archive& archive, Of<Archive, engine::Memory>& memory) {
  fields(archive, memory.clock, memory.log, memory.turns, memory.events, memory.unmatched, memory.durations);
}

namespace {

template <class Value>
std::string encoded(const Value& value) {
  Writer writer;
  record(writer, value);
  return writer.bytes();
}

template <class Value>
bool decoded(std::string_view bytes, Value& value) {
  Reader reader(bytes);
  record(reader, value);
  return reader.done();
}

/// A cause that this version does not know left the finding without one.
void forget_unknown(engine::CaseMemory& diagnoses) {
  std::erase_if(diagnoses.findings, [](const auto& finding) { return finding.cause == rules::Cause::none; });
}

bool is_sound(const tunnel::TunnelFacts& facts) {
  for (std::uint8_t phase = 0; phase < facts.attempts.size(); ++phase) {
    if (facts.attempts[phase] && facts.attempts[phase]->phase != phase) return false;
  }
  return true;
}

/// A version that allows a tunnel more of them may have written these; what it saved is no damage.
template <class Sa>
void keep_youngest(std::vector<Sa>& sas) {
  if (sas.size() > tunnel::Tunnel::max_sas) sas.erase(sas.begin(), sas.end() - tunnel::Tunnel::max_sas);
}

template <class Facts>
void add_pieces(std::vector<TiePiece>& pieces, TieKind kind, const Facts& facts) {
  for (std::size_t begin = 0; begin < facts.places.size(); begin += ties_in_a_piece) {
    const std::size_t end = std::min(begin + ties_in_a_piece, facts.places.size());
    Writer writer;
    const bool overwritten_next_is_here = facts.oldest >= begin && facts.oldest < end;
    writer.number(overwritten_next_is_here ? facts.oldest - begin + 1 : 0);
    writer.number(end - begin);
    for (std::size_t i = begin; i < end; ++i) field(writer, facts.places[i]);
    pieces.push_back({kind, static_cast<std::uint32_t>(begin / ties_in_a_piece), writer.bytes()});
  }
}

template <class Facts>
bool add_places(std::string_view bytes, Facts& facts) {
  Reader reader(bytes);
  const auto oldest = reader.number(ties_in_a_piece);
  if (oldest != 0) facts.oldest = facts.places.size() + oldest - 1;
  for (auto left = reader.number(ties_in_a_piece); left > 0 && reader.ok(); --left) field(reader, facts.places.emplace_back());
  return reader.done();
}

}  // namespace

std::string encode_totals(const engine::Memory& memory) {
  Writer writer;
  totals(writer, memory);
  return writer.bytes();
}

bool decode_totals(std::string_view bytes, engine::Memory& memory) {
  Reader reader(bytes);
  totals(reader, memory);
  return reader.done();
}

std::string encode(const engine::GatewayMemory& gateway) { return encoded(gateway); }

bool decode(std::string_view bytes, engine::GatewayMemory& gateway) {
  if (!decoded(bytes, gateway)) return false;
  forget_unknown(gateway.diagnoses);
  return true;
}

std::string encode(const engine::TunnelMemory& tunnel) { return encoded(tunnel); }

bool decode(std::string_view bytes, engine::TunnelMemory& tunnel) {
  if (!decoded(bytes, tunnel)) return false;
  forget_unknown(tunnel.diagnoses);
  keep_youngest(tunnel.facts.ike);
  keep_youngest(tunnel.facts.children);
  return is_sound(tunnel.facts);
}

std::string encode(const SourceState& source) { return encoded(source); }

bool decode(std::string_view bytes, SourceState& source) { return decoded(bytes, source); }

std::vector<TiePiece> encode(const tunnel::Attribution::Ties& ties) {
  std::vector<TiePiece> pieces;
  add_pieces(pieces, TieKind::cookies, ties.cookies);
  add_pieces(pieces, TieKind::spis, ties.spis);
  add_pieces(pieces, TieKind::conns, ties.conns);
  return pieces;
}

bool decode(const TiePiece& piece, tunnel::Attribution::Ties& ties) {
  switch (piece.kind) {
    case TieKind::cookies:
      return add_places(piece.bytes, ties.cookies);
    case TieKind::spis:
      return add_places(piece.bytes, ties.spis);
    case TieKind::conns:
      return add_places(piece.bytes, ties.conns);
    case TieKind::ends:
      break;
  }
  return false;
}

std::vector<TiePiece> encode(const engine::EndsByCookies::Facts& ends) {
  std::vector<TiePiece> pieces;
  add_pieces(pieces, TieKind::ends, ends);
  return pieces;
}

bool decode(const TiePiece& piece, engine::EndsByCookies::Facts& ends) { return add_places(piece.bytes, ends); }

std::int64_t fingerprint(std::string_view key, std::string_view blob) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  const auto mix = [&hash](std::string_view bytes) {
    for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  };
  mix(key);
  hash = (hash ^ 0x1FFU) * 0x100000001b3U;  // no byte looks like the border
  mix(blob);
  return static_cast<std::int64_t>(hash);
}

}  // namespace ikewatch::store
