#include "field_names.hpp"

#include <array>

namespace ikewatch::rules {
namespace {

constexpr std::size_t most_names = 1000;

// In the order of FieldId.
constexpr std::array<std::string_view, static_cast<std::size_t>(FieldId::first_free)> well_known{
    "peer",  "local",  "prefix",  "src",       "dst",       "cookies",   "spi",       "spi_in", "spi_out",
    "msgid", "conn",   "group",   "user",      "interface", "reason",    "notify",    "code",   "state",
    "mine",  "theirs", "seconds", "attribute", "local_ts",  "remote_ts", "selectors",
};
static_assert(!well_known.back().empty());

}  // namespace

FieldNames::FieldNames() {
  for (const std::string_view name : well_known) intern(name);
}

std::optional<FieldId> FieldNames::intern(std::string_view name) {
  if (const auto known = find(name)) return known;
  if (names_.size() >= most_names) return std::nullopt;
  const auto id = static_cast<std::uint16_t>(names_.size());
  names_.emplace_back(name);
  ids_.emplace(std::string(name), id);
  return FieldId{id};
}

std::optional<FieldId> FieldNames::find(std::string_view name) const {
  const auto found = ids_.find(name);
  if (found == ids_.end()) return std::nullopt;
  return FieldId{found->second};
}

}  // namespace ikewatch::rules
