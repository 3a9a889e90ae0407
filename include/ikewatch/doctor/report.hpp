// What `ikewatch doctor` found. Role: checks -> Report -> text or JSON. Ownership: plain values; no key and no private byte is
// ever in one. Threads: pure functions, no shared state.
#pragma once

#include <ikewatch/base/result.hpp>
#include <ikewatch/rules/vocabulary.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ikewatch::doctor {

/// error: racoon refuses or a tunnel fails. warning: it will, or does with some peers. hint: worth knowing, nothing is wrong.
enum class Severity : std::uint8_t { error, warning, hint };
std::string_view name_of(Severity severity);

struct Finding {
  Severity severity = Severity::error;
  std::string_view check;                   // the stable name of the finding, of static storage: `psk-mode`
  Place place;                              // the path as this host has it, that is behind --root
  std::string what;                         // one sentence
  std::string log;                          // what racoon's log says because of it; empty: nothing
  std::string remedy;                       // what to do
  rules::Cause cause = rules::Cause::none;  // what `explain` would call the tunnel's failure
};

/// Something that could not be looked at. Never a problem.
struct NotLooked {
  std::string what;
  std::string why;
};

struct Report {
  std::string racoon_conf;
  std::vector<Finding> findings;
  std::vector<std::string> well;  // each one thing that was looked at and is as it should be
  std::vector<NotLooked> not_looked_at;

  [[nodiscard]] std::size_t count(Severity severity) const;
  /// Errors and warnings.
  [[nodiscard]] std::size_t problems() const;
};

struct TextOptions {
  bool colour = false;      // ANSI sequences (ECMA-48), for terminals
  std::size_t width = 100;  // columns at which prose is wrapped
};

/// One block for each finding, what could not be looked at, and a last line with the numbers.
std::string to_text(const Report& report, const TextOptions& options);
/// One JSON object, described in ikewatch-doctor(1).
std::string to_json(const Report& report);

}  // namespace ikewatch::doctor
