// What each blob of the database holds. Role: the engine's memory and the counters of sources <-> bytes. Ownership: values.
// Threads: pure functions. Whatever the bytes are, decoding either gives a value whose lists are bounded or says false.
#pragma once

#include <ikewatch/store/store.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ikewatch::store {

/// A memory without its gateways and tunnels.
std::string encode_totals(const engine::Memory& memory);
bool decode_totals(std::string_view bytes, engine::Memory& memory);

/// A gateway without its name and its ties.
std::string encode(const engine::GatewayMemory& gateway);
bool decode(std::string_view bytes, engine::GatewayMemory& gateway);

std::string encode(const engine::TunnelMemory& tunnel);
bool decode(std::string_view bytes, engine::TunnelMemory& tunnel);

/// The counters of a source, without its position.
std::string encode(const SourceState& source);
bool decode(std::string_view bytes, SourceState& source);

/// What a gateway's lines are tied by. Each kind is written in pieces: a new tie changes only one.
enum class TieKind : std::uint8_t { cookies, spis, conns, ends };
struct TiePiece {
  TieKind kind = TieKind::cookies;
  std::uint32_t nth = 0;
  std::string bytes;
};
inline constexpr std::size_t ties_in_a_piece = 256;
std::vector<TiePiece> encode(const tunnel::Attribution::Ties& ties);
/// Pieces of a kind in their order.
bool decode(const TiePiece& piece, tunnel::Attribution::Ties& ties);
std::vector<TiePiece> encode(const engine::EndsByCookies::Facts& ends);
bool decode(const TiePiece& piece, engine::EndsByCookies::Facts& ends);

/// FNV-1a, 64 bits (draft-eastlake-fnv), of a row's key and its blob: SQLite has no checksums in its main file.
std::int64_t fingerprint(std::string_view key, std::string_view blob);

}  // namespace ikewatch::store
