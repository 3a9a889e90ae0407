// All rows, out of the database and into it. Role: Saved <-> tables. Ownership: none. Threads: one at a time. Failures stay in
// the database; transactions are the caller's.
#pragma once

#include <ikewatch/store/store.hpp>

#include "sqlite.hpp"

namespace ikewatch::store {

/// Everything, tunnels in the order in which they were first saved. Rows with a name that this version does not know are skipped,
/// a tunnel with an unknown state with all it has. Rejects the database where a row is not what was written.
Saved read(Database& database);

/// Makes the database hold `saved` and nothing else; touches only what differs from what it holds already.
void write(Database& database, const Saved& saved);

}  // namespace ikewatch::store
