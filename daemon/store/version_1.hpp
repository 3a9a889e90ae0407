// Files of schema 1, which kept reading positions, and of each tunnel its SAs, findings and counters, in rows. Role: such a file
// -> Saved. Ownership: none. Threads: one at a time.
#pragma once

#include <ikewatch/store/store.hpp>

#include "sqlite.hpp"

#include <string>

namespace ikewatch::store {

std::string version_1_schema();

/// Everything. Rows with a name that this version does not know are skipped. Rejects the database where a row is not what was
/// written.
Saved read_version_1(Database& database);

void drop_version_1(Database& database);

}  // namespace ikewatch::store
