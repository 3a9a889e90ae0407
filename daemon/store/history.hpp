// The history: what changed on tunnels, one row a change, the oldest with the lowest number. Role: Change <-> rows. Ownership:
// none. Threads: one at a time. Failures stay in the database; transactions are the caller's.
#pragma once

#include <ikewatch/store/store.hpp>

#include "sqlite.hpp"

namespace ikewatch::store {

/// Adds rows behind the last one.
void append(Database& database, const std::vector<engine::Change>& changes);

/// Removes what is too old or too much, a bounded number beyond `added`: no save waits long for it.
void prune(Database& database, const Options& options, WallTime now, std::size_t added);

/// Rows with a name that this version does not know are skipped.
std::vector<engine::Change> find(Database& database, const HistoryQuery& query);

}  // namespace ikewatch::store
