// The option table for editors and for readers. Role: table -> JSON Schema and the words of the manual. Ownership: builds texts.
// Threads: pure functions.
#pragma once

#include <ikewatch/config/options.hpp>

#include <string>

namespace ikewatch::config {

/// The JSON Schema (draft 2020-12) of a configuration file, for the JSON data model of YAML 1.2's core schema. It refuses nothing
/// that read_settings() accepts, but for texts that YAML takes for numbers or truth values. What it cannot see: names that must
/// be known or unique, ranges of durations and sizes, what must fit on two sockets, and the YAML itself.
std::string json_schema();

/// What may stand at an option, as the manual has it: `Time; 1s to 5m; default 10s.`
std::string facts_of(const Option& option);

}  // namespace ikewatch::config
