// The words of a notice put into a text that the user wrote. Role: annotations, labels, and the bodies of `template` receivers.
// Ownership: values. Threads: pure functions.
//
// `{name}` is the field; `{name|filter|...}` what the filters make of it; `{name?text}` is `text` (itself a template) where the
// field is not empty, `{name!text}` where it is. `{{` and `}}` are literal braces inside such a text; elsewhere any brace that
// does not begin one of these forms stands for itself, so that JSON needs no escaping.
#pragma once

#include <ikewatch/alert/notice.hpp>
#include <ikewatch/base/result.hpp>

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace ikewatch::alert {

/// The value of a field, nothing where there is no such field.
using Lookup = std::function<std::optional<std::string>(std::string_view name)>;

/// What is done to each value: as it is, or written for the inside of a JSON string (RFC 8259 section 7).
enum class Escape : std::uint8_t { none, json };

struct TemplateLimits {
  std::size_t bytes = 64 * 1024;  // of what comes out; the rest is cut at a character
  std::size_t depth = 4;          // of texts within texts
};

/// Filters: `json` (escaped for a JSON string), `url` (percent-encoded, RFC 3986 section 2), `upper`, `lower`, `line` (line ends
/// become blanks), `raw` (not escaped, whatever `escape` says).
std::string fill(std::string_view text, const Lookup& lookup, Escape escape = Escape::none, TemplateLimits limits = {});

/// The first mistake in a template: a name in braces that is no field, an unknown filter, a text that has no end. Empty: none.
/// `known` are the fields; `label.NAME` and `annotation.NAME` are always known.
std::string complain_of_template(std::string_view text, std::span<const std::string_view> known);

/// The fields of notices: the labels and annotations of the contract, and those below.
std::span<const std::string_view> notice_fields();
/// Those that never change while an alert lives: what labels may be made of.
std::span<const std::string_view> identity_fields();

/// The fields of one notice. `now` is for `duration`.
Lookup fields_of(const Notice& notice, WallTime now);

/// `text` for the inside of a JSON string; the text is UTF-8 already (to_printable).
std::string json_escaped(std::string_view text);
/// At most `bytes` of the text, not cut within a character.
std::string_view shortened(std::string_view text, std::size_t bytes);

}  // namespace ikewatch::alert
