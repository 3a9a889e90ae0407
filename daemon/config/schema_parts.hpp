// What the JSON Schema says beyond the option table: the form of each kind of value, and what cross_check.cpp and
// check_alerting.cpp want of keys together, as far as a schema can say it. Role: private to schema.cpp. Ownership: constants.
// Threads: pure functions.
#pragma once

#include <ikewatch/config/options.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ikewatch::config {

struct KindSchema {
  std::string_view name;
  std::string json;
};

/// The definitions that schema_name() refers to.
std::vector<KindSchema> kind_schemas();
/// Of a kind whose form does not depend on the option.
std::string_view schema_name(Kind kind);

/// A keyword of the schema of a section.
struct Extra {
  std::string_view path;  // of the section
  std::string_view type;  // the value of its key `type`; empty: whatever that is
  std::string_view keyword;
  std::string_view json;
};
std::vector<Extra> extras_of(std::string_view path, std::string_view type);

}  // namespace ikewatch::config
