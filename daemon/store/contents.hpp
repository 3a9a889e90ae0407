// All rows, out of the database and into it. Role: Saved <-> tables. Ownership: none. Threads: one at a time. Failures stay in
// the database; transactions are the caller's.
#pragma once

#include <ikewatch/store/store.hpp>

#include "sqlite.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>

namespace ikewatch::store {

/// What is written is bounded. Bytes: of a source's name and of its position; of a part.
inline constexpr std::size_t max_position = 65536;
inline constexpr std::size_t max_part = 16u << 20;

/// Everything, tunnels and gateways in their order. Rejects the database where a row is not what was written.
Saved read(Database& database);

/// Ties have ids of their gateway, their kind and their piece; those that belong to all gateways come last.
inline constexpr std::uint32_t all_gateways = 0xFFFFFFFF;

/// What the database holds, so that only what differs is written.
struct Held {
  using Prints = std::map<std::string, std::int64_t>;                     // by name
  using NumberedPrints = std::unordered_map<std::int64_t, std::int64_t>;  // by id
  std::int64_t totals = 0;
  Prints sources;
  Prints parts;
  NumberedPrints gateways;
  NumberedPrints tunnels;
  NumberedPrints ties;  // by gateway, kind and piece, see tie_id()
};
Held list_held(Database& database);

/// Makes the database hold `saved`: everything where its memory is whole, else what it names. `held` is what the database holds
/// and is brought up to date; after a failure it is not to be used again.
void write(Database& database, const Saved& saved, Held& held);

}  // namespace ikewatch::store
