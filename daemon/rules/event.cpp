#include <ikewatch/rules/event.hpp>

namespace ikewatch::rules {

std::string_view Event::field(FieldId id) const {
  for (const Field& field : all_fields()) {
    if (field.id == id) return field.text;
  }
  return {};
}

}  // namespace ikewatch::rules
