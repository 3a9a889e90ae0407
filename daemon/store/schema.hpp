// The tables, and whether a file has them. Role: an opened database -> one that this version can use, or the reason why not.
// Ownership: none. Threads: one at a time.
#pragma once

#include <ikewatch/store/store.hpp>

#include "sqlite.hpp"

namespace ikewatch::store {

/// Bytes 68..71 of the file, "IKEW" (sqlite.org/fileformat2.html#application_id).
inline constexpr std::int64_t application_id = 0x494b4557;
inline constexpr std::int64_t schema_version = 2;

/// Makes the tables in an empty file; brings a file of an earlier version up to date; in any other checks that it is ours and
/// sound. The outcome is in `database`: ok, damaged() with the reason, or a failure that has nothing to do with the content.
void prepare(Database& database);

/// What a file of this version or an earlier one holds, without a change to it. The outcome is in `database`, as above.
Saved read_as_it_is(Database& database);

}  // namespace ikewatch::store
