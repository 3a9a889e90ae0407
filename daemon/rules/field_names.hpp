// Names of fields and their numbers. Role: pack_compiler gives numbers, outputs ask for names. Ownership: owns the names.
// Threads: none.
#pragma once

#include <ikewatch/base/text.hpp>
#include <ikewatch/rules/event.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ikewatch::rules {

class FieldNames {
 public:
  FieldNames();

  /// The number of a name, a new one where it is new; nothing when a thousand names are in use.
  std::optional<FieldId> intern(std::string_view name);
  [[nodiscard]] std::optional<FieldId> find(std::string_view name) const;
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }

 private:
  std::vector<std::string> names_;
  TextMap<std::uint16_t> ids_;
};

}  // namespace ikewatch::rules
