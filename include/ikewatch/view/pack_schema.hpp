// The format of rule packs for editors and for readers. Role: the rules room's table of keys -> JSON Schema and the words of the
// manual. Threads: pure functions.
#pragma once

#include <ikewatch/rules/pack_format.hpp>

#include <string>

namespace ikewatch::view {

/// The JSON Schema (draft 2020-12) of a rule pack. It refuses nothing that the reader accepts, but packs whose texts YAML takes
/// for truth values. What it cannot see: templates and expressions, whether examples prove their rules, names that must be
/// unique.
std::string pack_schema();

/// What may stand at a key, as the manual has it: `Number; 0 to 100; default 60.`
std::string facts_of(const rules::PackKey& key);

}  // namespace ikewatch::view
