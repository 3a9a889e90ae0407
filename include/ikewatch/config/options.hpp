// Every key of the configuration file, once. Role: drives the loader, unknown keys, the JSON Schema and the man page. Ownership:
// constants with static lifetime. Threads: constants and pure functions.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace ikewatch::config {

enum class Kind : std::uint8_t {
  section,           // a map with the keys that the table lists below it
  free_section,      // a map with keys of the user's choice; its values are at `PATH.*`
  list,              // its items are at `PATH[]`
  text,              // printable, one or more lines
  name,              // letters, digits and . _ - : @, beginning with a letter or digit
  number,            // decimal
  duration,          // number with ms, s, m, h or d
  size,              // number with B, KiB, MiB or GiB
  boolean,           // true or false
  choice,            // one word of `choices`
  address,           // IPv4 or IPv6, without port
  endpoint,          // udp:// tcp:// tls:// unix:// or fd:NAME
  socket_address,    // address:port
  url,               // http:// or https://, without user and password
  path,              // absolute
  unit,              // systemd unit with its suffix
  pattern,           // a name in which * stands for any text
  dialect,           // lower-case words joined by -
  timezone,          // IANA name
  certificate_name,  // host name, with *. for its first label or without, or IP address
  clock,             // hours and minutes, 24 hours: 02:30
};

using Choices = std::span<const std::string_view>;

struct Option {
  std::string_view path;  // `alerts[].when.state[]`: keys joined by dots, [] for list items, * for a free key
  Kind kind = Kind::text;
  bool required = false;           // in its section (where `only_for` allows it)
  bool single = false;             // list: one value may stand without brackets
  std::string_view fallback = {};  // the default as it would be written; empty: none
  std::uint64_t least = 0;         // number; size in bytes; duration in ms; list: items; text: bytes
  std::uint64_t most = 4096;
  Choices (*choices)() = nullptr;  // choice only
  std::string_view only_for = {};  // values of the sibling key `type` that have this key, separated by blanks
  std::string_view example = {};
  std::string_view help;  // one sentence

  /// The last part of the path: a key, `[]` or `*`.
  [[nodiscard]] constexpr std::string_view key() const {
    if (path.ends_with("[]")) return "[]";
    const auto dot = path.rfind('.');
    return dot == std::string_view::npos ? path : path.substr(dot + 1);
  }
  /// The path of the section or list that holds it; empty for the keys of the top level.
  [[nodiscard]] constexpr std::string_view parent() const {
    if (path.ends_with("[]")) return path.substr(0, path.size() - 2);
    const auto dot = path.rfind('.');
    return dot == std::string_view::npos ? std::string_view{} : path.substr(0, dot);
  }
};

/// In the order of documentation: a section stands before its keys.
std::span<const Option> option_table();

/// The keys of a section, or the one item of a list, in the order of the table.
std::span<const Option* const> options_in(std::string_view path);

/// The key of a section; null where it has no such key.
const Option* option_in(std::string_view path, std::string_view key);

// The words of each closed list, in the order of its enum.
Choices source_types();
Choices modes();
Choices client_auths();
Choices tls_versions();
Choices socket_kinds();
Choices severities();
Choices log_levels();
Choices receiver_types();
Choices state_words();
Choices trouble_words();
Choices day_words();    // Sunday first
Choices cause_words();  // without "none"

}  // namespace ikewatch::config
